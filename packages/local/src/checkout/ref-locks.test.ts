import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { findRepository, privateDir } from '../repository/repository.ts';
import { RefLocks } from './ref-locks.ts';
import { updateRefs } from './update-refs.ts';

/** A repository in which a real Git holds the locks for changing `main`, and for deleting `old`. */
async function world() {
  const repository = tempRepository();
  const before = repository.commit('first');
  const value = repository.git('commit-tree', '-m', 'second', 'HEAD^{tree}');
  repository.git('branch', 'old');
  repository.git('pack-refs', '--all');
  const found = await findRepository(repository.root);
  const locks = new RefLocks(found);
  const git = spawn('git', ['update-ref', '--stdin'], { cwd: repository.root, env: repository.env });
  const changes = [{ ref: 'refs/heads/main', value }, { ref: 'refs/heads/old' }];
  git.stdin.write(`start\nupdate refs/heads/main ${value} ${before}\ndelete refs/heads/old\nprepare\n`);
  for (let said = ''; !said.includes('prepare: ok');) said += String(await once(git.stdout, 'data'));
  return {
    repository,
    locks,
    value,
    note: () => locks.note(git.pid ?? 0, changes),
    kill: async () => {
      git.kill('SIGKILL');
      await once(git, 'exit');
    },
    held: () =>
      readdirSync(path.join(repository.root, '.git'), { recursive: true, encoding: 'utf8' }).filter(
        (name) => name.endsWith('.lock') && !name.startsWith('spec-kitty'),
      ),
    notes: () => readdirSync(privateDir(found, 'ref-locks')),
    update: () =>
      updateRefs(new Git(repository.root, repository.env), [
        { ref: 'refs/heads/main', value },
        { ref: 'refs/heads/old', value: undefined },
      ]),
  };
}

describe.skipIf(process.platform === 'win32')('lock files of refs [needs signals]', () => {
  test(
    "what our killed Git left is removed at once, but for the lock that may be anybody's",
    { timeout: 30_000 },
    async () => {
      const { repository, note, kill, held, update, value, notes } = await world();
      note();
      await kill();
      expect(held()).toEqual(
        expect.arrayContaining(['HEAD.lock', 'packed-refs.lock', 'refs/heads/main.lock']),
      );
      writeFileSync(path.join(repository.root, '.git', 'packed-refs.new'), '');
      for (const name of ['packed-refs.lock', 'packed-refs.new']) {
        const lock = path.join(repository.root, '.git', name);
        await expect(update()).rejects.toMatchObject({ code: 'GIT_LOCKED', details: { lock } });
        expect(held()).toEqual(name.endsWith('.lock') ? [name] : []);
        rmSync(lock);
      }
      const start = performance.now();
      expect(await update()).toBe(true);
      expect(performance.now() - start).toBeLessThan(3000);
      expect([held(), notes()]).toEqual([[], []]);
      expect(repository.git('for-each-ref', '--format=%(refname) %(objectname)')).toBe(
        `refs/heads/main ${value}`,
      );
    },
  );

  test('what a Git of somebody else left stays, and so does what a live one holds', async () => {
    const { locks, note, kill, held } = await world();
    const all = held();
    expect(all).toContain('refs/heads/main.lock');
    note();
    await locks.removeAbandoned();
    expect(held()).toEqual(all);

    const other = await world();
    await other.kill();
    await other.locks.removeAbandoned();
    expect(other.held()).toEqual(all);
    await kill();
  });

  test('a lock file with another value, or of another time, is not that of the dead Git', async () => {
    const { repository, locks, note, kill, held, notes } = await world();
    note();
    await kill();
    const gitDir = path.join(repository.root, '.git');
    writeFileSync(path.join(gitDir, 'refs', 'heads', 'main.lock'), `${'1'.repeat(40)}\n`);
    const later = new Date(Date.now() + 60_000);
    utimesSync(path.join(gitDir, 'HEAD.lock'), later, later);
    await locks.removeAbandoned();
    expect([held().toSorted(), notes()]).toEqual([
      ['HEAD.lock', 'packed-refs.lock', 'refs/heads/main.lock'],
      [],
    ]);
  });
});

test('a note that was cut off is forgotten, once nobody can be writing it any more', async () => {
  const repository = tempRepository();
  const found = await findRepository(repository.root);
  const file = path.join(privateDir(found, 'ref-locks'), '1.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '{"git":');
  await new RefLocks(found).removeAbandoned();
  expect(existsSync(file)).toBe(true);
  const old = new Date(Date.now() - 6000);
  utimesSync(file, old, old);
  await new RefLocks(found).removeAbandoned();
  expect(existsSync(file)).toBe(false);
});
