import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, sampleRows, writeSample } from '../../testing/sample-mission.ts';

const FILE = `kitty-specs/${SAMPLE}/retrospective.yaml`;
const AT = ['--mission', SAMPLE];

function finished(files: Readonly<Record<string, string>> = {}) {
  const world = cliWorld();
  const forced = laneRow(20, { wp_id: 'WP03', to_lane: 'done', force: true });
  writeSample(world.repository, { ...sampleFiles([...sampleRows(), forced]), ...files });
  return { world, run: (...argv: string[]) => runJson(world, ['retrospect', ...argv]) };
}

test('a retrospective is written once from the log, and its past is kept when it is replaced', async () => {
  const deferred = { decision_id: 'D1', status: 'deferred', question: 'Which bank?' };
  const { world, run } = finished({
    [`kitty-specs/${SAMPLE}/decisions/index.json`]: JSON.stringify({ entries: [deferred] }),
  });
  const log = world.repository.read(`kitty-specs/${SAMPLE}/status.events.jsonl`);
  expect((await runCli(world, ['retrospect', 'create', ...AT, '--actor', 'ada'])).transcript)
    .toMatchInlineSnapshot(`
    "$ spec-kitty retrospect create --mission invoice-export-01KE6Z2V --actor ada
    + 1 of 1 approved package passed the first review.
    - WP03 was moved by force 1 time: to done.
    ? Decision D1 is still deferred: Which bank?
    invoice-export-01KE6Z2V is not finished; more may come.
    Wrote, not committed: kitty-specs/invoice-export-01KE6Z2V/retrospective.yaml
    [exit 0]"
  `);
  const first = world.repository.read(FILE);
  expect(await run('create', ...AT)).toMatchObject({
    exitCode: 1,
    document: { error_code: 'RETROSPECTIVE_EXISTS', file: FILE },
  });
  expect(world.repository.read(FILE)).toBe(first);
  expect(await run('create', ...AT, '--force')).toMatchObject({
    document: { replaced: true, mission_finished: false, findings_status: 'has_findings' },
  });
  expect(world.repository.read(FILE)).toMatch(/provenance_history:\n {2}- \{"kind":"explicit_create"/);
  expect(world.repository.read(`kitty-specs/${SAMPLE}/status.events.jsonl`)).toBe(log);
});

test('the summary counts all of them, and names one that cannot be read', async () => {
  const none = await runJson(finished().world, ['retrospect', 'summary']);
  expect(none).toMatchObject({ exitCode: 0, document: { missions: 0, damaged: [], proposals: [] } });
  const { world, run } = finished({
    'kitty-specs/old/meta.json': '{}',
    'kitty-specs/old/retrospective.yaml': 'findings_status: x\nproposals: [{id: P1, summary: Test first}]\n',
    'kitty-specs/torn/meta.json': '{}',
    'kitty-specs/torn/retrospective.yaml': 'a: [\n',
  });
  await run('create', ...AT);
  expect((await runCli(world, ['retrospect', 'summary'])).stdout).toMatchInlineSnapshot(`
    "2 retrospectives.
    KIND         CATEGORY  FINDINGS
    helped       review    1
    not helpful  override  1
    old P1: Test first
    Cannot be read: kitty-specs/torn/retrospective.yaml:2: The YAML is not valid: deficient indentation
    "
  `);
  expect(await run('summary')).toMatchObject({
    document: {
      missions: 2,
      findings_status: { has_findings: 1, x: 1 },
      proposals: [{ mission_slug: 'old', id: 'P1', summary: 'Test first' }],
      damaged: [{ file: 'kitty-specs/torn/retrospective.yaml', line: 2 }],
    },
  });
});
