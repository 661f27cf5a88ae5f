import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Git } from '../git/git.ts';
import { lockFileIn } from '../git/git-failure.ts';
import type { ProcessResult } from '../process/run-process.ts';
import { findRepository } from '../repository/repository.ts';
import { RefLocks } from './ref-locks.ts';

/** A branch or other ref that gets another value. */
export interface RefChange {
  readonly ref: string;
  /** Commit, or `undefined` to delete the ref. */
  readonly value: string | undefined;
  /** Value that it must have now; `null` that it must not exist; absent: whatever it has. */
  readonly expected?: string | null;
}

/** Told what this process has done to refs. */
type RefListener = (changes: readonly RefChange[]) => void;

const listeners = new Set<RefListener>();
const underWay = new Set<Promise<boolean>>();

/** Hears of every change of refs by this process, to tell it from what others do. @returns what ends it. */
export function listenToRefs(listener: RefListener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Resolves when no change by this process is under way. */
export async function refsSettled(): Promise<void> {
  while (underWay.size > 0) await Promise.allSettled(underWay);
}

/** Whether a change by this process is under way. */
export function areRefsMoving(): boolean {
  return underWay.size > 0;
}

/** How long the lock file of another Git is waited for; a live one holds it for milliseconds. */
const WAIT_MS = 5000;

/**
 * Changes refs, all or none of them.
 *
 * @returns `false` when one of them does not have the expected value.
 * @throws Fault `GIT_LOCKED` when another Git does not let go, or for any other failure.
 */
export function updateRefs(git: Git, changes: readonly RefChange[]): Promise<boolean> {
  const made = update(git, changes).then((isMade) => {
    if (isMade) for (const listener of listeners) listener(changes);
    return isMade;
  });
  underWay.add(made);
  return made.finally(() => underWay.delete(made));
}

async function update(git: Git, changes: readonly RefChange[]): Promise<boolean> {
  const args = ['update-ref', '-m', 'spec-kitty', '--stdin', '-z'];
  const locks = new RefLocks(await findRepository(git.directory));
  for (;;) {
    const result = await attempt(git, { args, changes, locks });
    if (result.exitCode === 0) return true;
    const lock = lockFileIn(result.stderr);
    if (lock !== undefined && (await isLetGo(lock))) continue;
    if (/but expected|reference already exists|unable to resolve reference/.test(result.stderr)) return false;
    throw git.failure(args, result);
  }
}

interface Attempt {
  readonly args: readonly string[];
  readonly changes: readonly RefChange[];
  readonly locks: RefLocks;
}

async function attempt(git: Git, { args, changes, locks }: Attempt): Promise<ProcessResult> {
  await locks.removeAbandoned();
  let process: number | undefined;
  const onStart = (pid: number): void => locks.note((process = pid), changes);
  const result = await git.attempt(args, { stdin: changes.map(command).join(''), onStart });
  if (result.signal !== undefined) await locks.removeAbandoned();
  else if (process !== undefined) locks.forget(process);
  return result;
}

function command({ ref, value, expected }: RefChange): string {
  const old = expected === null ? '0'.repeat(value?.length ?? 40) : (expected ?? '');
  return value === undefined ? `delete ${ref}\0${old}\0` : `update ${ref}\0${value}\0${old}\0`;
}

async function isLetGo(lock: string): Promise<boolean> {
  for (let waited = 0; waited < WAIT_MS; waited += 50) {
    if (!existsSync(lock)) return true;
    await sleep(50);
  }
  return !existsSync(lock);
}
