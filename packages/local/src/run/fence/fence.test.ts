import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, test } from 'vitest';
import { runProcess } from '../../process/run-process.ts';
import { findRepository } from '../../repository/repository.ts';
import { Fence, type FenceKind } from './fence.ts';

const KINDS = ['bubblewrap', 'landlock'] as const;

async function world(kinds: readonly FenceKind[]) {
  const repository = tempRepository();
  repository.commit('first', { 'a.txt': 'a\n' });
  repository.write({ '.git/hooks/pre-push.sample': '' });
  const root = path.join(repository.root, '.worktrees');
  for (const name of ['lane-a', 'lane-b'])
    repository.git('worktree', 'add', '--quiet', '-b', `kitty/${name}`, path.join(root, name));
  const gitDir = path.join(repository.root, '.git');
  const folder = path.join(gitDir, 'spec-kitty', 'runs', 'A');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'prompt.md'), 'Do it.\n');
  const lane = path.join(root, 'lane-a');
  const fence = new Fence(await findRepository(repository.root), process.env, kinds);
  return {
    repository,
    gitDir,
    lane,
    folder,
    fence,
    /** Runs a shell in the lane as an agent. */
    agent: async (script: string, role: 'implementer' | 'reviewer' = 'implementer', workspace = lane) => {
      const env = { ...repository.env, PATH: process.env['PATH'] ?? '' };
      const { words, env: given } = await fence.around({ role, workspace, folder, state: ['~/.agent'], env });
      return runProcess({
        argv: [...words, '/bin/sh', '-c', script],
        cwd: workspace,
        env: given,
        timeoutMs: 30_000,
      });
    },
  };
}

for (const kind of KINDS) {
  const { fence: found } = {
    fence: new Fence({ primary: '/', primaryGitDir: '/', commonDir: '/', worktree: '/' }, process.env, [
      kind,
    ]),
  };
  const state = await found.state();
  const works = state.kind === kind;

  describe.skipIf(!works)(`behind ${kind} [needs ${kind}${works ? '' : `: ${state.says}`}]`, () => {
    test('an agent commits in its worktree, leaves its report and writes temporary files', async () => {
      const { repository, folder, agent } = await world([kind]);
      mkdirSync(path.join(repository.home, '.agent'));
      const ran = await agent(`
        set -e
        echo b > b.txt; git add b.txt; git commit --quiet -m second
        git commit --quiet --amend -m better; git reset --quiet --soft HEAD~1; git commit --quiet -m best
        echo '{}' > ${folder}/report.json; echo x > "\${TMPDIR:-/tmp}/spec-kitty-fence-test"; rm "\${TMPDIR:-/tmp}/spec-kitty-fence-test"
        echo x > ~/.agent/state; echo x > /dev/null`);
      expect([ran.stderr, ran.exitCode]).toEqual(['', 0]);
      expect(repository.git('log', '--format=%s', 'kitty/lane-a')).toBe('best\nfirst');
      expect(existsSync(path.join(folder, 'report.json'))).toBe(true);
    });

    test('it cannot write to the primary checkout, another lane, settings, hooks, our own files or the machine', async () => {
      const { repository, gitDir, agent } = await world([kind]);
      const files = [
        path.join(repository.root, 'a.txt'),
        path.join(repository.root, '.worktrees', 'lane-b', 'a.txt'),
        path.join(gitDir, 'config'),
        path.join(gitDir, 'hooks', 'pre-commit'),
        path.join(gitDir, 'packed-refs'),
        path.join(gitDir, 'refs', 'heads', 'main'),
        path.join(gitDir, 'worktrees', 'lane-b', 'HEAD'),
        path.join(gitDir, 'spec-kitty', 'journal'),
        '/etc/spec-kitty-fence-test',
      ];
      const before = files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : null));
      const tries = files.map((file) => `(echo x >> ${file}); rm -f ${file}; mv b.txt ${file}`).join('\n');
      await agent(`echo b > b.txt\n${tries}\ngit config x.y z; git update-ref refs/heads/other HEAD; exit 0`);
      expect(files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : null))).toEqual(before);
      expect(repository.git('for-each-ref', '--format=%(refname)')).toBe(
        'refs/heads/kitty/lane-a\nrefs/heads/kitty/lane-b\nrefs/heads/main',
      );
    });

    test('a reviewer commits nothing', async () => {
      const { repository, agent } = await world([kind]);
      const ran = await agent(
        'echo b > b.txt; git status --short && git add b.txt && git commit -m second',
        'reviewer',
      );
      expect(ran.exitCode).not.toBe(0);
      expect(ran.stdout).toBe('?? b.txt\n');
      expect(repository.git('log', '--format=%s', 'kitty/lane-a')).toBe('first');
    });
  });
}

