import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { removeWorktree } from './remove-worktree.ts';

/** A repository with a clean worktree on a branch of its own. */
function worktree() {
  const repository = tempRepository();
  repository.commit('first', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  const root = path.join(repository.base, 'lane');
  repository.git('worktree', 'add', '--quiet', '-b', 'lane', root);
  const commonDir = path.join(repository.root, '.git');
  const remove = (env = repository.env) => removeWorktree(new Git(repository.root, env), commonDir, root);
  return { repository, root, remove };
}

/** Programs in which a Git that removes a worktree is killed after its first file. */
function killedWhileRemoving(base: string, root: string): string {
  const bin = path.join(base, 'bin');
  mkdirSync(bin);
  const git = path.join(bin, 'git');
  writeFileSync(
    git,
    `#!/bin/sh\nPATH='${process.env['PATH']}'\ncase "$*" in *"worktree remove"*) rm '${root}/a.txt'; kill -9 $$;; esac\nexec git "$@"\n`,
  );
  chmodSync(git, 0o755);
  return bin;
}

test('files that the user has deleted are a change like any other', async () => {
  const { root, remove } = worktree();
  rmSync(path.join(root, 'a.txt'));
  expect(await remove()).toBe(false);
  expect([existsSync(path.join(root, 'a.txt')), existsSync(path.join(root, 'b.txt'))]).toEqual([false, true]);
});

test('a removal that Git refused leaves later deletions the user’s', async () => {
  const { repository, root, remove } = worktree();
  repository.git('worktree', 'lock', root);
  expect(await remove()).toBe(false);
  repository.git('worktree', 'unlock', root);
  rmSync(path.join(root, 'a.txt'));
  expect(await remove()).toBe(false);
  expect(existsSync(root)).toBe(true);
});

// The programs there are shell scripts.
test.skipIf(process.platform === 'win32')(
  'an interrupted removal is completed [not on Windows]',
  async () => {
    const { repository, root, remove } = worktree();
    const PATH = killedWhileRemoving(repository.base, root);
    expect(await remove({ ...repository.env, PATH })).toBe(false);
    expect([existsSync(path.join(root, 'a.txt')), existsSync(root)]).toEqual([false, true]);
    expect(await remove()).toBe(true);
    expect(existsSync(root)).toBe(false);
  },
);

test.skipIf(process.platform === 'win32')(
  'what is deleted after new commits is not taken for an interrupted removal [not on Windows]',
  async () => {
    const { repository, root, remove } = worktree();
    const PATH = killedWhileRemoving(repository.base, root);
    await remove({ ...repository.env, PATH });
    repository.git('-C', root, 'commit', '--quiet', '--all', '--message', 'without it');
    rmSync(path.join(root, 'b.txt'));
    expect(await remove()).toBe(false);
    expect(existsSync(root)).toBe(true);
  },
);
