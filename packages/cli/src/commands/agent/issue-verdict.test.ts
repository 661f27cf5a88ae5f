import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, writeSample } from '../../testing/sample-mission.ts';

const ROOT = `kitty-specs/${SAMPLE}`;

function judged(files: Readonly<Record<string, string>> = {}) {
  const world = cliWorld();
  writeSample(world.repository, { ...sampleFiles(), ...files });
  const run = (...options: string[]) => runJson(world, ['agent', 'issue-verdict', ...options]);
  return { world, run, read: (name: string) => world.repository.read(`${ROOT}/${name}`) };
}

test('the first verdict makes the matrix; what is settled names why', async () => {
  const { world, run, read } = judged();
  const issue = ['agent', 'issue-verdict', '--issue', '#12'];
  expect((await runCli(world, [...issue, '--verdict', 'in-mission', '--title', 'Totals are off'])).transcript)
    .toMatchInlineSnapshot(`
    "$ spec-kitty agent issue-verdict --issue '#12' --verdict in-mission --title 'Totals are off'
    #12 is in-mission.
    Open: #12.
    Made, not committed: kitty-specs/invoice-export-01KE6Z2V/issue-matrix.json
    [exit 0]"
  `);
  expect((await runCli(world, [...issue, '--verdict', 'fixed'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent issue-verdict --issue '#12' --verdict fixed
    stderr: Error: #12 is settled by nothing that one could look at. [EVIDENCE_REQUIRED]
    stderr: Hint: Name with --evidence the commit, test or issue that settles it.
    [exit 1]"
  `);
  expect(
    await run('--issue', '#12', '--verdict', 'fixed', '--evidence', 'tests/totals.test.js'),
  ).toMatchObject({
    exitCode: 0,
    document: { issue: '#12', open: [], created: false, committed: false },
  });
  expect(JSON.parse(read('issue-matrix.json'))).toMatchInlineSnapshot(`
    {
      "rows": {
        "#12": {
          "evidence_ref": "tests/totals.test.js",
          "fr": null,
          "nfr": null,
          "repo": null,
          "sc": null,
          "scope": null,
          "title": "Totals are off",
          "verdict": "fixed",
          "wp": null,
        },
      },
      "schema_version": 1,
    }
  `);
});

const TABLE = `# Issues\r
\r
| Issue | Title | Verdict | Evidence ref |\r
|---|---|---|---|\r
| #1 | a \\| b | in-mission | |\r
| #2 | c | fixed | d |\r
`;

test('a mission that has only the table keeps it', async () => {
  const { world, run, read } = judged({ [`${ROOT}/issue-matrix.md`]: TABLE });
  expect(await run('--issue', '#1', '--verdict', 'verified-already-fixed')).toMatchObject({
    document: { error_code: 'EVIDENCE_REQUIRED' },
  });
  expect(
    await run('--issue', '#1', '--verdict', 'verified-already-fixed', '--evidence', 'x | y'),
  ).toMatchObject({
    document: { open: [], file: `${ROOT}/issue-matrix.md` },
  });
  expect(read('issue-matrix.md')).toBe(
    TABLE.replace('| in-mission | |', '| verified-already-fixed | x \\| y |'),
  );
  expect(await run('--issue', '#3', '--verdict', 'unknown')).toMatchObject({
    document: { error_code: 'MATRIX_ROW_UNKNOWN', candidates: ['#1', '#2'] },
  });
  expect(world.repository.git('status', '--porcelain')).toBe(` M ${ROOT}/issue-matrix.md`);
});

test('rows in a list stay in it, and other keys are kept', async () => {
  const rows = [{ issue: '#1', verdict: 'unknown', evidence_ref: 'b', owner: 'ada' }];
  const { run, read } = judged({ [`${ROOT}/issue-matrix.json`]: JSON.stringify({ rows, source: 'x' }) });
  await run('--issue', '#1', '--verdict', 'fixed');
  expect(await run('--issue', '#2', '--verdict', 'unknown')).toMatchObject({ document: { open: ['#2'] } });
  expect(JSON.parse(read('issue-matrix.json'))).toMatchObject({
    rows: [
      { issue: '#1', verdict: 'fixed', owner: 'ada' },
      { issue: '#2', verdict: 'unknown' },
    ],
    source: 'x',
  });
});

test('a damaged matrix is left as it is', async () => {
  const { run } = judged({ [`${ROOT}/issue-matrix.json`]: '{"rows": [}' });
  expect(await run('--issue', '#1', '--verdict', 'unknown')).toMatchObject({
    exitCode: 1,
    document: { error_code: 'MATRIX_INVALID', file: `${ROOT}/issue-matrix.json`, line: 1 },
  });
});
