import { copyFileSync, lstatSync, renameSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository } from '../repository/repository.ts';
import { holdIndex } from './hold-index.ts';
import { SavedCheckout } from './saved-checkout.ts';

test('a file that the move has not come to is left alone, also where it could not be linked', async () => {
  const world = tempRepository();
  const before = world.commit('first', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  const after = world.commit('second', { 'a.txt': 'A\n', 'b.txt': 'B\n' });
  world.git('reset', '--quiet', '--hard', before);
  const owner = { repository: await findRepository(world.root), env: world.env };
  const folder = path.join(world.base, 'saved');
  const stays = path.join(world.root, 'a.txt');
  const inode = lstatSync(stays).ino;
  await holdIndex(owner, world.root, async (git) => {
    const saved = new SavedCheckout(folder);
    saved.save(git, ['a.txt', 'b.txt']);
    // As on a file system without links, or with a file that even its owner may not change.
    copyFileSync(path.join(folder, '0'), path.join(folder, 'copy'));
    renameSync(path.join(folder, 'copy'), path.join(folder, '0'));
    world.write({ 'b.txt': 'B\n' });
    expect(await saved.restore(git, { before, after, changed: ['a.txt', 'b.txt'] }, before)).toEqual([]);
  });
  expect(lstatSync(stays).ino).toBe(inode);
});