const bubblewrap = await new Fence(
  { primary: '/', primaryGitDir: '/', commonDir: '/', worktree: '/' },
  process.env,
  ['bubblewrap'],
).state();

describe.skipIf(bubblewrap.kind === 'none')('behind bubblewrap alone [needs bubblewrap]', () => {
  test('the way to the Git directory, packs, other branches and what was prepared stay as they are', async () => {
    const { repository, gitDir, lane, folder, agent } = await world(['bubblewrap']);
    repository.git('gc', '--quiet');
    repository.git('branch', '--force', 'kitty/lane-c');
    const files = [
      path.join(lane, '.git'),
      path.join(gitDir, 'worktrees', 'lane-a', 'gitdir'),
      path.join(gitDir, 'worktrees', 'lane-a', 'commondir'),
      path.join(gitDir, 'refs', 'heads', 'kitty', 'lane-c'),
      path.join(gitDir, 'objects', 'info', 'packs'),
      path.join(folder, 'prompt.md'),
    ];
    const before = files.map((file) => readFileSync(file, 'utf8'));
    await agent(`
      echo x > ${gitDir}/objects/info/alternates; rm -f ${gitDir}/objects/pack/*
      ${files.map((file) => `(echo x > ${file}); rm -f ${file}; mv a.txt ${file}`).join('\n')}`);
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
    expect(existsSync(path.join(gitDir, 'objects', 'info', 'alternates'))).toBe(false);
    expect(repository.git('fsck', '--no-dangling')).toBe('');
  });

  test('in the primary checkout an agent commits, and hooks and settings stay as they are', async () => {
    const { repository, gitDir, agent } = await world(['bubblewrap']);
    const config = readFileSync(path.join(gitDir, 'config'), 'utf8');
    const ran = await agent(
      `set -e; echo b > b.txt; git add b.txt; git commit --quiet -m second
       ! (echo x >> .git/config) && ! (echo x > .git/hooks/post-commit) && ! (echo x > .worktrees/lane-b/a.txt)`,
      'implementer',
      repository.root,
    );
    expect(ran.exitCode).toBe(0);
    expect(repository.git('log', '--format=%s')).toBe('second\nfirst');
    expect(readFileSync(path.join(gitDir, 'config'), 'utf8')).toBe(config);
  });

  test('other processes are not to be seen, so that nothing leads around it', async () => {
    const { agent, repository } = await world(['bubblewrap']);
    const ran = await agent(
      `(echo x > /proc/${process.pid}/root${repository.root}/a.txt); (echo x > /proc/1/root${repository.root}/a.txt); ls /proc | grep -c '^[0-9]'`,
    );
    expect(Number(ran.stdout)).toBeLessThan(8);
    expect(repository.git('status', '--short', '--untracked-files=no')).toBe('');
  });
});

test('a machine without either says so, and an agent runs as it is', async () => {
  const repository = tempRepository();
  const fence = new Fence(await findRepository(repository.root), { PATH: repository.home });
  const { kind, says } = await fence.state();
  expect(kind).toBe('none');
  expect(says).toMatch(
    /^Not fenced: (?:bubblewrap is not installed; Perl, which Landlock needs, is not installed|there is a fence for Linux only)\./,
  );
  const env = { A: 'a' };
  const agent = {
    role: 'implementer',
    workspace: repository.root,
    folder: repository.base,
    state: [],
    env,
  } as const;
  expect(await fence.around(agent)).toEqual({ state: { kind, says }, words: [], env });
});

test.skipIf(process.platform !== 'linux')(
  'a fence that keeps nothing out is none [needs Linux]',
  async () => {
    const repository = tempRepository();
    const fake = path.join(repository.home, 'bwrap');
    const skipAll = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n';
    writeFileSync(fake, skipAll, { mode: 0o755 });
    const env = { PATH: `${repository.home}:/usr/bin:/bin` };
    const fence = new Fence(await findRepository(repository.root), env, ['bubblewrap']);
    expect(await fence.state()).toMatchObject({
      kind: 'none',
      says: expect.stringContaining('bubblewrap keeps nothing from being written here'),
    });
    writeFileSync(fake, '#!/bin/sh\necho setting up uid map: Permission denied >&2; exit 1\n');
    const refused = new Fence(await findRepository(repository.root), env, ['bubblewrap']);
    expect((await refused.state()).says).toContain(
      'does not work here (setting up uid map: Permission denied)',
    );
  },
);
