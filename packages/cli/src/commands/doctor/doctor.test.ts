import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT_BLOCKS } from '@spec-kitty/core/project/project-blocks';
import { programOnPath } from '@spec-kitty/local/process/program-on-path';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { predecessorProject } from '../../testing/predecessor-project.ts';
import { makeReadOnly, readOnlyMethod } from '../../testing/read-only-disk.ts';
import { type CliWorld, cliWorld, runCli, runJson } from '../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, sampleRows, writeSample } from '../../testing/sample-mission.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/spec-kitty.cjs', import.meta.url));

interface Diagnosis {
  readonly findings?: readonly { readonly category: string; readonly mission_slug: string | null }[];
  readonly fixed: readonly unknown[];
  readonly healthy: boolean;
  readonly warning_count: number;
  readonly kept_id: string | null;
  readonly checked: readonly string[];
}

/** A project whose PATH has this program and Git. */
async function project(
  ...init: readonly string[]
): Promise<{ world: CliWorld; env: Record<string, string> }> {
  const world = cliWorld();
  const bin = path.join(world.repository.base, 'bin');
  mkdirSync(bin);
  const windows = process.platform === 'win32';
  const script = windows ? `@node "${PROGRAM}" %*\r\n` : `#!/bin/sh\nexec node "${PROGRAM}" "$@"\n`;
  writeFileSync(path.join(bin, windows ? 'spec-kitty.cmd' : 'spec-kitty'), script, { mode: 0o755 });
  const { env } = world.repository;
  if (init[0] !== 'none') await runCli(world, ['init', ...init]);
  return { world, env: { ...env, PATH: [bin, env['PATH']].join(path.delimiter) } };
}

const diagnose = async (at: { world: CliWorld; env: Record<string, string> }, ...args: readonly string[]) => {
  const { exitCode, document } = await runJson(at.world, ['doctor', ...args], { env: at.env });
  const { findings = [], ...rest } = document as Diagnosis;
  return { exitCode, categories: findings.map(({ category }) => category), ...rest };
};

test('RG-1: a new project is healthy, and so is one with a mission', async () => {
  const at = await project('--ai', 'claude,codex');
  expect(await runCli(at.world, ['doctor'], { env: at.env })).toMatchObject({
    exitCode: 0,
    stdout: 'Looked at the program, Git, the files of the project, 0 missions: nothing is wrong.\n',
  });
  at.world.repository.commit('start');
  await runCli(at.world, ['quick', 'Greet people'], { env: at.env });
  expect(await diagnose(at)).toMatchObject({ exitCode: 0, healthy: true, categories: [] });
  expect((await runCli(at.world, ['verify-setup'], { env: at.env })).exitCode).toBe(0);
});

test('a fresh clone, which has no folder that keeps itself out of commits, lacks nothing', async () => {
  const at = await project('--ai', 'claude');
  for (const folder of ['.worktrees', '.kittify/runtime'])
    rmSync(path.join(at.world.repository.root, folder), { recursive: true });
  expect(await diagnose(at)).toMatchObject({ exitCode: 0, healthy: true, categories: [] });
});

