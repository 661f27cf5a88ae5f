import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readAcceptanceMatrix } from './acceptance-matrix.ts';
import { acceptanceVerdict } from './acceptance-verdict.ts';
import { isOpenIssue, readIssueTable } from './issue-matrix.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus/missions', import.meta.url));
const present = existsSync(corpus);
const corpusTest = (name: string, body: () => void) =>
  present ? test(name, body) : test.skip(`${name} (skipped: no corpus beside the repository)`);

function files(name: string): readonly (readonly [string, string])[] {
  return readdirSync(corpus)
    .map((mission) => [mission, `${corpus}/${mission}/${name}`] as const)
    .filter(([, file]) => existsSync(file))
    .map(([mission, file]) => [mission, readFileSync(file, 'utf8')]);
}

/** Verdicts that their writers typed, or that are older than the rows: ours, and what the file says. */
const STALE: Readonly<Record<string, readonly [string, string | null]>> = {
  'contract-ownership-boundary-01KWYRE5': ['pass', 'fail'],
  'coord-commit-integrity-01KY5JS8': ['pass', 'pending'],
  'coord-shadows-arm-closeout-01KXAST2': ['pass', null],
  'dev-assist-retire-path-hardening-01KXAVR0': ['pass', 'passed'],
  'investigate-canary-followups-1142-1141-01KS02TV': ['fail', 'pass'],
  'journal-project-consent-3030-01KYKWQS': ['fail', 'pending'],
  'name-vs-authority-remediation-01KTYGTE': ['pass', 'pending'],
  'spec-kitty-home-isolation-01KW1JXX': ['pass', 'pending'],
  'test-stabilization-and-debt-pass-01KSF9HJ': ['fail', 'pass'],
};

corpusTest(
  'every acceptance matrix is read, each row on its line, with the verdict that it should have',
  () => {
    const all = files('acceptance-matrix.json');
    const differ: Record<string, unknown> = {};
    for (const [mission, text] of all) {
      const matrix = readAcceptanceMatrix(text);
      if (!matrix.ok) throw new Error(`${mission}: ${matrix.problem}`);
      const lines = text.split('\n');
      for (const { id, line } of matrix.rows)
        expect(lines[(line ?? 0) - 1], mission).toContain(JSON.stringify(id));
      const ours = acceptanceVerdict(matrix.rows);
      const { overall_verdict: theirs = null } = JSON.parse(text) as { overall_verdict?: string | null };
      if (ours !== theirs) differ[mission] = [ours, theirs];
    }
    expect(all).toHaveLength(121);
    expect(differ).toEqual(STALE);
  },
);

corpusTest('every table of issues is read', () => {
  const all = files('issue-matrix.md').map(([mission, text]) => [mission, readIssueTable(text)] as const);
  expect(all).toHaveLength(95);
  expect(all.filter(([, rows]) => rows.length === 0).map(([mission]) => mission)).toEqual([]);
  const verdicts: Record<string, number> = {};
  for (const { verdict } of all.flatMap(([, rows]) => rows)) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  expect(verdicts).toMatchInlineSnapshot(`
    {
      "deferred-with-followup": 300,
      "fixed": 260,
      "in-mission": 75,
      "in-scope": 1,
      "no-action": 1,
      "unknown": 7,
      "verified-already-fixed": 130,
    }
  `);
  expect(all.filter(([, rows]) => rows.some(isOpenIssue)).length).toMatchInlineSnapshot(`20`);
});
