import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { Trash } from '../recovery/trash.ts';
import { findRepository } from '../repository/repository.ts';
import { removeWorktrees } from './remove-worktrees.ts';

test('files that the user has deleted are a change like any other', async () => {
  const made = tempRepository();
  made.commit('first', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  const root = path.join(made.base, 'lane');
  made.git('worktree', 'add', '--quiet', '-b', 'lane', root);
  const repository = await findRepository(made.root);
  const git = new Git(made.root, made.env);
  const ports = {
    git,
    commonDir: repository.commonDir,
    trash: new Trash({ repository, git, nowMs: Date.now }),
    cwd: made.root,
  };
  const remove = (cwd = made.root) =>
    removeWorktrees({ ...ports, cwd }, [{ root, reason: 'merged', mission_id: null, lane_id: null }]);
  rmSync(path.join(root, 'a.txt'));
  expect(await remove()).toMatchObject([{ stays: expect.anything() }]);
  expect([existsSync(path.join(root, 'a.txt')), existsSync(path.join(root, 'b.txt'))]).toEqual([false, true]);
  made.git('-C', root, 'restore', 'a.txt');
  // The shell of whoever gives the command would go with it.
  for (const cwd of [root, path.join(root, 'folder')]) {
    mkdirSync(cwd, { recursive: true });
    expect(await remove(cwd)).toMatchObject([{ stays: expect.anything() }]);
  }
  expect(await remove(made.base)).toMatchObject([{ stays: null, branch: 'lane' }]);
});
