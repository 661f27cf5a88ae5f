import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OLD_FILES, OLD_LOG, oldCommand, predecessorProject } from '../../testing/predecessor-project.ts';
import { makeReadOnly, readOnlyMethod } from '../../testing/read-only-disk.ts';
import { type CliWorld, cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

interface Plan {
  readonly changes: readonly { readonly path: string; readonly change: string }[];
  readonly left: readonly { readonly path: string; readonly why: string }[];
  readonly kept_id?: string;
  readonly kept: readonly { readonly id: string; readonly restored_at: string | null }[];
}

/** Every file of the checkout with its mode and content; of the Git directory, what Git itself keeps. */
function everything({ repository: { root } }: CliWorld): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const files = names.filter(
    (name) => !name.startsWith(path.join('.git', 'spec-kitty')) && statSync(path.join(root, name)).isFile(),
  );
  return Object.fromEntries(
    files.map((name) => {
      const file = path.join(root, name);
      return [name.replaceAll('\\', '/'), `${statSync(file).mode} ${readFileSync(file, 'base64')}`];
    }),
  );
}

function changed(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => before[name] !== after[name]).toSorted();
}

const json = async (world: CliWorld, ...args: readonly string[]) =>
  (await runJson(world, ['upgrade', ...args])).document as Plan & Readonly<Record<string, unknown>>;
const paths = ({ changes }: Plan) => changes.map(({ path: name }) => name).toSorted();

test('--plan changes nothing, and upgrade changes exactly what it lists', async () => {
  const world = predecessorProject();
  const before = everything(world);
  const plan = await json(world, '--plan');
  expect(everything(world)).toEqual(before);
  const done = await json(world);
  expect(done.changes).toEqual(plan.changes);
  expect(changed(before, everything(world))).toEqual(paths(plan));
  expect(done.left).toEqual(plan.left);
  expect(await json(world, '--plan')).toMatchObject({ changes: [], left: plan.left });
  const after = everything(world);
  expect((await runCli(world, ['upgrade'])).stdout).toMatch(/^The project is at .*; nothing was changed\.\n/);
  expect(everything(world)).toEqual(after);
});

test('command files of the predecessor are replaced or removed where they are recognisably its own, else named', async () => {
  const world = predecessorProject();
  const { changes, left } = await json(world);
  const kinds = Object.fromEntries(changes.map(({ path: name, change }) => [name, change]));
  expect(kinds).toMatchObject({
    '.claude/commands/spec-kitty.plan.md': 'replace',
    '.claude/commands/spec-kitty.dashboard.md': 'remove',
    '.claude/commands/spec-kitty.tasks.md': 'create',
    '.opencode/command/spec-kitty.plan.md': 'remove',
    '.opencode/commands/spec-kitty.plan.md': 'create',
    '.agents/skills/spec-kitty.plan/SKILL.md': 'remove',
    '.agents/skills/spec-kitty-plan/SKILL.md': 'create',
  });
  expect(left).toEqual([
    {
      path: '.agents/skills/spec-kitty.tasks/SKILL.md',
      why: 'nothing says that spec-kitty wrote it as it is',
    },
    { path: '.claude/commands/spec-kitty.specify.md', why: 'nothing says that spec-kitty wrote it as it is' },
    { path: '.gemini/commands/spec-kitty.plan.toml', why: 'gemini is not in agents.available' },
  ]);
  for (const file of [...left.map(({ path: name }) => name), '.claude/commands/deploy.md'])
    expect(world.repository.read(file)).toBe(OLD_FILES[file]);
  expect((await runJson(world, ['agent', 'config', 'status'])).document).toMatchObject({ unknown: [] });
});

