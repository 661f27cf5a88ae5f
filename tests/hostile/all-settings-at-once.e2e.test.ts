import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliRun, type CliWorld, runCli } from '../../packages/cli/src/testing/run-cli.ts';

// What one setting alone comes to, and from which file, is in `git-settings.ts`.

/** Keys that Git would run something for, with the attribute of `*.js` that leads to some of them. */
const NEED_TRUST = [
  'core.sshCommand',
  'core.gitProxy',
  'core.askPass',
  'core.alternateRefsCommand',
  'filter.evil.clean',
  'filter.evil.smudge',
  'filter.evil.process',
  'merge.evil.driver',
  'credential.helper',
  'gpg.program',
  'gpg.ssh.program',
  'remote.origin.vcs',
  'remote.origin.uploadpack',
  'hook.evil.command',
  'submodule.evil.update',
  'alias.status',
];
const NEUTRALISED = [
  'core.fsmonitor',
  'core.pager',
  'pager.log',
  'core.editor',
  'sequence.editor',
  'diff.external',
  'diff.evil.command',
  'diff.evil.textconv',
  'uploadpack.packObjectsHook',
];
const HOOKS = [
  'pre-commit',
  'commit-msg',
  'post-commit',
  'post-checkout',
  'post-index-change',
  'reference-transaction',
  'pre-merge-commit',
  'post-merge',
];
/** Commands on a mission with one package to claim; those that need Git to work in the checkout are refused. */
const COMMANDS: readonly (readonly [line: string, refused: boolean])[] = [
  ['status', false],
  ['status --all', false],
  ['next --agent ada', false],
  ['agent mission list', false],
  ['agent mission graph', false],
  ['agent tasks status', false],
  ['agent tasks list-tasks', false],
  ['agent status validate', false],
  ['agent status doctor', false],
  ['trust show', false],
  ['doctor', false],
  ['doctor --fix', false],
  ['verify-setup', false],
  ['upgrade --plan', false],
  ['upgrade', false],
  ['upgrade --restore', false],
  ['agent mission finalize-tasks', true],
  ['agent action implement WP01 --agent ada', true],
];

const world = new MissionWorld();
const cli: CliWorld = {
  repository: world.repository,
  clock: Object.assign(new SystemClock(), { forward: () => undefined }),
  ids: new UlidIds(),
};
const { repository } = world;
const marks = path.join(repository.base, 'marks');

beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }], {
    'src/old.js': 'old\n',
    '.kittify/config.yaml': 'project: {}\n',
    '.gitattributes': '*.js filter=evil diff=evil merge=evil\n',
  });
  world.save();
});
afterAll(() => world.dispose());
beforeEach(() => {
  world.restore();
  mkdirSync(marks);
});

/** A script that leaves a mark with the name of what made Git run it. */
function trap(name: string): string {
  const file = path.join(repository.base, `trap-${name}`);
  writeFileSync(file, `#!/bin/sh\necho >> "${marks}/${name}"\ncat 2>/dev/null\n`, { mode: 0o755 });
  return ['alias', 'submodule'].includes(name.split('.')[0] ?? '') ? `!${file}` : file;
}

function run(line: string): Promise<CliRun> {
  const ofMission = !/^(?:trust|status --all|agent mission list|doctor|verify-setup|upgrade)/.test(line);
  return runCli(cli, [...line.split(' '), ...(ofMission ? ['--mission', world.directory] : [])]);
}

/** What a person does between two commands, whose own Git may run what it likes. */
function byHand(...args: string[]): void {
  const before = new Set(readdirSync(marks));
  repository.git(...args);
  for (const name of readdirSync(marks)) if (!before.has(name)) rmSync(path.join(marks, name));
}

describe.skipIf(process.platform === 'win32')('a hostile repository [needs POSIX scripts]', () => {
  test('has nothing of its settings executed before they are trusted', async () => {
    for (const key of NEED_TRUST) byHand('config', key, trap(key));
    for (const [line, refused] of COMMANDS) {
      const { stderr } = await run(line);
      expect([line, stderr.includes('NOT_TRUSTED'), readdirSync(marks)]).toEqual([line, refused, []]);
    }
    const shown = (await run('trust show')).stdout;
    for (const key of NEED_TRUST) expect(shown.toLowerCase()).toContain(key.toLowerCase());
    expect(shown).not.toMatch(/^allowed/m);
  });

  test('has them executed once they are, so the test above can fail', async () => {
    byHand('config', 'filter.evil.smudge', trap('filter.evil.smudge'));
    await run('trust allow');
    expect(readdirSync(marks)).toEqual([]);
    expect((await run('agent action implement WP01 --agent ada')).exitCode).toBe(0);
    expect(readdirSync(marks)).toEqual(['filter.evil.smudge']);
  });

  test('is not trusted for the configuration of another worktree', async () => {
    byHand('worktree', 'add', '--quiet', '--detach', '../other');
    byHand('config', 'extensions.worktreeConfig', 'true');
    byHand('-C', '../other', 'config', '--worktree', 'filter.evil.smudge', trap('smudge'));
    const { exitCode, stderr } = await run('agent action implement WP01 --agent ada');
    expect([exitCode, readdirSync(marks)]).toEqual([1, []]);
    expect(stderr).toContain('NOT_TRUSTED');
  });

  test('has its work done without anything that is switched off', { timeout: 30_000 }, async () => {
    for (const key of NEUTRALISED) byHand('config', key, trap(key));
    mkdirSync(path.join(repository.root, '.git', 'hooks'), { recursive: true });
    for (const hook of HOOKS)
      writeFileSync(path.join(repository.root, '.git', 'hooks', hook), `#!/bin/sh\n"${trap(hook)}"\n`, {
        mode: 0o755,
      });
    const lane = world.lane('lane-a');
    const work = async (...lines: string[]) => {
      for (const line of lines) {
        const { exitCode, stdout, stderr } = await run(line);
        expect([line, exitCode, exitCode === 0 ? '' : stdout + stderr]).toEqual([line, 0, '']);
        expect([line, readdirSync(marks)]).toEqual([line, []]);
      }
    };
    await work('status', 'agent mission finalize-tasks', 'agent action implement WP01 --agent ada');
    writeFileSync(path.join(lane, 'src', 'a.js'), 'a\n');
    byHand('-C', lane, 'add', '--all');
    byHand('-C', lane, 'commit', '--quiet', '--message', 'work');
    await work(
      'agent tasks move-task WP01 --to for_review --agent ada',
      'agent action review WP01 --agent bob',
      'agent tasks move-task WP01 --to approved --agent bob --note fine',
      'accept',
      'agent status doctor',
      'merge',
      'status',
    );
    expect(repository.read('src/a.js')).toBe('a\n');
  });

  test('is not accepted or merged, either, before its settings are trusted', async () => {
    await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    for (const key of NEED_TRUST) byHand('config', key, trap(key));
    for (const line of ['accept', 'merge --without-acceptance', 'agent action review WP01 --agent x']) {
      const { exitCode, stderr } = await run(line);
      expect([line, exitCode, readdirSync(marks)]).toEqual([line, 1, []]);
      if (!line.startsWith('agent')) expect(stderr).toContain('NOT_TRUSTED');
    }
  });
});
