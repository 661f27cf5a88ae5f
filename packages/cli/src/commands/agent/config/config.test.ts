import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';

const PLAN = '.claude/commands/spec-kitty.plan.md';
const CONFIG = '.kittify/config.yaml';

async function project(...init: readonly string[]): Promise<CliWorld> {
  const world = cliWorld();
  await runCli(world, ['init', ...init]);
  return world;
}

const config = (world: CliWorld, ...args: readonly string[]) => runCli(world, ['agent', 'config', ...args]);
const document = async (world: CliWorld, ...args: readonly string[]) =>
  (await runJson(world, ['agent', 'config', ...args])).document;

test('add writes the files and the configuration, remove takes both away; comments stay', async () => {
  const world = await project('--ai', 'claude');
  const before = world.repository.read(CONFIG);
  expect((await config(world, 'add', 'gemini,pi')).stdout).toContain(
    'Gemini CLI, Pi: commands are in place.\n  created  .gemini/commands/  12 commands\n',
  );
  expect(await document(world, 'list')).toMatchObject({
    configured: [{ key: 'claude' }, { key: 'gemini' }, { key: 'pi' }],
  });
  const { stdout } = await config(world, 'remove', 'gemini', 'pi');
  expect(stdout).toContain('gemini, pi: commands are gone.\n');
  expect(world.repository.read(CONFIG)).toBe(
    before.replace('[claude]', '\n  - claude').replace(': \n', ':\n'),
  );
  expect(existsSync(path.join(world.repository.root, '.gemini'))).toBe(false);
  expect(await document(world, 'remove', 'claude', '--keep-config')).toMatchObject({ agents: ['claude'] });
  expect(await document(world, 'status')).toMatchObject({
    agents: [
      { key: 'claude', configured: true, files: expect.arrayContaining([{ path: PLAN, state: 'missing' }]) },
    ],
  });
});

test('add refuses to overwrite, and writes nothing then', async () => {
  const world = await project();
  world.repository.write({ [PLAN]: 'mine' });
  expect(await document(world, 'add', 'claude')).toMatchObject({
    error_code: 'AGENT_FILE_CONFLICT',
    file: PLAN,
  });
  expect(world.repository.read(CONFIG)).toContain('available: []');
  expect(existsSync(path.join(world.repository.root, '.claude/commands/spec-kitty.tasks.md'))).toBe(false);
});

test('skills move to the shared folder for everybody who can read it there', async () => {
  const world = await project('--ai', 'codex');
  expect((await config(world, 'add', 'letta')).stderr).toContain('[SKILLS_REQUIRED]');
  await config(world, 'add', 'letta', '--skills');
  expect(existsSync(path.join(world.repository.root, '.codex'))).toBe(false);
  await config(world, 'add', 'vibe');
  expect(await document(world, 'status')).toMatchObject({
    agents: ['codex', 'vibe', 'letta'].map((key) => ({ key, configured: true })),
  });
  await config(world, 'remove', 'codex', 'letta');
  expect(existsSync(path.join(world.repository.root, '.agents/skills/spec-kitty-plan/SKILL.md'))).toBe(true);
  await config(world, 'remove', 'vibe');
  expect(existsSync(path.join(world.repository.root, '.agents'))).toBe(false);
});

test('sync renews, creates and removes what nobody has changed, and leaves the rest alone', async () => {
  const world = await project('--ai', 'claude,gemini');
  const text = world.repository.read(PLAN);
  world.repository.write({ [PLAN]: `${text}mine\n` });
  rmSync(path.join(world.repository.root, '.claude/commands/spec-kitty.tasks.md'));
  world.repository.write({ [CONFIG]: world.repository.read(CONFIG).replace('[claude, gemini]', '[claude]') });
  expect((await config(world, 'status')).stdout).toContain('gemini  no          12 orphaned\n');

  expect(await document(world, 'sync', '--no-remove-orphaned')).toMatchObject({
    created: [],
    removed: [],
    missing: ['.claude/commands/spec-kitty.tasks.md'],
    left_alone: [PLAN],
  });
  const { stdout } = await config(world, 'sync', '--create-missing');
  expect(stdout).toBe(`Command files:
  created  .claude/commands/  1 command
  removed  .gemini/commands/  12 commands
  left alone, since somebody has changed it: ${PLAN}
`);
  expect(world.repository.read(PLAN)).toBe(`${text}mine\n`);
  world.repository.write({ [PLAN]: text });
  expect((await config(world, 'sync')).stdout).toBe('Nothing had to be changed.\n');
});

test('an older version is renewed by its hash', async () => {
  const world = await project('--ai', 'claude');
  const manifest = '.kittify/command-skills-manifest.json';
  const { entries } = JSON.parse(world.repository.read(manifest)) as {
    entries: { path: string; content_hash: string }[];
  };
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  for (const entry of entries) if (entry.path === PLAN) entry.content_hash = empty;
  world.repository.write({ [PLAN]: '', [manifest]: JSON.stringify({ entries }) });
  expect((await config(world, 'status')).stdout).toContain('claude  yes         11 current, 1 outdated\n');
  expect(await document(world, 'sync')).toMatchObject({ updated: [PLAN], left_alone: [] });
  expect(world.repository.read(PLAN)).toContain('# Plan');
});

test('set changes the one setting there is, in a file that is edited line by line', async () => {
  const world = await project('--ai', 'claude');
  const before = world.repository.read(CONFIG);
  expect((await config(world, 'set', 'auto_commit', 'false')).stdout).toBe('agents.auto_commit is false.\n');
  expect(world.repository.read(CONFIG)).toBe(before.replace('auto_commit: true', 'auto_commit: false'));
  expect((await config(world, 'set', 'lint_on_edit', 'true')).exitCode).toBe(2);
  expect((await config(world, 'set', 'auto_commit', 'maybe')).exitCode).toBe(2);
  world.repository.write({ [CONFIG]: 'agents: { available: [claude] }\n' });
  expect((await config(world, 'set', 'auto_commit', 'false')).stderr).toContain('[CONFIG_INVALID]');
});

test('a folder that is no project, an agent that is none, and a key of another program', async () => {
  const world = cliWorld();
  for (const args of [['list'], ['status'], ['sync'], ['add', 'claude'], ['remove', 'claude']]) {
    expect(await document(world, ...args)).toMatchObject({
      error_code: 'NOT_INITIALIZED',
      error: expect.stringContaining(world.repository.root),
    });
  }
  world.repository.write({ [CONFIG]: 'agents:\n  available: [Claude, cody]\n' });
  expect(await document(world, 'add', 'clod')).toMatchObject({ error_code: 'UNKNOWN_AGENT', agent: 'clod' });
  expect(await document(world, 'status')).toMatchObject({ agents: [{ key: 'claude' }], unknown: ['cody'] });
  await config(world, 'add', 'pi');
  expect(world.repository.read(CONFIG)).toBe('agents:\n  available:\n  - claude\n  - cody\n  - pi\n');
});
