import { constants, copyFileSync, existsSync, linkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { writeAtomically } from '../files/write-atomically.ts';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { clearDrafts, draftPath, removeDraft } from './draft-path.ts';
import { Git } from '../git/git.ts';
import { locked } from '../git/git-failure.ts';
import { openLock } from '../lock/open-lock.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { copyIndex, HeldIndex, IndexGit } from './index-git.ts';
import { isOwnLock, ownIndexLocks, SIGNATURE } from './left-locks.ts';

/** Whose checkouts are held, and with what environment Git runs. */
export interface CheckoutOwner {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const WAIT_MS = 5000;

/**
 * Runs `body` while no other Git can change a checkout's index, and so neither commit, stash, reset nor switch in it.
 * (A new branch at the same commit needs no index, and can be made and switched to all the same.)
 *
 * `body` works on a copy, which takes the index's place in one step when it returns, or earlier when it says so; when
 * it throws before, or the process is killed, the index is what it was. The lock file that a killed process leaves is signed, and since it is only made
 * under a lock of our own, whoever has that lock knows that it is abandoned.
 *
 * @throws Fault `GIT_LOCKED` when another Git does not let go, or `LOCK_BUSY`.
 */
export async function holdIndex<T>(
  owner: CheckoutOwner,
  root: string,
  body: (git: HeldIndex) => Promise<T>,
): Promise<T> {
  const { repository, env } = owner;
  return withIndexLock(owner, root, async (index, name) => {
    const drafts = privateDir(repository, 'tmp');
    clearDrafts(drafts, name);
    const copy = await takeLock(index, drafts, name);
    try {
      const git = new HeldIndex(root, env, index, copy);
      const result = await body(git);
      git.publish();
      return result;
    } catch (error) {
      throw diskFault(error, index);
    } finally {
      removeDraft(copy);
      release(lockOf(index));
    }
  });
}

/** Runs a look at a checkout on a copy of its index, which Git would write again wherever a file has another time. */
export async function withIndexCopy<T>(
  owner: CheckoutOwner,
  root: string,
  body: (git: IndexGit) => Promise<T>,
): Promise<T> {
  const copy = draftPath(privateDir(owner.repository, 'tmp'), 'look');
  try {
    copyIndex(path.join(await gitDirOf(owner, root), 'index'), copy);
    return await body(new IndexGit(root, owner.env, copy));
  } finally {
    removeDraft(copy);
  }
}

/** Removes the lock file that a killed process of ours has left in a checkout, if there is one. */
export async function freeIndex(owner: CheckoutOwner, root: string): Promise<void> {
  const gitDir = await gitDirOf(owner, root);
  if (!existsSync(lockOf(path.join(gitDir, 'index')))) return;
  await withIndexLock(owner, root, async (index) => {
    if (isOwnLock(lockOf(index))) release(lockOf(index));
  });
}

/** Removes the lock files of ours whose processes are gone, in every checkout; names them. Waits for nobody. */
export async function freeIndexes(repository: Repository): Promise<readonly string[]> {
  const freed: string[] = [];
  for (const lock of ownIndexLocks(repository)) {
    const gitDir = path.dirname(lock);
    const free = async () => isOwnLock(lock) && (release(lock), freed.push(lock));
    await lockOfIndex(
      repository,
      gitDir,
      0,
    )(free).catch((error: unknown) => {
      // It is in use, or this user may write nothing there.
      if (!(error instanceof Fault)) throw error;
    });
  }
  return freed;
}

/** Excludes other processes of ours, and only them. */
async function withIndexLock<T>(
  owner: CheckoutOwner,
  root: string,
  body: (index: string, name: string) => Promise<T>,
): Promise<T> {
  const gitDir = await gitDirOf(owner, root);
  return lockOfIndex(owner.repository, gitDir)((name) => body(path.join(gitDir, 'index'), name));
}

function lockOfIndex(repository: Repository, gitDir: string, waitMs?: number) {
  const name = `index-${path.basename(path.relative(repository.commonDir, gitDir) || 'primary')}`;
  const folder = privateDir(repository, 'locks');
  const lock = openLock(waitMs === undefined ? { folder } : { folder, waitMs });
  return <T>(body: (name: string) => Promise<T>): Promise<T> =>
    lock.hold(name, 'change a checkout', () => body(name));
}

/** Holds the indexes of several checkouts, always in the same order. */
export async function holdIndexes<T>(
  owner: CheckoutOwner,
  roots: readonly string[],
  body: (gits: readonly HeldIndex[]) => Promise<T>,
): Promise<T> {
  const next = (rest: readonly string[], held: readonly HeldIndex[]): Promise<T> => {
    const [root, ...others] = rest;
    return root === undefined ? body(held) : holdIndex(owner, root, (git) => next(others, [...held, git]));
  };
  return next(roots.toSorted(), []);
}

/** @returns a name for the copy of the index. */
async function takeLock(index: string, drafts: string, name: string): Promise<string> {
  const lock = lockOf(index);
  try {
    const draft = draftPath(drafts, 'lock');
    // Synced: after a power cut an empty lock file would be taken for one of Git's.
    writeAtomically(draft, `${SIGNATURE}process ${process.pid} is changing this checkout\n`);
    try {
      for (let waited = 0; !publish(draft, lock); waited += 20) {
        if (isOwnLock(lock)) rmSync(lock, { force: true });
        else if (waited >= WAIT_MS) throw locked(lock);
        else await sleep(20);
      }
    } finally {
      rmSync(draft, { force: true });
    }
    return draftPath(drafts, name);
  } catch (error) {
    throw diskFault(error, lock);
  }
}

/** Creates the lock file with its signature in one step; `false` when there is one. */
function publish(draft: string, lock: string): boolean {
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  // A file system without links; a process killed while copying leaves a lock file that only its user can judge.
  try {
    copyFileSync(draft, lock, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function release(lock: string): void {
  try {
    rmSync(lock, { force: true });
  } catch (error) {
    throw diskFault(error, lock);
  }
}

async function gitDirOf({ repository, env }: CheckoutOwner, root: string): Promise<string> {
  if (root === repository.primary) return repository.primaryGitDir;
  return new Git(root, env).text(['rev-parse', '--absolute-git-dir']);
}

function lockOf(index: string): string {
  return `${index}.lock`;
}
