import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository } from '../repository/repository.ts';
import { BranchMover } from './move-branch.ts';

test('the checkout of a branch that stands for another follows', async () => {
  const repository = tempRepository();
  const before = repository.commit('first', { 'changed.txt': 'old\n' });
  const after = repository.commit('second', { 'changed.txt': 'new\n' });
  repository.git('reset', '--quiet', '--hard', before);
  repository.git('branch', '--move', 'trunk');
  repository.git('symbolic-ref', 'refs/heads/main', 'refs/heads/trunk');
  const owner = { repository: await findRepository(repository.root), env: repository.env };
  const move = { branch: 'main', before, after, changed: ['changed.txt'], indexOnly: [] };
  await new BranchMover(owner).run('m', move);
  expect(repository.git('rev-parse', 'trunk')).toBe(after);
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(repository.read('changed.txt')).toBe('new\n');
});
