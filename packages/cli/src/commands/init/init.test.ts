import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_BLOCKS } from '@spec-kitty/core/project/project-blocks';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../agents/command-prompts.ts';
import { type CliWorld, cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

const LOOP = ['spec-kitty next', 'spec-kitty agent action implement', 'spec-kitty agent action review'];
const PROJECT = [
  '.kittify/.gitignore',
  '.kittify/config.yaml',
  '.kittify/metadata.yaml',
  '.kittify/runtime/.gitignore',
  '.worktrees/.gitignore',
  'AGENTS.md',
  'kitty-specs/.gitattributes',
  'kitty-specs/README.md',
];
const MANIFEST = '.kittify/command-skills-manifest.json';

/** Every file below the folder of the repository and the home, with its text and the time of its last change. */
function everything({ repository }: CliWorld): Readonly<Record<string, string>> {
  const names = readdirSync(repository.base, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(path.join(repository.base, name)).isFile());
  return Object.fromEntries(
    files.map((name) => {
      const file = path.join(repository.base, name);
      return [name.replaceAll('\\', '/'), `${statSync(file).mtimeMs} ${readFileSync(file, 'base64')}`];
    }),
  );
}

/** What differs, as paths in the repository. */
function changed(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => name.replace('repository/', ''))
    .toSorted();
}

/** A folder in no repository. */
function emptyFolder(): CliWorld {
  const world = cliWorld();
  rmSync(path.join(world.repository.root, '.git'), { recursive: true });
  return world;
}