test('logs, planning files and what the predecessor keeps for itself stay; only missing ids are added', async () => {
  const world = predecessorProject();
  const head = world.repository.git('rev-parse', 'HEAD');
  const { changes } = await json(world);
  expect(changes.filter(({ path: name }) => name.startsWith('kitty-specs/'))).toEqual([
    { path: 'kitty-specs/.gitattributes', change: 'create', why: expect.any(String) as string },
    { path: 'kitty-specs/001-first/meta.json', change: 'replace', why: 'the mission has no id' },
    { path: 'kitty-specs/004-logged/meta.json', change: 'replace', why: 'the mission has no id' },
  ]);
  expect(world.repository.read('kitty-specs/004-logged/status.events.jsonl')).toBe(OLD_LOG);
  expect(JSON.parse(world.repository.read('kitty-specs/004-logged/meta.json'))).toMatchObject({
    mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
  });
  expect(JSON.parse(world.repository.read('kitty-specs/001-first/meta.json'))).toMatchObject({
    deliverables_path: 'docs/',
    mission_id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/) as string,
  });
  expect(world.repository.read('.kittify/metadata.yaml')).toBe(
    OLD_FILES['.kittify/metadata.yaml']
      ?.replace('3.2.5', '"0.0.0-dev"')
      .replace(/last_upgraded_at: null/, 'last_upgraded_at: "2026-01-05T12:01:00.000000+00:00"')
      .replace('environment', '  schema_version: 3\nenvironment'),
  );
  expect(world.repository.read('.kittify/config.yaml')).toBe(OLD_FILES['.kittify/config.yaml']);
  for (const file of ['AGENTS.md', '.gitignore', '.gitattributes'])
    expect(world.repository.read(file)).toBe(OLD_FILES[file]);
  expect(world.repository.git('rev-parse', 'HEAD')).toBe(head);
  expect(world.repository.git('diff', '--cached', '--name-only')).toBe('');
  expect((await runCli(world, ['status', '--mission', '001'])).exitCode).toBe(0);
});

test('two clones give the same ids', async () => {
  const ids = await Promise.all(
    [predecessorProject(), predecessorProject()].map(async (world) => {
      await json(world);
      return world.repository.read('kitty-specs/001-first/meta.json');
    }),
  );
  expect(ids[0]).toBe(ids[1]);
});

test('--restore brings every file back byte for byte, with its mode, and takes away what was made', async () => {
  const world = predecessorProject();
  chmodSync(path.join(world.repository.root, '.claude/commands/spec-kitty.plan.md'), 0o755);
  chmodSync(path.join(world.repository.root, '.claude/commands/spec-kitty.dashboard.md'), 0o700);
  const before = everything(world);
  await json(world);
  const [kept] = (await json(world, '--plan')).kept;
  expect(await json(world, '--restore')).toMatchObject({ result: 'success', id: kept?.id });
  expect(everything(world)).toEqual(before);
  expect(await json(world, '--restore', kept?.id ?? '')).toMatchObject({ result: 'already_restored' });
  expect(await json(world, '--restore')).toMatchObject({ error_code: 'NO_UPGRADE_KEPT' });
  expect(await json(world, '--restore', 'x')).toMatchObject({ error_code: 'NO_UPGRADE_KEPT' });
  expect(paths(await json(world))).toContain('.claude/commands/spec-kitty.plan.md');
});

test('--restore refuses over a file that has changed since, or is a link now, and brings nothing back', async () => {
  const world = predecessorProject();
  await json(world);
  const file = '.claude/commands/spec-kitty.tasks.md';
  const text = world.repository.read(file);
  world.repository.write({ [file]: 'mine now' });
  const before = everything(world);
  expect(await json(world, '--restore')).toMatchObject({ error_code: 'UPGRADE_CHANGED_SINCE', file });
  expect(everything(world)).toEqual(before);
  rmSync(path.join(world.repository.root, file));
  symlinkSync('spec-kitty.plan.md', path.join(world.repository.root, file));
  expect(await json(world, '--restore')).toMatchObject({ error_code: 'NOT_A_PLAIN_FILE' });
  rmSync(path.join(world.repository.root, file));
  world.repository.write({ [file]: text });
  expect(await json(world, '--restore')).toMatchObject({ result: 'success' });
});

