import { existsSync, readdirSync, rmSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isOwnLock } from '../../checkout/left-locks.ts';
import { readText } from '../../files/plain-file.ts';
import { lockSuspects, seesAllProcesses } from './lock-suspects.ts';

/** A worktree that an agent has worked in, whose processes are all gone. */
export interface LeftWorktree {
  readonly root: string;
  /** When the first attempt there began, in milliseconds; asked only where there is a lock. */
  readonly since: () => number;
}

/** How long a lock has to stay what it is: whoever finishes with it in time still works. */
const WAIT_MS = 300;
/** Some file systems keep times in steps of two seconds. */
const TIME_STEP_MS = 2000;
/** Where not every process can be seen, only age tells: nobody leaves the editor of a commit open for so long. */
const OLD_MS = 3_600_000;

/**
 * Removes the lock files that a killed Git of an agent has left in a linked worktree, and names them. All else stays: what
 * was there before the agents, belongs to another user or to us, or may be held by any process of this machine.
 *
 * Never in the primary checkout, where people work.
 */
export async function removeLeftLocks({ root, since }: LeftWorktree): Promise<readonly string[]> {
  const locks = locksOf(root).filter((file) => existsSync(file) && !isOwnLock(file));
  if (locks.length === 0) return [];
  const first = since();
  const found = locks.flatMap((file) => {
    const facts = statSync(file, { throwIfNoEntry: false });
    return facts && isLeft(facts, first) ? [{ file, facts }] : [];
  });
  if (found.length === 0) return [];
  const suspects = found.map((lock) => ({ ...lock, before: suspectsOf(lock, root) }));
  await pause(WAIT_MS);
  const left = suspects.filter((lock) => {
    const { file, facts, before } = lock;
    const now = statSync(file, { throwIfNoEntry: false });
    const isSame = now?.ino === facts.ino && now.mtimeMs === facts.mtimeMs && now.size === facts.size;
    // Whoever holds a lock is there before and after; a Git that came or went meanwhile holds something else.
    const after = new Set(isSame && before.length > 0 ? suspectsOf(lock, root) : []);
    return isSame && !before.some((pid) => after.has(pid));
  });
  for (const { file } of left) rmSync(file, { force: true });
  return left.map(({ file }) => file);
}

interface FoundLock {
  readonly file: string;
  readonly facts: Stats;
}

function suspectsOf({ file, facts: lock }: FoundLock, worktree: string): readonly number[] {
  // Those of a worktree alone lie beside its `HEAD`, those of a branch far below.
  const ofBranch = !existsSync(path.join(path.dirname(file), 'HEAD'));
  return seesAllProcesses() ? lockSuspects({ lock, worktree, ofBranch }) : [];
}

function isLeft({ mtimeMs, uid }: Stats, since: number): boolean {
  // What another user made is held by a process that cannot be looked into.
  if (mtimeMs < since - TIME_STEP_MS || uid !== (process.getuid?.() ?? uid)) return false;
  return seesAllProcesses() || Date.now() - mtimeMs > OLD_MS;
}

/** Lock files of a linked worktree's own folder, and of the branch that is checked out there. */
function locksOf(root: string): readonly string[] {
  const dotGit = path.join(root, '.git');
  if (!statSync(dotGit, { throwIfNoEntry: false })?.isFile()) return [];
  const pointer = /^gitdir: (.+)$/m.exec(readText(dotGit) ?? '')?.[1];
  if (pointer === undefined) return [];
  const admin = path.resolve(root, pointer.trim());
  if (path.basename(path.dirname(admin)) !== 'worktrees' || !existsSync(admin)) return [];
  const own = readdirSync(admin).filter((name) => name.endsWith('.lock'));
  const branch = /^ref: (refs\/heads\/.+)$/m.exec(readText(path.join(admin, 'HEAD')) ?? '')?.[1];
  const common = path.dirname(path.dirname(admin));
  const files = own.map((name) => path.join(admin, name));
  return branch === undefined ? files : [...files, path.join(common, ...`${branch}.lock`.split('/'))];
}
