import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository } from '../repository/repository.ts';
import { BranchMover } from './move-branch.ts';

test('a file that may not be replaced is named, and all is put back [where the file system knows the flag]', async ({
  skip,
}) => {
  const repository = tempRepository();
  const before = repository.commit('Old', { 'a.txt': 'old\n', 'b.txt': 'old\n' });
  const after = repository.commit('New', { 'a.txt': 'new\n', 'b.txt': 'new\n' });
  repository.git('reset', '--quiet', '--hard', before);
  const mover = new BranchMover({ repository: await findRepository(repository.root), env: repository.env });
  const file = path.join(repository.root, 'b.txt');
  if (spawnSync('chattr', ['+i', file]).status !== 0) skip('chattr +i does not work here');
  try {
    const move = { branch: 'main', before, after, changed: ['a.txt', 'b.txt'], indexOnly: [] };
    await expect(mover.run('m', move)).rejects.toMatchObject({
      code: 'READ_ONLY',
      message: expect.stringContaining('b.txt'),
      hints: [expect.stringContaining('writable')],
    });
    expect(repository.git('status', '--porcelain')).toBe('');
    expect([repository.git('rev-parse', 'main'), repository.read('a.txt')]).toEqual([before, 'old\n']);
  } finally {
    spawnSync('chattr', ['-i', file]);
  }
});