test('T1.1 RG-1: in an empty folder it makes the project, no repository, and says how to begin one', async () => {
  const world = emptyFolder();
  const before = everything(world);
  const { exitCode, stdout, stderr } = await runCli(world, ['init', '--ai', 'claude', '--non-interactive']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const commands = COMMANDS.map((name) => `.claude/commands/spec-kitty.${name}.md`);
  expect(changed(before, everything(world))).toEqual([...PROJECT, MANIFEST, ...commands].toSorted());
  expect(stdout).toContain('Next steps:\n  git init ');
  expect((await runJson(world, ['agent', 'config', 'status'])).document).toMatchObject({
    agents: [{ key: 'claude', configured: true }],
    unknown: [],
  });
});

test('T1.2 T1.6: in a repository it makes no commit and touches nothing that is there, in the home neither', async () => {
  const world = cliWorld();
  const { repository } = world;
  repository.commit('a project', {
    'AGENTS.md': '# Ours\n',
    '.gitignore': 'dist/\n',
    '.gitattributes': '*.png binary\n',
    '.claude/settings.json': '{}\n',
    'src/a.js': 'a\n',
  });
  const head = [repository.git('rev-parse', 'HEAD'), repository.git('symbolic-ref', 'HEAD')];
  const before = everything(world);
  const { stdout } = await runCli(world, ['init', '--ai', 'claude,gemini']);
  const created = changed(before, everything(world));
  expect(created.filter((name) => before[`repository/${name}`] !== undefined)).toEqual([]);
  expect(created.filter((name) => /^(?:\.git|home|state)\//.test(name))).toEqual([]);
  expect(created).toHaveLength(PROJECT.length - 1 + 1 + 2 * COMMANDS.length);
  expect([repository.git('rev-parse', 'HEAD'), repository.git('symbolic-ref', 'HEAD')]).toEqual(head);
  expect(repository.git('status', '--porcelain', '--untracked-files=no')).toBe('');
  // The worktrees and what belongs to one machine are ignored without a line in the files that are tracked.
  expect(repository.git('status', '--porcelain', '--untracked-files=all')).not.toMatch(/\.worktrees|runtime/);
  for (const file of ['AGENTS.md', '.gitignore', '.gitattributes']) {
    const block = PROJECT_BLOCKS.find((known) => known.file === file);
    expect(stdout).toContain(
      `${file} is yours and was left alone. These lines are for it: ${block?.reason}.\n`,
    );
    for (const line of block?.text.trim().split('\n') ?? [])
      expect(stdout).toContain(`\n  ${line}`.trimEnd());
  }
});

test('blocks are in the JSON, too, and not named where the file has them', async () => {
  const world = cliWorld();
  const worktrees = PROJECT_BLOCKS.find(({ file }) => file === '.gitignore');
  world.repository.write({ '.gitignore': `dist/\n${worktrees?.text}`, '.kittify/.gitignore': 'cache/\n' });
  const { document } = await runJson(world, ['init']);
  expect(document).toMatchObject({
    result: 'success',
    agents: [],
    blocks: [{ file: '.kittify/.gitignore', text: 'runtime/\nworkspaces/\ncache/\n' }],
  });
});

test('T1.3: no .agents/skills after --ai codex, nor after agents that could read it, unless it is asked for', async () => {
  const codex = cliWorld();
  await runCli(codex, ['init', '--ai', 'codex', '--non-interactive']);
  expect(readdirSync(codex.repository.root)).not.toContain('.agents');
  expect(codex.repository.read('.codex/skills/spec-kitty.plan/SKILL.md')).toContain(
    'name: spec-kitty.plan\n',
  );

  const skilled = cliWorld();
  expect((await runCli(skilled, ['init', '--ai', 'antigravity;vibe'])).exitCode).toBe(0);
  expect(readdirSync(path.join(skilled.repository.root, '.agents'))).toEqual(['workflows']);

  const asked = cliWorld();
  const { stdout } = await runCli(asked, ['init', '--ai', 'codex,letta', '--skills']);
  expect(stdout).toContain('  Codex CLI: $spec-kitty-specify <what');
  expect((await runCli(asked, ['agent', 'config', 'list'])).stdout).toContain('as $spec-kitty-plan\n');
  expect(readdirSync(path.join(asked.repository.root, '.agents/skills'))).toHaveLength(COMMANDS.length);
  expect(readdirSync(asked.repository.root)).not.toContain('.codex');
});

test('T1.4 RG-6: it names the loop in full and never top-level implement', async () => {
  const { stdout } = await runCli(cliWorld(), ['init', '--ai', 'claude']);
  for (const command of LOOP) expect(stdout).toContain(`${command} --agent claude --mission <slug>`);
  expect(stdout).toContain('Claude Code: /spec-kitty.specify <what you want>');
  expect(stdout).not.toContain('spec-kitty implement');
});

test('T1.5: a second run changes nothing and says so, also how agents are added', async () => {
  const world = cliWorld();
  await runCli(world, ['init']);
  const before = everything(world);
  const again = await runCli(world, ['init', '--ai', 'codex,pi']);
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(again.stdout).toContain('is already initialized; nothing was changed.');
  expect(again.stdout).toContain('`spec-kitty agent config add codex pi`');
  expect(changed(before, everything(world))).toEqual([]);
});

test('T1.7: --help names the loop, no git init and no option for one', async () => {
  const world = cliWorld();
  const { stdout } = await runCli(world, ['init', '--help']);
  for (const command of LOOP) expect(stdout).toContain(command);
  expect(stdout).not.toMatch(/git init|initial commit/i);
  expect(await runCli(world, ['init', '--no-git'])).toMatchObject({ exitCode: 2 });
});

test('with nobody to ask and no --ai there are project files only, and a hint', async () => {
  const world = cliWorld();
  const before = everything(world);
  const { stdout, exitCode } = await runCli(world, ['init', '--non-interactive']);
  expect(exitCode).toBe(0);
  expect(changed(before, everything(world))).toEqual(PROJECT);
  expect(stdout).toContain('`spec-kitty agent config add <agent>`');
});

test('auto says which agents it found, and which of them it left out', async () => {
  const world = cliWorld();
  world.repository.write({ 'GEMINI.md': '', '.letta/x': '' });
  const run = ['init', '--ai', 'AUTO'];
  const { stdout } = await runCli(world, run, { env: { ...world.repository.env, PATH: '' } });
  expect(stdout).toContain('Found Gemini CLI (GEMINI.md), Letta Code (.letta).\n');
  expect(stdout).toContain(
    'Letta Code reads only .agents/skills/ and was left out; --skills makes that folder.\n',
  );
  expect(world.repository.read('.kittify/config.yaml')).toContain('available: [gemini]\n');
  const none = await runCli(cliWorld(), run, { env: { ...world.repository.env, PATH: '' } });
  expect(none.stdout).toMatch(/^Found no agent\.\n/);
});

test.each([
  ['an unknown agent', ['--ai', 'claude,clod'], 'UNKNOWN_AGENT', /"clod".*\n.*claude, codex/],
  ['an agent with shared skills only', ['--ai', 'letta'], 'SKILLS_REQUIRED', /Letta Code[^]*--skills/],
  ['skills that no agent has', ['--ai', 'claude', '--skills'], 'USAGE_ERROR', /codex, vibe, pi, letta/],
  ['skills of nobody', ['--skills'], 'USAGE_ERROR', /codex/],
])('%s is refused before anything is written', async (_, args, code, words) => {
  const world = cliWorld();
  const before = everything(world);
  const { exitCode, stderr } = await runCli(world, ['init', ...args]);
  expect(stderr).toMatch(words);
  expect(stderr).toContain(`[${code}]`);
  expect(exitCode).toBe(code === 'SKILLS_REQUIRED' ? 1 : 2);
  expect(changed(before, everything(world))).toEqual([]);
});

test.each(['kitty-specs/README.md', '.claude/commands/spec-kitty.merge.md', '.kittify/metadata.yaml'])(
  'a file that would be overwritten is named before anything is written: %s',
  async (file) => {
    const world = cliWorld();
    world.repository.write({ [file]: 'mine' });
    const before = everything(world);
    const { exitCode, document } = await runJson(world, ['init', '--ai', 'claude']);
    expect({ exitCode, document }).toMatchObject({
      exitCode: 1,
      document: { error_code: 'INIT_CONFLICT', file },
    });
    expect(changed(before, everything(world))).toEqual([]);
  },
);

test.each([
  ['kitty-specs', 'NOT_A_DIRECTORY'],
  ['.worktrees', 'NOT_A_DIRECTORY'],
  ['.kittify', 'NOT_A_DIRECTORY'],
  ['.claude/commands', 'NOT_A_DIRECTORY'],
  ['AGENTS.md/', 'NOT_A_PLAIN_FILE'],
])('what is in the way is found before anything is written: %s', async (name, code) => {
  const world = cliWorld();
  const { root } = world.repository;
  if (name.endsWith('/')) mkdirSync(path.join(root, name));
  else world.repository.write({ [name]: 'x' });
  const before = everything(world);
  const { exitCode, document } = await runJson(world, ['init', '--ai', 'claude']);
  expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { error_code: code } });
  expect(changed(before, everything(world))).toEqual([]);
  rmSync(path.join(root, name), { recursive: true });
  expect((await runJson(world, ['init', '--ai', 'claude'])).document).toMatchObject({ result: 'success' });
});

test('files of the project that a sparse checkout leaves out are not made anew; the command brings them', async () => {
  const world = cliWorld();
  const { repository } = world;
  await runCli(world, ['init', '--ai', 'claude,gemini']);
  repository.write({ 'src/a.js': 'a' });
  repository.git('add', '.');
  repository.git('commit', '--quiet', '-m', 'set up');
  repository.git('sparse-checkout', 'set', 'src');
  rmSync(path.join(repository.root, '.kittify'), { recursive: true, force: true });
  const before = everything(world);
  const { exitCode, document } = await runJson(world, ['init', '--ai', 'claude']);
  expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { error_code: 'SPARSE_CHECKOUT' } });
  expect(changed(before, everything(world))).toEqual([]);
  const [, command = ''] = /`git ([^`]+)`/.exec(String((document as { hints: string[] }).hints[0])) ?? [];
  repository.git(...command.split(' '));
  expect((await runJson(world, ['init', '--ai', 'claude'])).document).toMatchObject({
    result: 'already_initialized',
  });
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('an interrupted run is begun again', async () => {
  const world = cliWorld();
  await runCli(world, ['init', '--ai', 'claude']);
  rmSync(path.join(world.repository.root, '.kittify/config.yaml'));
  rmSync(path.join(world.repository.root, '.kittify/metadata.yaml'));
  rmSync(path.join(world.repository.root, MANIFEST));
  const { document } = await runJson(world, ['init', '--ai', 'claude']);
  expect(document).toMatchObject({
    created: ['.kittify/metadata.yaml', '.kittify/config.yaml', MANIFEST],
  });
});

test('it works in place in a folder that is there, and makes one that is not', async () => {
  const world = cliWorld();
  const cwd = world.repository.base;
  mkdirSync(path.join(cwd, 'sub'));
  for (const folder of ['sub', 'new/deep']) {
    expect((await runCli(world, ['init', folder], { cwd })).stdout).toContain(`Initialized ${folder}:\n`);
    expect(readFileSync(path.join(cwd, folder, '.kittify/config.yaml'), 'utf8')).toContain('type: git');
  }
});

test('below the top of a repository nothing is made, and the top is named; a repository of its own is one', async () => {
  const world = cliWorld();
  const { root } = world.repository;
  world.repository.commit('first', { 'apps/shop/a.txt': 'a' });
  world.repository.git('worktree', 'add', '--quiet', '../beside', '-b', 'beside');
  const before = everything(world);
  const refused = (command: string) => ({
    exitCode: 1,
    document: {
      error_code: 'BELOW_REPOSITORY',
      error: expect.stringContaining(root) as string,
      hints: [expect.stringContaining(command), expect.stringContaining('`git init ')] as string[],
    },
  });
  for (const folder of ['apps/shop', 'apps/new/deep', '../beside'])
    expect(await runJson(world, ['init', folder])).toMatchObject(refused(`\`spec-kitty init ${root}\``));
  expect(changed(before, everything(world))).toEqual([]);
  expect(await runJson(world, ['init'])).toMatchObject({ exitCode: 0 });
  expect(await runJson(world, ['init', 'apps/shop'])).toMatchObject(refused('set up there'));
  world.repository.git('init', '--quiet', 'apps/own');
  expect(await runJson(world, ['init', 'apps/own'])).toMatchObject({ exitCode: 0 });
});