test('--fix makes what is missing and appends blocks, says exactly what, and does it once', async () => {
  const at = await project('--ai', 'claude');
  const { repository } = at.world;
  for (const gone of ['.worktrees/.gitignore', '.kittify/.gitignore', '.claude/commands/spec-kitty.plan.md'])
    rmSync(path.join(repository.root, gone), { recursive: true });
  repository.write({
    'AGENTS.md': '# Ours\r\n\r\nText',
    '.gitignore': 'dist/',
    '.gitattributes': '*.png binary\n',
  });
  const before = repository.git('status', '--porcelain', '--untracked-files=all');
  expect(await diagnose(at)).toMatchObject({
    exitCode: 0,
    healthy: true,
    categories: [
      'missing_file',
      'missing_file',
      'missing_block',
      'missing_block',
      'missing_block',
      'missing_commands',
    ],
    fixed: [],
  });
  expect(repository.git('status', '--porcelain', '--untracked-files=all')).toBe(before);
  const fixed = await diagnose(at, '--fix');
  expect(fixed).toMatchObject({
    exitCode: 0,
    healthy: true,
    categories: [],
    fixed: [
      { path: '.worktrees/.gitignore', change: 'create' },
      { path: '.kittify/.gitignore', change: 'create' },
      { path: 'AGENTS.md', change: 'append' },
      { path: '.gitattributes', change: 'append' },
      { path: '.gitignore', change: 'append' },
      { path: '.claude/commands/spec-kitty.plan.md', change: 'create' },
    ],
  });
  const block = PROJECT_BLOCKS.find(({ file }) => file === 'AGENTS.md')?.text ?? '';
  expect(repository.read('AGENTS.md')).toBe(`# Ours\r\n\r\nText\r\n\r\n${block.replaceAll('\n', '\r\n')}`);
  expect(repository.read('.gitignore')).toBe('dist/\n\n.worktrees/\n');
  expect(await diagnose(at, '--fix')).toMatchObject({ exitCode: 0, fixed: [], kept_id: null });
  await runCli(at.world, ['upgrade', '--restore']);
  expect(repository.read('AGENTS.md')).toBe('# Ours\r\n\r\nText');
  expect(repository.git('status', '--porcelain', '--untracked-files=all')).toBe(before);
});

test('a part that has lost a mark is named, and gets no second one beside it', async () => {
  const at = await project('--ai', 'claude');
  const { repository } = at.world;
  const damaged = repository.read('AGENTS.md').replace('<!-- spec-kitty:end -->\n', '');
  repository.write({ 'AGENTS.md': damaged });
  for (const options of [[], ['--fix']])
    expect(await diagnose(at, ...options)).toMatchObject({ categories: ['damaged_block'], fixed: [] });
  expect(repository.read('AGENTS.md')).toBe(damaged);
  expect((await runCli(at.world, ['doctor'], at)).stdout).toContain(
    'lost its mark `<!-- spec-kitty:end -->`: AGENTS.md, line 1 [damaged_block]\n',
  );
  repository.write({ 'AGENTS.md': `${damaged}<!-- spec-kitty:end -->\n` });
  expect(await diagnose(at)).toMatchObject({ healthy: true, categories: [] });
});

test.skipIf(process.platform === 'win32')(
  'lines for a link go into the file that it leads to (skipped on Windows: links need a right)',
  async () => {
    const at = await project('--ai', 'claude');
    const { root } = at.world.repository;
    at.world.repository.write({ 'CLAUDE.md': '# Ours\n' });
    rmSync(path.join(root, 'AGENTS.md'));
    symlinkSync('CLAUDE.md', path.join(root, 'AGENTS.md'));
    expect(await diagnose(at, '--fix')).toMatchObject({
      exitCode: 0,
      fixed: [{ path: 'CLAUDE.md', change: 'append' }],
    });
    expect(at.world.repository.read('CLAUDE.md')).toMatch(/^# Ours\n\n<!-- spec-kitty:begin -->/);
  },
);

test('what is not safe is left, with the command for it: other versions, unknown agents, an interrupted upgrade', async () => {
  const world = predecessorProject();
  const env = { ...world.repository.env };
  world.repository.write({ '.kittify/config.yaml': 'agents:\n  available: [claude, clod]\n' });
  const { stdout, exitCode } = await runCli(world, ['doctor'], { env });
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    'error    The file is not JSON in line 1, column 3: kitty-specs/broken/meta.json [meta_corrupt]\n',
  );
  expect(stdout).toContain('[unknown_agent]\n');
  expect(stdout).toContain('[outdated]\n           Run `spec-kitty upgrade --plan`');
  const fixed = await diagnose({ world, env }, '--fix');
  expect(JSON.stringify(fixed.fixed)).not.toMatch(
    /"path":"(?!.kittify.command-skills-manifest)[^"]*","change":"re/,
  );
  expect(world.repository.read('.claude/commands/spec-kitty.dashboard.md')).toContain('3.1.1');
  await runCli(world, ['upgrade'], { env });
  expect((await diagnose({ world, env })).categories).not.toContain('outdated');
  const kept = (await runJson(world, ['upgrade', '--plan'])).document as { kept: { id: string }[] };
  const record = `.git/spec-kitty/upgrades/${kept.kept.at(-1)?.id}.json`;
  world.repository.write({
    [record]: world.repository.read(record).replace(/"finished_at": "[^"]*"/, '"finished_at": null'),
  });
  expect((await diagnose({ world, env })).categories).toContain('interrupted_upgrade');
});

