import { cpSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

const SPEC =
  '# Spec\n\n- FR-001: It pays.\n- FR-002: It refunds.\n- FR-003: It reports.\n- C-001: No network.\n';

interface Document {
  readonly passed: boolean;
  readonly uncovered: readonly string[];
  readonly untested: readonly string[];
  readonly requirements: readonly {
    readonly id: string;
    readonly state: string;
    readonly work_packages: readonly string[];
    readonly commits: readonly string[];
    readonly files: readonly string[];
    readonly tests: readonly { readonly path: string; readonly because: string }[];
  }[];
  readonly work_packages: readonly {
    readonly source: string;
    readonly landed: object | null;
    readonly commits: readonly { readonly id: string; readonly subject: string }[];
    readonly files: readonly { readonly path: string; readonly gone: boolean }[];
  }[];
}

/** A mission in which WP01 pays, WP02 refunds, and nobody reports. */
async function planned(
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly made: MissionWorld; readonly cli: CliWorld }> {
  const made = missionWorld();
  await made.plan([
    { id: 'WP01', owns: ['src/pay.js', 'test/pay.test.js'] },
    { id: 'WP02', owns: ['src/refund.js'], dependencies: ['WP01'] },
  ]);
  const wp = `${made.folder}/tasks/WP02-package.md`;
  made.repository.commit('Say more', {
    [`${made.folder}/spec.md`]: SPEC,
    [wp]: made.repository.read(wp).replace('[FR-001]', '[FR-002, C-001]'),
    ...files,
  });
  made.reopen();
  return { made, cli: cliWorld(made.repository) };
}

const PAID = { 'src/pay.js': 'export const paid = 1;\n', 'test/pay.test.js': "test('pays', f);\n" };

async function traced(cli: CliWorld, ...more: readonly string[]): Promise<Document> {
  return (await runJson(cli, ['trace', ...more])).document as Document;
}

const states = ({ requirements }: Document) => requirements.map(({ id, state }) => `${id} ${state}`);

test('before, during and after the work, the same question has the answer of the time', async () => {
  const { made, cli } = await planned();
  expect(states(await traced(cli))).toEqual([
    'C-001 planned',
    'FR-001 planned',
    'FR-002 planned',
    'FR-003 uncovered',
  ]);
  await made.claim('WP01');
  const commit = made.work('lane-a', PAID, 'Pay at last');
  const during = await traced(cli);
  expect(states(during)[1]).toBe('FR-001 under_way');
  expect(during.requirements[1]).toMatchObject({
    work_packages: ['WP01'],
    commits: [commit],
    files: ['src/pay.js', 'test/pay.test.js'],
    tests: [{ path: 'test/pay.test.js', because: 'changed' }],
  });
  await made.approve('WP01');
  expect(states(await traced(cli))[1]).toBe('FR-001 delivered');
  expect((await runCli(cli, ['trace'])).transcript.replaceAll(commit.slice(0, 8), '<paid>'))
    .toMatchInlineSnapshot(`
      "$ spec-kitty trace
      REQUIREMENT  STATE      PACKAGE        COMMITS   FILES          TESTS
      C-001        planned    WP02 planned   -         -              -
      FR-001       delivered  WP01 approved  <paid>  src/pay.js +1  test/pay.test.js
      FR-002       planned    WP02 planned   -         -              -
      FR-003       uncovered  -              -         -              -

      note: No test counts for C-001.
      warning: No test counts for FR-002.
      warning: No work package delivers FR-003.

      pay-01KE6Z2V: 4 requirements, 1 uncovered, 2 untested.
      [exit 0]"
    `);
});

test.for(['merge', 'squash', 'rebase'] as const)(
  'after a merge by %s the work is what it was',
  async (strategy) => {
    const { made, cli } = await planned();
    const pay = await made.deliver('WP01', 'lane-a', PAID);
    const refund = await made.deliver('WP02', 'lane-b', { 'src/refund.js': '// FR-002\n' });
    const before = await traced(cli);
    await made.accept();
    await made.merge({ strategy });
    const after = await traced(cli);
    expect(after.requirements).toEqual(before.requirements);
    expect(after.requirements.map(({ commits }) => commits)).toEqual([[refund], [pay], [refund], []]);
    expect(after.work_packages.map(({ source, landed }) => [source, landed])).toEqual([
      ['lane', { target: 'main', commit: expect.any(String) }],
      ['lane', { target: 'main', commit: expect.any(String) }],
    ]);
  },
);

test.for(['merge', 'squash', 'rebase'] as const)(
  'in a clone that has only the target, a merge by %s is read off what it moved',
  async (strategy) => {
    const { made } = await planned();
    await made.deliver('WP01', 'lane-a', PAID);
    await made.deliver('WP02', 'lane-b', { 'src/refund.js': 'export const back = 1;\n' });
    await made.accept();
    await made.merge({ strategy });
    const { repository } = made;
    const clone = path.join(repository.base, 'clone');
    repository.git(
      'clone',
      '--quiet',
      '--no-local',
      '--single-branch',
      '--branch',
      'main',
      repository.root,
      clone,
    );
    const { stdout } = await runCli(cliWorld(repository), ['trace', '--json'], { cwd: clone });
    const { requirements, work_packages: packages } = JSON.parse(stdout) as Document;
    expect(packages.map(({ source }) => source)).toEqual(
      strategy === 'merge' ? ['lane', 'lane'] : ['landing', 'landing'],
    );
    expect(requirements.map(({ files }) => files)).toEqual([
      ['src/refund.js'],
      ['src/pay.js', 'test/pay.test.js'],
      ['src/refund.js'],
      [],
    ]);
    expect(packages.every(({ commits }) => commits.length === 1)).toBe(true);
    if (strategy === 'rebase')
      expect(packages.map(({ commits }) => commits[0]?.subject)).toEqual(['WP01: work', 'WP02: work']);
  },
);

test('exit code, document and SARIF agree on what fails', async () => {
  const { made, cli } = await planned({ 'test/old.test.js': '// FR-002, fr_003, NFR-003\n' });
  await made.deliver('WP01', 'lane-a', PAID);
  const run = async (...args: readonly string[]) => {
    const { exitCode, document } = await runJson(cli, ['trace', ...args]);
    const sarif = await runCli(cli, ['trace', ...args, '--sarif']);
    const levels = (JSON.parse(sarif.stdout) as Sarif).runs[0].results.map(
      ({ level, ruleId }) => `${ruleId} ${level}`,
    );
    const { passed, uncovered, untested } = document as Document;
    expect([sarif.exitCode, passed]).toEqual([exitCode, exitCode === 0]);
    return { exitCode, levels, uncovered, untested };
  };
  const found = { uncovered: ['FR-003'], untested: ['C-001', 'FR-003'] };
  expect(await run()).toEqual({ exitCode: 0, levels: ['SK702 note', 'SK701 warning'], ...found });
  expect(await run('--fail-on', 'uncovered')).toMatchObject({
    exitCode: 1,
    levels: ['SK702 note', 'SK701 error'],
  });
  made.repository.commit('Nobody reports', {
    [`${made.folder}/spec.md`]: SPEC.replace('- FR-003: It reports.\n', ''),
    'test/old.test.js': '',
  });
  expect(await run('--fail-on', 'uncovered')).toMatchObject({ exitCode: 0, uncovered: [] });
  expect(await run('--fail-on', 'untested')).toMatchObject({
    exitCode: 1,
    levels: ['SK702 note', 'SK702 error'],
    untested: ['C-001', 'FR-002'],
  });
  expect(await runJson(cli, ['trace', '--sarif'])).toMatchObject({
    exitCode: 2,
    document: { error_code: 'FLAGS_EXCLUDE_EACH_OTHER' },
  });
});

interface Sarif {
  readonly runs: readonly [
    { readonly results: readonly { readonly level: string; readonly ruleId: string }[] },
  ];
}

test('with another mission there, an id alone says nothing in a test that this one has not changed', async () => {
  const meta = JSON.stringify({ mission_id: '01KE7Z2V3M8Q4T5X6Y7Z8A9B0C', target_branch: 'main' });
  const { made, cli } = await planned({
    'kitty-specs/other-01KE7Z2V/meta.json': meta,
    'test/other.test.js': '// FR-002\n',
    'test/ours.test.js': '// pay, FR-002\n',
    'src/plain.js': '// pay, FR-002\n',
  });
  const asked = async () => (await traced(cli, '--mission', 'pay')).requirements[2]?.tests;
  expect(await asked()).toEqual([{ path: 'test/ours.test.js', because: 'names' }]);
  await made.claim('WP01');
  made.work('lane-a', { ...PAID, 'test/pay.test.js': '// FR-001\n' });
  expect((await traced(cli, '--mission', 'pay')).requirements[1]?.tests).toEqual([
    { path: 'test/pay.test.js', because: 'names' },
  ]);
});

test('what a package took away counts for nothing; one that changed nothing delivers nothing', async () => {
  const { made, cli } = await planned({ 'test/pay.test.js': '// FR-001\n', 'src/pay.js': 'x\n' });
  await made.claim('WP01');
  made.gitIn('lane-a', 'rm', '--quiet', 'test/pay.test.js');
  made.work('lane-a', {});
  const { work_packages: packages, untested } = await traced(cli);
  expect(packages[0]?.files).toEqual([{ path: 'test/pay.test.js', gone: true }]);
  expect(untested).toContain('FR-001');
  await made.move('WP01', 'canceled', { force: true, note: 'no need' });
  expect((await traced(cli)).uncovered).toEqual(['FR-001', 'FR-003']);
});

const corpus = fileURLToPath(new URL('../../../../../../shared/corpus', import.meta.url));
const absent = existsSync(corpus) ? '' : ' (skipped: the corpus is not beside the repository)';

// All of them take a minute.
test.skipIf(absent)(
  `every fourth mission of the corpus is answered${absent}`,
  { timeout: 120_000 },
  async () => {
    const missions = path.join(corpus, 'missions');
    const repository = new TempRepository();
    try {
      const cli = cliWorld(repository);
      repository.commit('Begin', { 'README.md': '' });
      cpSync(missions, path.join(repository.root, 'kitty-specs'), { recursive: true });
      for (const mission of readdirSync(missions).filter((_, at) => at % 4 === 0)) {
        const { exitCode, document } = await runJson(cli, ['trace', '--mission', mission]);
        expect([exitCode, (document as Document).passed], mission).toEqual([0, true]);
      }
    } finally {
      repository.dispose();
    }
  },
);
