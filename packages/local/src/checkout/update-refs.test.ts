import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { updateRefs } from './update-refs.ts';

function world() {
  const repository = tempRepository();
  const first = repository.commit('first');
  const second = repository.commit('second');
  const read = (ref: string) => repository.git('for-each-ref', '--format=%(objectname)', ref);
  return { repository, first, second, read, git: new Git(repository.root, repository.env) };
}

test('all refs change, or none when one does not have the expected value', async () => {
  const { git, read, first, second } = world();
  const made = await updateRefs(git, [
    { ref: 'refs/heads/a', value: first, expected: null },
    { ref: 'refs/spec-kitty/x', value: second },
  ]);
  expect([made, read('refs/heads/a'), read('refs/spec-kitty/x')]).toEqual([true, first, second]);

  for (const expected of [null, second]) {
    const changes = [
      { ref: 'refs/spec-kitty/x', value: first },
      { ref: 'refs/heads/a', value: second, expected },
    ];
    expect(await updateRefs(git, changes)).toBe(false);
  }
  expect(await updateRefs(git, [{ ref: 'refs/heads/absent', value: first, expected: second }])).toBe(false);
  expect([read('refs/heads/a'), read('refs/spec-kitty/x')]).toEqual([first, second]);

  expect(await updateRefs(git, [{ ref: 'refs/heads/a', value: undefined, expected: second }])).toBe(false);
  expect(await updateRefs(git, [{ ref: 'refs/heads/a', value: undefined, expected: first }])).toBe(true);
  expect(read('refs/heads/a')).toBe('');
});

test(
  'the lock file of another Git is waited for and never removed, however old it is',
  { timeout: 20_000 },
  async () => {
    const { git, read, repository, first } = world();
    const lock = path.join(repository.root, '.git', 'refs', 'heads', 'a.lock');
    writeFileSync(lock, '');
    const waiting = updateRefs(git, [{ ref: 'refs/heads/a', value: first }]);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    expect([existsSync(lock), read('refs/heads/a')]).toEqual([true, '']);
    rmSync(lock);
    expect(await waiting).toBe(true);

    writeFileSync(lock, '');
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(lock, old, old);
    await expect(updateRefs(git, [{ ref: 'refs/heads/a', value: undefined }])).rejects.toMatchObject({
      kind: 'busy',
      code: 'GIT_LOCKED',
      details: { lock },
    });
    expect([existsSync(lock), read('refs/heads/a')]).toEqual([true, first]);
  },
);

test('whatever else is wrong is a failure and not a moved ref', async () => {
  const { git, repository, first } = world();
  mkdirSync(path.join(repository.root, '.git', 'refs', 'heads', 'b', 'c'), { recursive: true });
  writeFileSync(path.join(repository.root, '.git', 'refs', 'heads', 'b', 'c', 'd'), `${first}\n`);
  const inTheWay = updateRefs(git, [{ ref: 'refs/heads/b/c', value: first }]);
  await expect(inTheWay).rejects.toMatchObject({ code: 'GIT_FAILED' });
  const unknown = updateRefs(git, [{ ref: 'refs/heads/a', value: '1'.repeat(40) }]);
  await expect(unknown).rejects.toMatchObject({ code: 'GIT_FAILED' });
});
