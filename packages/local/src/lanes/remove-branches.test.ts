import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { findRepository } from '../repository/repository.ts';
import { removeBranches } from './remove-branches.ts';

/** Branches that each were once at a commit that nothing else leads to. */
async function branches(...names: string[]) {
  const made = tempRepository();
  made.commit('first', { 'a.txt': 'a\n' });
  const main = made.git('rev-parse', 'main');
  const ended = names.map((branch) => {
    made.git('switch', '--quiet', '-c', branch, 'main');
    made.git('commit', '--quiet', '--allow-empty', '--message', `of ${branch}`);
    const once = made.git('rev-parse', 'HEAD');
    made.git('reset', '--quiet', '--hard', main);
    return { branch, tip: main, name: `ID/${branch}`, once };
  });
  made.git('switch', '--quiet', 'main');
  const { commonDir } = await findRepository(made.root);
  return { made, ended, remove: () => removeBranches(new Git(made.root, made.env), commonDir, ended) };
}

test('branches go together, and what the reflog of each leads to gets a backup by its name', async () => {
  const { made, ended, remove } = await branches('a', 'b');
  expect(await remove()).toEqual([true, true]);
  expect(made.git('for-each-ref', '--format=%(refname) %(objectname)').split('\n')).toEqual([
    expect.stringContaining('refs/heads/main '),
    ...ended.map(({ name, once }) => `refs/spec-kitty/backup/${name}-${once.slice(0, 12)} ${once}`),
  ]);
});

test('a branch that has moved on, or is checked out, keeps none of the others', async () => {
  const { made, remove } = await branches('a', 'moved', 'used', 'b');
  made.git('branch', '--force', 'moved', made.git('commit-tree', '-m', 'more', '-p', 'main', 'main^{tree}'));
  made.git('worktree', 'add', '--quiet', '../elsewhere', 'used');
  expect(await remove()).toEqual([true, false, false, true]);
  expect(made.git('branch', '--format=%(refname:short)').split('\n')).toEqual(['main', 'moved', 'used']);
});
