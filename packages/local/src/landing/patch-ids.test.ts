import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { patchIdsBetween } from './patch-ids.ts';

test('changes have their ids in order, whatever their commits are called, and what changes nothing has none', async () => {
  const repository = tempRepository();
  const [one, two, same, back] = [
    repository.commit('one', { 'a.txt': 'a\n' }),
    repository.commit('two', { 'a.txt': 'b\n' }),
    repository.commit('same'),
    repository.commit('back', { 'a.txt': 'a\n' }),
  ];
  const git = new Git(repository.root, repository.env);
  const ids = await patchIdsBetween(git, [
    [one, two],
    [two, same],
    [two, one],
    [same, back],
    [one.slice(0, 9), 'HEAD~2'],
  ]);
  expect(ids).toEqual([ids[0], undefined, ids[2], ids[2], ids[0]]);
  expect(new Set([ids[0], ids[2], undefined]).size).toBe(3);
  await expect(patchIdsBetween(git, [[one, '1'.repeat(40)]])).rejects.toMatchObject({ code: 'GIT_FAILED' });
});
