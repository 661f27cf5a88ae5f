import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

interface Made {
  readonly feature_dir: string;
}

async function made(world: ReturnType<typeof cliWorld>, type = 'software-dev'): Promise<string> {
  world.repository.commit('first', { 'a.txt': 'a' });
  const { document } = await runJson(world, ['specify', 'pay', '--mission-type', type]);
  return (document as Made).feature_dir;
}

const action = async (world: ReturnType<typeof cliWorld>) =>
  ((await runJson(world, ['next'])).document as { action: string | null; kind: string }).action;

test('specify, plan and tasks write what comes next, and only when it is its turn', async () => {
  const world = cliWorld();
  const root = await made(world);
  expect(await runJson(world, ['plan'])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'SPEC_NOT_SUBSTANTIVE_OR_UNCOMMITTED' },
  });
  world.repository.write({
    [`${root}/spec.md`]: '- FR-001: It pays.\n- FR-002: It asks.\n- C-001: Small.\n',
  });
  expect(await runJson(world, ['tasks'])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'PLANNING_UNFINISHED', error: 'There is no plan.md.' },
  });
  expect(await runJson(world, ['plan'])).toMatchObject({ exitCode: 0, document: { created: true } });
  expect((await runJson(world, ['tasks'])).document).toMatchObject({
    error: 'plan.md is still the scaffold.',
  });
  world.repository.write({ [`${root}/plan.md`]: 'Plain files.\n' });
  expect(await runJson(world, ['tasks'])).toMatchObject({
    exitCode: 0,
    document: { created: true, functional_requirements: ['FR-001', 'FR-002'], work_packages: [] },
  });
  const text = world.repository.read(`${root}/tasks.md`);
  expect(text).toContain('| FR-002 | [Package that delivers it] |');
  expect((await runJson(world, ['tasks'])).document).toMatchObject({ created: false });
  expect((await runCli(world, ['tasks'])).stdout).toMatch(
    /\/tasks\.md is there already; nothing was changed\. Once /,
  );
  expect(world.repository.read(`${root}/tasks.md`)).toBe(text);
});

test('research writes research.md once, and a register of sources only where the type asks for one', async () => {
  const world = cliWorld();
  const root = await made(world);
  expect((await runJson(world, ['research'])).document).toMatchObject({
    created_files: [`${root}/research.md`],
  });
  expect((await runJson(world, ['research'])).document).toMatchObject({ created_files: [] });
  const other = cliWorld();
  const folder = await made(other, 'research');
  expect((await runJson(other, ['research'])).document).toMatchObject({
    created_files: [`${folder}/research.md`, `${folder}/source-register.csv`],
  });
});

test('a mission of the type plan goes by its documents to its acceptance', async () => {
  const world = cliWorld();
  const root = await made(world, 'plan');
  expect(await action(world)).toBe('specify');
  world.repository.write({ [`${root}/spec.md`]: '- FR-001: It pays.\n' });
  expect(await action(world)).toBe('research');
  world.repository.write({ [`${root}/research.md`]: 'Banks differ.\n' });
  expect(await action(world)).toBe('plan');
  expect(await runJson(world, ['accept'])).toMatchObject({
    exitCode: 1,
    document: {
      error_code: 'MISSION_NOT_READY',
      failed_checks: [{ detail: 'plan.md is missing or not filled in' }],
    },
  });
  world.repository.write({ [`${root}/plan.md`]: 'First one bank.\n' });
  const { document } = await runJson(world, ['next', '--agent', 'codex']);
  expect(document).toMatchObject({
    kind: 'step',
    action: 'review',
    step_id: 'review',
    wp_id: null,
    mission_type: 'plan',
  });
  expect(await runJson(world, ['accept'])).toMatchObject({ exitCode: 0 });
  expect((await runJson(world, ['next'])).document).toMatchObject({ kind: 'terminal' });
  expect(world.repository.git('status', '--porcelain')).toBe('');
  expect(await runJson(world, ['merge'])).toMatchObject({ document: { error_code: 'NOTHING_TO_MERGE' } });
});

test('a type that is not known is said, and no step is made up', async () => {
  const world = cliWorld();
  const root = await made(world);
  const meta = world.repository.read(`${root}/meta.json`);
  world.repository.write({ [`${root}/meta.json`]: meta.replace('software-dev', 'audit') });
  expect((await runJson(world, ['next'])).document).toMatchObject({ kind: 'blocked', action: null });
  expect((await runJson(world, ['check'])).document).toMatchObject({ findings: [{ rule_id: 'SK407' }] });
});

test('mission-type lists the table and shows a row', async () => {
  const world = cliWorld();
  expect((await runCli(world, ['mission-type', 'list'])).stdout).toContain(
    'plan           specify → research → plan → review',
  );
  expect((await runJson(world, ['mission-type', 'show', 'research'])).document).toMatchObject({
    id: 'research',
    needs_work_packages: false,
    steps: [{ id: 'scoping', artifact: 'spec.md' }, {}, {}, {}, {}, { id: 'accept', artifact: null }],
  });
  expect(await runJson(world, ['mission-type', 'show', 'audit'])).toMatchObject({
    exitCode: 2,
    document: { error_code: 'UNKNOWN_MISSION_TYPE' },
  });
});
