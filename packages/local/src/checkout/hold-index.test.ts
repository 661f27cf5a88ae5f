import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository } from '../repository/repository.ts';
import { freeIndex, freeIndexes, holdIndex } from './hold-index.ts';

async function world() {
  const repository = tempRepository();
  repository.commit('first', { 'a.txt': 'old\n' });
  const owner = { repository: await findRepository(repository.root), env: repository.env };
  const index = path.join(repository.root, '.git', 'index');
  return { repository, owner, index, lock: `${index}.lock`, root: repository.root };
}

test('while an index is held nobody commits, switches, stashes, resets, checks out or restores', async () => {
  const { repository, owner, root, lock } = await world();
  repository.git('branch', 'earlier');
  repository.commit('second', { 'b.txt': '' });
  repository.write({ 'a.txt': 'new\n' });
  await holdIndex(owner, root, async () => {
    for (const command of [
      'commit -am x',
      'switch earlier',
      'stash',
      'reset --hard',
      'checkout -- .',
      'restore .',
    ]) {
      expect(() => repository.git(...command.split(' '))).toThrow('failed with');
    }
    expect(readFileSync(path.join(root, 'a.txt'), 'utf8')).toBe('new\n');
    await Promise.resolve();
  });
  expect(existsSync(lock)).toBe(false);
  repository.git('stash');
});

test('what the body stages arrives in one step when it returns, and not at all when it throws', async () => {
  const { repository, owner, root } = await world();
  repository.write({ 'b.txt': '' });
  const staged = () => repository.git('diff', '--cached', '--name-only');
  const failing = holdIndex(owner, root, async (git) => {
    await git.run(['add', 'b.txt']);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(staged()).toBe('');
  await holdIndex(owner, root, async (git) => {
    await git.run(['add', 'b.txt']);
    expect(staged()).toBe('');
  });
  expect(staged()).toBe('b.txt');
});

test('a file that changed in the second of its index, to the same size, is still seen as changed', async () => {
  const { repository, owner, root, index } = await world();
  const file = path.join(root, 'a.txt');
  repository.git('config', 'core.trustctime', 'false');
  const changedAt = (content: string) => {
    writeFileSync(file, content);
    utimesSync(file, 1_000_000_000, 1_000_000_000);
  };
  changedAt('abc\n');
  repository.git('add', 'a.txt');
  changedAt('xyz\n');
  utimesSync(index, 1_000_000_000, 1_000_000_000);
  await holdIndex(owner, root, () => Promise.resolve());
  expect(repository.git('diff', '--name-only')).toBe('a.txt');
});

test('the lock file of a killed process of ours is taken over, or removed', async () => {
  const { repository, owner, root, lock } = await world();
  writeFileSync(lock, 'spec-kitty process 1 is changing this checkout\n');
  await holdIndex(owner, root, (git) => git.run(['rm', '--cached', '--quiet', 'a.txt']));
  expect(repository.git('status', '--short')).toBe('D  a.txt\n?? a.txt');

  writeFileSync(lock, 'spec-kitty process 1 is changing this checkout\n');
  await freeIndex(owner, root);
  expect(existsSync(lock)).toBe(false);
});

test('locks of killed processes of ours are found in every checkout, and those of live ones stay', async () => {
  const { repository, owner, root, lock } = await world();
  repository.git('worktree', 'add', '--quiet', '../second');
  const second = path.join(root, '.git/worktrees/second/index.lock');
  for (const file of [lock, second]) writeFileSync(file, 'spec-kitty process 1 is changing this checkout\n');
  expect(await freeIndexes(owner.repository)).toEqual([lock, second]);
  writeFileSync(second, '');
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const held = holdIndex(owner, root, () => ended);
  await expect.poll(() => existsSync(lock)).toBe(true);
  expect(await freeIndexes(owner.repository)).toEqual([]);
  expect(existsSync(lock)).toBe(true);
  end();
  await held;
  expect(existsSync(second)).toBe(true);
});

test('drafts that killed processes left for an index go when it is held again, however young', async () => {
  const { owner, root } = await world();
  const drafts = path.join(root, '.git/spec-kitty/tmp');
  mkdirSync(drafts, { recursive: true });
  // A process that runs, but not one that could hold this index.
  for (const name of [
    'index-primary.1-1',
    'index-primary.1-1.lock',
    'index-primary.1-1-published',
    'index.1-1',
  ])
    writeFileSync(path.join(drafts, name), '');
  await holdIndex(owner, root, () => Promise.resolve());
  expect(readdirSync(drafts)).toEqual(['index.1-1']);
});

test.each(['', 'DIRC'])(
  'the lock file of another Git, beginning with "%s", is waited for and never removed',
  async (content) => {
    const { owner, root, lock } = await world();
    writeFileSync(lock, content);
    await freeIndex(owner, root);
    const held = holdIndex(owner, root, () => Promise.resolve('held'));
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    expect(readFileSync(lock, 'utf8')).toBe(content);
    rmSync(lock);
    expect(await held).toBe('held');
  },
);

test('another Git that does not let go is named', async () => {
  const { owner, root, lock } = await world();
  writeFileSync(lock, '');
  const held = holdIndex(owner, root, () => Promise.resolve());
  await expect(held).rejects.toMatchObject({ kind: 'busy', code: 'GIT_LOCKED', details: { lock } });
  expect(existsSync(lock)).toBe(true);
});

test('two holders of one index come one after the other', async () => {
  const { owner, root } = await world();
  let inside = 0;
  const body = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    inside -= 1;
  };
  await Promise.all([holdIndex(owner, root, body), holdIndex(owner, root, body)]);
});