test('missions: what cannot be read, and what is wrong with open work, once each', async () => {
  const at = await project();
  writeSample(at.world.repository);
  at.world.repository.write({ 'kitty-specs/copied/meta.json': '{"slug":"copied"}' });
  mkdirSync(path.join(at.world.repository.root, '.worktrees/stray-lane-a'));
  rmSync(path.join(at.world.repository.root, 'kitty-specs', SAMPLE, 'tasks'), { recursive: true });
  const { exitCode, document } = await runJson(at.world, ['doctor'], { env: at.env });
  expect(exitCode).toBe(1);
  const { findings = [] } = document as Diagnosis;
  const seen = findings.map(({ category, mission_slug: mission }) => `${mission} ${category}`);
  expect(seen).toContain('null orphan_worktree');
  expect(seen).toContain('null outdated');
  expect(seen).toContain('copied mission_id_missing');
  expect(seen).toContain(`${SAMPLE} missing_package`);
  expect(seen.filter((line) => line.startsWith('invoice-export-01KE6Z2V '))).not.toEqual([]);
  expect(new Set(seen).has('invoice-export-01KE6Z2V override')).toBe(false);
});

/** The sample mission under other names, as a project that the predecessor worked in for long has many. */
function writeMissions(at: { world: CliWorld }, rows: ReturnType<typeof sampleRows>, count: number): void {
  const files = sampleFiles(rows);
  for (let index = 0; index < count; index += 1) {
    const renamed = (text: string) =>
      text
        .replaceAll(SAMPLE, `export-${index}-01KE6Z${index}V`)
        .replaceAll('01KE6Z2V3M8Q', `01KE6Z${index}V3M8Q`);
    at.world.repository.write(
      Object.fromEntries(Object.entries(files).map(([file, text]) => [renamed(file), renamed(text)])),
    );
  }
  at.world.repository.commit('missions');
}

/** Everything approved, as merges of the predecessor left it. */
const approvedRows = () => [
  ...sampleRows(),
  ...['WP02', 'WP03', 'WP04'].map((wp, index) =>
    laneRow(20 + index, { wp_id: wp, from_lane: 'in_review', to_lane: 'approved', actor: 'codex' }),
  ),
];

test('what the predecessor has delivered needs no lanes; it does where a branch of one is left', async () => {
  const at = await project();
  writeMissions(at, approvedRows(), 2);
  expect((await diagnose(at)).categories).not.toContain('not_mergeable');
  expect((await diagnose(at)).categories).not.toContain('missing_lane_branch');
  at.world.repository.git('branch', 'kitty/mission-export-1-01KE6Z1V-lane-a');
  const { document } = await runJson(at.world, ['doctor'], { env: at.env });
  const { findings = [] } = document as Diagnosis;
  expect(findings.filter(({ mission_slug: slug }) => slug === 'export-0-01KE6Z0V')).toEqual([]);
  expect(findings.filter(({ mission_slug: slug }) => slug === 'export-1-01KE6Z1V')).not.toEqual([]);
});

test('findings of one kind are told by the first of them and their number; JSON has all', async () => {
  const at = await project();
  writeMissions(at, sampleRows(), 5);
  const { stdout } = await runCli(at.world, ['doctor'], { env: at.env });
  expect(stdout.split('[missing_lane_branch]\n')).toHaveLength(3);
  expect(stdout).toContain(
    '           and 8 more of this kind in 4 missions [missing_lane_branch]; all of them: `spec-kitty doctor --json`\n',
  );
  const { categories } = await diagnose(at);
  expect(categories.filter((category) => category === 'missing_lane_branch')).toHaveLength(10);
});