test('a file where the folder would be is named', async () => {
  const world = cliWorld();
  const cwd = world.repository.base;
  writeFileSync(path.join(cwd, 'F'), 'x\n');
  for (const target of ['F', 'F/below']) {
    expect(await runJson(world, ['init', target, '--ai', 'claude'], { cwd })).toMatchObject({
      exitCode: 1,
      document: { error_code: 'NOT_A_DIRECTORY', error: expect.stringContaining(path.join('F')) as string },
    });
  }
  expect(readFileSync(path.join(cwd, 'F'), 'utf8')).toBe('x\n');
});

test('what is made is to be committed, and agents that are there are not to be added', async () => {
  const world = cliWorld();
  const first = await runCli(world, ['init', '--ai', 'claude']);
  expect(first.stdout).toMatch(
    /\n {2}git add \. && git commit -m "Set up Spec Kitty" +worktrees have only what is committed\n/,
  );
  const again = async (ai: string) => (await runCli(world, ['init', '--ai', ai])).stdout.trim().split('\n');
  expect(await again('claude')).toEqual(['This folder is already initialized; nothing was changed.']);
  expect((await again('claude,codex'))[1]).toBe('Add agents there: `spec-kitty agent config add codex`.');
  const other = await runCli(world, ['init', 'my shop', '--ai', 'claude'], {
    cwd: world.repository.base,
  });
  expect(other.stdout).toMatch(/Next steps:\n {2}cd 'my shop' +go to the project\n {2}git init /);
  const { document } = await runJson(world, ['init', 'a shop', '--ai', 'claude'], {
    cwd: world.repository.base,
  });
  expect((document as { next_steps: unknown }).next_steps).toEqual([
    { command: "cd 'a shop'", why: 'go to the project' },
    { command: 'git init', why: 'begin a repository: there is none here' },
    {
      command: 'git add . && git commit -m "Set up Spec Kitty"',
      why: 'worktrees have only what is committed',
    },
    { command: 'spec-kitty specify <slug>', why: 'describe what you want' },
    { command: 'spec-kitty next --agent claude --mission <slug>', why: 'ask what comes next, at any time' },
    {
      command: 'spec-kitty agent action implement --agent claude --mission <slug>',
      why: 'take a work package',
    },
    { command: 'spec-kitty agent action review --agent claude --mission <slug>', why: 'take one for review' },
  ]);
});

test("in a lane's worktree it names the primary checkout, and in a bare repository it wants one; neither gets a file", async () => {
  const world = cliWorld();
  const { repository } = world;
  repository.commit('first', { 'a.txt': 'a' });
  repository.git('worktree', 'add', '--quiet', '.worktrees/pay-lane-a', '-b', 'kitty/mission-pay-lane-a');
  const bare = path.join(repository.base, 'bare.git');
  repository.git('init', '--quiet', '--bare', bare);
  const before = everything(world);
  expect(await runJson(world, ['init', '.worktrees/pay-lane-a/src'])).toMatchObject({
    exitCode: 1,
    document: {
      error_code: 'LANE_WORKTREE',
      hints: [expect.stringContaining(`\`spec-kitty init ${repository.root}\``)],
    },
  });
  expect(await runJson(world, ['init', bare])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'NO_PRIMARY_CHECKOUT' },
  });
  expect(changed(before, everything(world))).toEqual([]);
});
