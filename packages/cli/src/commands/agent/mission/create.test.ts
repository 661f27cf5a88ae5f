import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { isMissionId } from '@spec-kitty/core/mission/resolve-handle';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';

const program = fileURLToPath(new URL('../../../../bin/spec-kitty.cjs', import.meta.url));

interface Created {
  readonly mission_id: string;
  readonly mission_slug: string;
  readonly mission_number: null;
}

async function created(world: ReturnType<typeof cliWorld>, slug: string): Promise<Created> {
  const { exitCode, document } = await runJson(world, ['agent', 'mission', 'create', slug]);
  expect(exitCode).toBe(0);
  return document as Created;
}

test('T3.1, T3.2: a new mission has an id of its own, whatever its name, and no number yet', async () => {
  const world = cliWorld();
  const first = await created(world, 'pay');
  const second = await created(world, 'pay');
  expect(isMissionId(first.mission_id)).toBe(true);
  expect(second.mission_id).not.toBe(first.mission_id);
  expect(first.mission_slug).toBe(`pay-${first.mission_id.slice(0, 8)}`);
  expect(second.mission_number).toBeNull();
});

test('T3.4, T3.6: meta.json and the row about the creation carry the id', async () => {
  const world = cliWorld();
  const { mission_id, mission_slug } = await created(world, 'pay');
  const root = `kitty-specs/${mission_slug}`;
  expect(JSON.parse(world.repository.read(`${root}/meta.json`) ?? '')).toMatchObject({
    mission_id,
    mission_number: null,
  });
  expect(JSON.parse(world.repository.read(`${root}/status.events.jsonl`) ?? '')).toMatchObject({
    event_type: 'MissionCreated',
    aggregate_id: mission_id,
    payload: { mission_id, mission_slug },
  });
});

test('its document has the keys of L§2.4 that mean something here', async () => {
  const world = cliWorld();
  const create = ['agent', 'mission', 'create', 'pay', '--purpose-tldr', 'Get paid'];
  expect((await runJson(world, create)).document).toMatchObject({
    purpose_tldr: 'Get paid',
    purpose_context: null,
    topology: 'lanes',
    scaffold_only: true,
    requires_agent_authoring: true,
    spec_kitty_version: '0.0.0-dev',
    branch_context: {
      current_branch: 'main',
      planning_base_branch: 'main',
      merge_target_branch: 'main',
      expected_checkout_branch: 'main',
      branch_strategy_summary: 'Planned on main; finished work is merged into main.',
    },
  });
});

test('T3.5: a mission without an id is named, and hides no other', async () => {
  const world = cliWorld();
  await created(world, 'pay');
  world.repository.write({ 'kitty-specs/old/meta.json': '{"mission_slug":"old"}' });
  const { document } = await runJson(world, ['agent', 'mission', 'list']);
  expect(document).toMatchObject({
    count: 2,
    missions: [{ mission_slug: 'old', error_code: 'MISSION_ID_MISSING' }, {}],
  });
});

test('it commits nothing and touches only the new folder', async () => {
  const world = cliWorld();
  world.repository.commit('first', { 'a.txt': 'a' });
  await created(world, 'pay');
  expect(world.repository.git('log', '--format=%s').trim()).toBe('first');
  expect(world.repository.git('status', '--porcelain').trim()).toBe('?? kitty-specs/');
});

test.each([
  ['Pay', 'INVALID_SLUG'],
  ['../pay', 'INVALID_SLUG'],
  ['pay--out', 'INVALID_SLUG'],
])('%s cannot name a mission', async (slug, code) => {
  const world = cliWorld();
  expect(await runJson(world, ['agent', 'mission', 'create', slug])).toMatchObject({
    exitCode: 2,
    document: { error_code: code },
  });
  expect((await runCli(world, ['agent', 'mission', 'list'])).stdout).toContain('There are no missions');
});

test('T3.3 RG-4: sixteen at once are sixteen missions, whose short ids differ too', async () => {
  const { repository } = cliWorld();
  const run = promisify(execFile);
  const args = [program, 'agent', 'mission', 'create', 'pay', '--json'];
  const runs = await Promise.all(
    Array.from({ length: 16 }, () =>
      run(process.execPath, args, { cwd: repository.root, env: { ...process.env, ...repository.env } }),
    ),
  );
  const ids = runs.map(({ stdout }) => (JSON.parse(stdout) as Created).mission_id);
  expect(new Set(ids.map((id) => id.slice(0, 8))).size).toBe(16);
  for (const id of ids) {
    const meta = repository.read(`kitty-specs/pay-${id.slice(0, 8)}/meta.json`) ?? '';
    expect(JSON.parse(meta)).toMatchObject({ mission_id: id });
  }
});

test('the branch to land on must exist; the one that is checked out may still be without a commit', async () => {
  const world = cliWorld();
  const create = (...more: string[]) => runJson(world, ['agent', 'mission', 'create', 'pay', ...more]);
  expect(await create('--target-branch', 'main')).toMatchObject({ exitCode: 0 });
  expect(await create('--target-branch', 'release')).toMatchObject({
    document: {
      error_code: 'TARGET_NOT_FOUND',
      candidates: [],
      hints: ['To have the work land there, create it first: `git switch --create release`.'],
    },
  });
  world.repository.commit('first', { 'a.txt': 'a' });
  world.repository.git('branch', 'release');
  world.repository.git('branch', 'kitty/mission-x-lane-a');
  world.repository.git('update-ref', 'refs/remotes/origin/2.x', 'HEAD');
  expect(await create('--target-branch', 'release')).toMatchObject({ exitCode: 0 });
  expect(await create('--target-branch', '2.x')).toMatchObject({
    exitCode: 1,
    document: {
      error: 'There is no branch "2.x".',
      candidates: ['main', 'release'],
      hints: [
        'There are: main, release.',
        'To have the work land there, create it first: `git branch 2.x origin/2.x`.',
      ],
    },
  });
});

test('an open mission of the same name is told, and one that was given up is not', async () => {
  const world = cliWorld();
  const first = await created(world, 'pay');
  expect(first).toMatchObject({ open_namesakes: [] });
  const { stdout } = await runCli(world, ['specify', 'pay']);
  expect(stdout).toContain(`Note: ${first.mission_slug} has the same name and is open;`);
  await runCli(world, ['mission', 'abandon', '--mission', first.mission_slug, '--reason', 'A slip']);
  expect(await created(world, 'pay')).toMatchObject({
    open_namesakes: [expect.not.stringContaining(first.mission_slug)],
  });
});