test('a target branch that is gone is told instead of everything that rests on it, with how to give the mission up', async () => {
  const at = await project();
  writeMissions(at, sampleRows(), 1);
  at.world.repository.git('branch', '-m', 'trunk');
  expect((await diagnose(at)).categories).toEqual(['materialization_drift', 'missing_target']);
  expect((await runCli(at.world, ['doctor'], { env: at.env })).stdout).toContain(
    '`spec-kitty agent mission abandon --reason "<reason>" --mission export-0-01KE6Z0V`',
  );
});

test('worktrees of the predecessor that belong to a mission, one for each package, are no strays', async () => {
  const at = await project();
  writeSample(at.world.repository);
  for (const folder of ['invoice-export-01KE6Z2V-WP01', 'invoice-export-01KE6Z2V'])
    mkdirSync(path.join(at.world.repository.root, '.worktrees', folder));
  expect((await diagnose(at)).categories).not.toContain('orphan_worktree');
});

test.skipIf(process.platform === 'win32')(
  'another spec-kitty on PATH is told, and none where agents have commands (skipped on Windows)',
  async () => {
    const at = await project('--ai', 'claude');
    const bin = path.join(at.world.repository.base, 'other');
    mkdirSync(bin);
    const other = path.join(bin, 'spec-kitty');
    writeFileSync(other, '#!/usr/bin/python3\n');
    chmodSync(other, 0o755);
    const PATH = [bin, at.env['PATH']].join(path.delimiter);
    const { stdout, exitCode } = await runCli(at.world, ['doctor'], { env: { ...at.env, PATH } });
    expect(stdout).toContain(
      `warning  PATH leads to the Python predecessor instead of this program: ${other} [other_program]\n`,
    );
    expect(exitCode).toBe(0);
    const onlyGit = path.join(at.world.repository.base, 'git');
    mkdirSync(onlyGit);
    symlinkSync(programOnPath('git', process.env) ?? '', path.join(onlyGit, 'git'));
    const without = { ...at.env, PATH: onlyGit };
    expect((await diagnose({ world: at.world, env: without })).categories).toEqual(['no_program']);
  },
);

test('where no repository or no project is, that is the finding', async () => {
  const at = await project('none');
  expect((await runCli(at.world, ['verify-setup'], { env: at.env })).exitCode).toBe(1);
  expect(await diagnose(at)).toMatchObject({ exitCode: 1, categories: ['not_initialized'] });
  rmSync(path.join(at.world.repository.root, '.git'), { recursive: true });
  expect(await diagnose(at)).toMatchObject({
    exitCode: 1,
    categories: ['not_a_repository'],
    checked: ['the program', 'Git'],
  });
  expect(await diagnose(at, '--fix')).toMatchObject({ exitCode: 1, fixed: [] });
});

test('a mission that was made without init says so once, and doctor names init; lost settings are another thing', async () => {
  const at = await project('none');
  const { repository } = at.world;
  const command = `\`spec-kitty init ${repository.root}\``;
  repository.commit('first', { 'a.txt': 'a' });
  for (const line of [
    ['quick', 'Greet people'],
    ['specify', 'greet'],
  ])
    expect((await runCli(at.world, line)).stdout.split(command)).toHaveLength(2);
  const { exitCode, stdout } = await runCli(at.world, ['doctor'], at);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Spec Kitty is not set up in this repository. [not_initialized]\n');
  expect(stdout).toContain(command);
  await runCli(at.world, ['init', '--ai', 'claude']);
  expect((await diagnose(at)).categories).toEqual([]);
  expect((await runCli(at.world, ['specify', 'wave'])).stdout).not.toContain('not set up');
  rmSync(path.join(repository.root, '.kittify/config.yaml'));
  expect((await diagnose(at)).categories).toEqual(['not_upgraded']);
});

