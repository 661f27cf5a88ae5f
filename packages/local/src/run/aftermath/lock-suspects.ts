import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';

/** Number of the process namespace that sees every process of a machine, the same on every Linux. */
const WHOLE_MACHINE = 'pid:[4026531836]';

/** Whether every process of this machine can be seen, those in containers among them. */
export function seesAllProcesses(): boolean {
  return process.platform === 'linux' && look(() => readlinkSync('/proc/self/ns/pid')) === WHOLE_MACHINE;
}

/** A lock file of Git, and the worktree that it belongs to. */
export interface LockPlace {
  readonly lock: Pick<Stats, 'dev' | 'ino' | 'uid'>;
  readonly worktree: string;
  /** Whether it is of a branch, which a Git may change from any worktree. */
  readonly ofBranch: boolean;
}

/**
 * The processes that may hold a lock: they have it open, stand in its worktree, or are a Git that need not stand there.
 * Git closes a lock file while an editor or a hook runs, but stands in the worktree all the while.
 */
export function lockSuspects({ lock, worktree, ofBranch }: LockPlace): readonly number[] {
  const root = statSync(worktree, { throwIfNoEntry: false });
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => isGit(pid, ofBranch) || standsIn(pid, worktree, root) || hasOpen(pid, lock))
    .map(Number);
}

/** A Git that may be at work anywhere: told by words or environment where, or any at all. */
function isGit(pid: string, any: boolean): boolean {
  const name = textOf(pid, 'comm').trim();
  if (name !== 'git' && !name.startsWith('git-')) return false;
  const words = textOf(pid, 'cmdline').split('\0');
  // A dead one that nobody has asked for has no words; its daemons run for days and hold nothing.
  if (words[0] === '' || words.slice(0, 2).some((word) => word.endsWith('daemon'))) return false;
  return (
    any ||
    words.some((word) => word.startsWith('--git-dir')) ||
    /(?:^|\0)GIT_DIR=/.test(textOf(pid, 'environ'))
  );
}

function textOf(pid: string, name: string): string {
  return look(() => readFileSync(`/proc/${pid}/${name}`, 'latin1')) ?? '';
}

/** By path, and for one that sees the disk under other paths, as a container does, by what the path leads to. */
function standsIn(pid: string, worktree: string, root: Stats | undefined): boolean {
  const cwd = look(() => readlinkSync(`/proc/${pid}/cwd`));
  if (cwd === undefined) return false;
  if (`${cwd}${path.sep}`.startsWith(`${worktree}${path.sep}`)) return true;
  const found = look(() => statSync(`/proc/${pid}/cwd`));
  return found !== undefined && found.dev === root?.dev && found.ino === root.ino;
}

function hasOpen(pid: string, { dev, ino }: LockPlace['lock']): boolean {
  const names = look(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return names.some((name) => {
    const found = look(() => statSync(`/proc/${pid}/fd/${name}`));
    return found?.dev === dev && found.ino === ino;
  });
}

function look<T>(at: () => T): T | undefined {
  try {
    return at();
  } catch {
    // broad-catch: has ended meanwhile, or belongs to another user, whose lock files are left alone anyway
    return undefined;
  }
}