test('a copy that is not what its hash says is not brought back', async () => {
  const world = predecessorProject();
  const { kept_id: id } = await json(world);
  const record = `.git/spec-kitty/upgrades/${id}.json`;
  world.repository.write({
    [record]: world.repository.read(record).replace(/"base64": "../, '"base64": "AA'),
  });
  expect(await json(world, '--restore')).toMatchObject({ error_code: 'RECORD_UNREADABLE' });
});

test('a project of the first versions, without configuration, gets one for the agents whose commands it has', async () => {
  const world = predecessorProject({
    '.kittify/memory/constitution.md': '# Rules\n',
    '.qwen/commands/spec-kitty.plan.toml': 'prompt = """<!-- spec-kitty-command-version: 0.9.1 -->"""\n',
    'kitty-specs/001-first/meta.json': '{"slug":"001-first","target_branch":"main"}',
  });
  const before = everything(world);
  const done = await json(world);
  expect(paths(done)).toEqual(
    expect.arrayContaining(['.kittify/config.yaml', '.kittify/metadata.yaml', 'AGENTS.md']) as string[],
  );
  expect(world.repository.read('.kittify/config.yaml')).toContain('  available:\n  - qwen\n');
  expect(done.changes).toContainEqual({
    path: '.qwen/commands/spec-kitty.plan.toml',
    change: 'remove',
    why: 'no agent needs it any more',
  });
  expect(paths(await json(world, '--plan'))).toEqual([]);
  await json(world, '--restore');
  expect(everything(world)).toEqual(before);
});

test('what a killed run has left is finished by the next, and both are taken back at once', async () => {
  const whole = predecessorProject();
  const steps = paths(await json(whole, '--plan')).length;
  for (const stop of [1, 7, steps - 1]) {
    const world = predecessorProject();
    const before = everything(world);
    const { kept_id: id } = await json(world);
    const after = everything(world);
    // As after a kill before the file of that number: those from there on are as before, and the record is open.
    const file = path.join(world.repository.root, `.git/spec-kitty/upgrades/${id}.json`);
    const record = JSON.parse(readFileSync(file, 'utf8')) as {
      files: { path: string; before: { base64: string; mode: number } | null }[];
    };
    for (const { path: name, before: was } of record.files.slice(stop)) {
      if (was) world.repository.write({ [name]: Buffer.from(was.base64, 'base64').toString() });
      else rmSync(path.join(world.repository.root, name), { force: true });
    }
    world.repository.write({
      [`.git/spec-kitty/upgrades/${id}.json`]: JSON.stringify({ ...record, finished_at: null }),
    });
    expect((await runCli(world, ['upgrade', '--plan'])).stdout).toContain(', interrupted\n');
    expect(await json(world)).toMatchObject({ result: 'success', kept_id: id });
    const timeless = (files: Readonly<Record<string, string>>) =>
      Object.keys(files).filter((name) => !/metadata|manifest/.test(name) && files[name] !== after[name]);
    expect(timeless(everything(world))).toEqual([]);
    await json(world, '--restore');
    expect(everything(world)).toEqual(before);
  }
});

test('a file that somebody has edited after the kill comes back as edited', async () => {
  const world = predecessorProject();
  const { kept_id: id } = await json(world);
  const name = 'kitty-specs/001-first/meta.json';
  const record = `.git/spec-kitty/upgrades/${id}.json`;
  world.repository.write({
    [name]: '{"slug":"renamed"}',
    [record]: world.repository.read(record).replace(/"finished_at": "[^"]*"/, '"finished_at": null'),
  });
  await json(world);
  expect(world.repository.read(name)).toContain('"mission_id"');
  await json(world, '--restore');
  expect(world.repository.read(name)).toBe('{"slug":"renamed"}');
});

const readOnly = readOnlyMethod();
test.skipIf(readOnly === undefined)(
  'on a read-only disk nothing is changed, and it is said (skipped where no disk can be made so)',
  async () => {
    const world = predecessorProject();
    const before = everything(world);
    const undo = makeReadOnly(world.repository.root, readOnly);
    try {
      expect(await json(world)).toMatchObject({ error_code: 'READ_ONLY' });
      expect((await json(world, '--plan')).changes.length).toBeGreaterThan(0);
    } finally {
      undo();
    }
    expect(everything(world)).toEqual(before);
  },
);

test.skipIf(readOnly === undefined)(
  'a folder that cannot be written stops it half-way, and it goes on afterwards (skipped where none can be made so)',
  async () => {
    const world = predecessorProject();
    const before = everything(world);
    const undo = makeReadOnly(path.join(world.repository.root, '.claude'), readOnly);
    try {
      expect(await json(world)).toMatchObject({ error_code: 'READ_ONLY' });
    } finally {
      undo();
    }
    expect(await json(world)).toMatchObject({ result: 'success' });
    expect(await json(world, '--plan')).toMatchObject({ changes: [] });
    await json(world, '--restore');
    expect(everything(world)).toEqual(before);
  },
);

test('nothing is written through links, nor into a project of a newer version, nor where there is none', async () => {
  const linked = predecessorProject();
  const file = path.join(linked.repository.root, '.kittify/metadata.yaml');
  mkdirSync(path.join(linked.repository.base, 'outside'));
  linked.repository.write({ '../outside/metadata.yaml': 'spec_kitty:\n  version: 1\n' });
  rmSync(file);
  symlinkSync('../../outside/metadata.yaml', file);
  const before = everything(linked);
  expect(await json(linked)).toMatchObject({ error_code: 'PATH_OUTSIDE_REPOSITORY' });
  expect(everything(linked)).toEqual(before);

  const newer = predecessorProject({ '.kittify/metadata.yaml': 'spec_kitty:\n  schema_version: 4\n' });
  expect(await json(newer)).toMatchObject({ error_code: 'SCHEMA_TOO_NEW' });
  const empty = cliWorld();
  expect(await json(empty)).toMatchObject({ error_code: 'NOT_INITIALIZED' });
  expect(existsSync(path.join(empty.repository.root, '.git/spec-kitty/upgrades'))).toBe(false);
  expect((await runCli(empty, ['upgrade', '--plan', '--restore'])).exitCode).toBe(2);
});

test('the newest ten are kept, each of which can be taken back', async () => {
  const world = predecessorProject();
  const file = '.claude/commands/spec-kitty.plan.md';
  const ids: (string | undefined)[] = [];
  for (let at = 0; at < 12; at += 1) {
    ids.push((await json(world)).kept_id);
    if (at < 11) rmSync(path.join(world.repository.root, file));
  }
  expect((await json(world, '--plan')).kept.map(({ id }) => id)).toEqual(ids.slice(-10));
  const restore = (id = '') => runJson(world, ['upgrade', '--restore', id]);
  expect(await restore(ids[1])).toMatchObject({ document: { error_code: 'NO_UPGRADE_KEPT' } });
  expect(await restore(ids[2])).toMatchObject({ document: { result: 'success', files: [file] } });
  expect(existsSync(path.join(world.repository.root, file))).toBe(false);
});

test('every file that is named like a command and stays is named with the reason', async () => {
  const strange = [
    '.gemini/commands/spec-kitty.doctor.toml',
    '.gemini/commands/spec-kitty.plan.md',
    '.agents/skills/spec-kitty.mine',
  ];
  const world = predecessorProject({
    ...OLD_FILES,
    '.gemini/commands/spec-kitty.doctor.toml': OLD_FILES['.gemini/commands/spec-kitty.plan.toml'] ?? '',
    '.gemini/commands/spec-kitty.plan.md': oldCommand('plan'),
    '.gemini/commands/ours.toml': 'prompt = ""\n',
    '.agents/skills/spec-kitty.mine/SKILL.md': 'a skill\n',
  });
  const { left } = await json(world, '--plan');
  const why = 'no version of spec-kitty has this command there';
  expect(left.filter((one) => one.why === why).map((one) => one.path)).toEqual(strange.toSorted());
  expect(left).toEqual(left.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  expect((await json(world)).left).toEqual(left);
});

test('a project made by this version has nothing to upgrade', async () => {
  const world = cliWorld();
  await runCli(world, ['init', '--ai', 'claude,codex,letta', '--skills']);
  expect(await json(world, '--plan')).toMatchObject({ changes: [], left: [], kept: [] });
});

test('a command of version 4 that no manifest knows is somebody else’s', async () => {
  const world = predecessorProject({
    '.kittify/config.yaml': 'agents:\n  available: [claude]\n',
    '.claude/commands/spec-kitty.plan.md': oldCommand('plan', '4.0.0'),
  });
  expect((await json(world)).left).toEqual([
    { path: '.claude/commands/spec-kitty.plan.md', why: 'nothing says that spec-kitty wrote it as it is' },
  ]);
});

test('a project that has lost its settings keeps its agents, whose files the manifest knows', async () => {
  const world = cliWorld();
  await runCli(world, ['init', '--ai', 'claude,gemini']);
  rmSync(path.join(world.repository.root, '.kittify/config.yaml'));
  const plan = await json(world, '--plan');
  expect(paths(plan)).toEqual(['.kittify/config.yaml']);
  await json(world);
  expect(world.repository.read('.kittify/config.yaml')).toMatch(/available:\n {2}- claude\n {2}- gemini\n/);
});