test('a damaged manifest and a configuration that cannot be read are findings, and nothing is fixed over them', async () => {
  const at = await project('--ai', 'claude');
  at.world.repository.write({ '.kittify/command-skills-manifest.json': '<<<<<<<' });
  expect(await diagnose(at, '--fix')).toMatchObject({ categories: ['manifest_invalid'], fixed: [] });
  at.world.repository.write({
    '.kittify/command-skills-manifest.json': '{"entries": []}',
    '.kittify/config.yaml': 'agents: [',
  });
  expect(await diagnose(at, '--fix')).toMatchObject({ categories: ['config_invalid'], fixed: [] });
});

test.skipIf(process.platform === 'win32')(
  'what workspace.copy cannot copy is told: outside, behind a link, not there (skipped on Windows: links need a right)',
  async () => {
    const at = await project();
    const { repository } = at.world;
    const config = repository.read('.kittify/config.yaml');
    symlinkSync(repository.base, path.join(repository.root, 'away'));
    repository.write({
      '.env': 'A=1\n',
      '.kittify/config.yaml': `${config}workspace:\n  copy: [.env, .env.local, ../secret, away/bin]\n`,
    });
    const { exitCode, document } = await runJson(at.world, ['doctor'], { env: at.env });
    expect(exitCode).toBe(1);
    expect((document as Diagnosis).findings).toMatchObject([
      { category: 'unusable_copy', message: expect.stringContaining('"../secret"') as string },
      { category: 'unusable_copy', message: expect.stringContaining('"away/bin"') as string },
      { category: 'missing_copy', message: expect.stringContaining('.env.local') as string },
    ]);
  },
);

test('what says the version of the project and cannot be read is a finding, with the way to a new one', async () => {
  const at = await project();
  for (const text of ['{', '<<<<<<< HEAD\nx: 1\n=======\ny: 2\n>>>>>>> b\n']) {
    at.world.repository.write({ '.kittify/metadata.yaml': text });
    expect(await diagnose(at)).toMatchObject({ exitCode: 0, categories: ['unreadable_metadata'] });
  }
  rmSync(path.join(at.world.repository.root, '.kittify/metadata.yaml'));
  expect((await runCli(at.world, ['upgrade'], { env: at.env })).exitCode).toBe(0);
  expect(await diagnose(at)).toMatchObject({ healthy: true, categories: [] });
});

test('verify-setup has the keys of the predecessor beside those of doctor', async () => {
  const at = await project('--ai', 'claude');
  rmSync(path.join(at.world.repository.root, '.claude/commands/spec-kitty.plan.md'));
  const { document, exitCode } = await runJson(at.world, ['verify-setup', '--check-tools'], { env: at.env });
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({
    environment: { repo_root: at.world.repository.root, in_worktree: false, current_branch: 'main' },
    file_integrity: { total_missing: 1, missing_files: ['.claude/commands/spec-kitty.plan.md'] },
    tools: { git: { available: true }, claude: { available: expect.any(Boolean) as boolean } },
    recommendations: [expect.stringContaining('doctor --fix') as string],
    healthy: true,
    warning_count: 1,
  });
});

test('a check that cannot be made exits 2', async () => {
  const at = await project();
  at.world.repository.commit('start');
  writeSample(at.world.repository);
  rmSync(path.join(at.world.repository.root, '.git/objects'), { recursive: true });
  expect(await runJson(at.world, ['doctor'], { env: at.env })).toMatchObject({
    exitCode: 2,
    document: { error_code: 'DOCTOR_FAILED', cause_code: 'GIT_FAILED' },
  });
});

const readOnly = readOnlyMethod();
test.skipIf(readOnly === undefined)(
  'a fix that cannot be written exits 2, and says why (skipped where no disk can be made read-only)',
  async () => {
    const at = await project();
    rmSync(path.join(at.world.repository.root, '.kittify/.gitignore'));
    const undo = makeReadOnly(at.world.repository.root, readOnly);
    try {
      expect(await diagnose(at)).toMatchObject({ exitCode: 0, categories: ['missing_file'] });
      expect(await runJson(at.world, ['doctor', '--fix'], { env: at.env })).toMatchObject({
        exitCode: 2,
        document: { error_code: 'DOCTOR_FAILED', cause_code: 'READ_ONLY' },
      });
    } finally {
      undo();
    }
  },
);
