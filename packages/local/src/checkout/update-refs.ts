import { rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Git } from '../git/git.ts';

/** A branch or other ref that gets another value. */
export interface RefChange {
  readonly ref: string;
  /** Commit, or `undefined` to delete the ref. */
  readonly value: string | undefined;
  /** Value that it must have now; `null` that it must not exist; absent: whatever it has. */
  readonly expected?: string | null;
}

/**
 * Age at which the lock file of a ref counts as left by a killed Git. A live one holds it for milliseconds.
 */
const ABANDONED_MS = 5000;

/**
 * Changes refs, all or none of them.
 *
 * @returns `false` when one of them does not have the expected value.
 * @throws Fault for any other failure.
 */
export async function updateRefs(git: Git, changes: readonly RefChange[]): Promise<boolean> {
  const args = ['update-ref', '-m', 'spec-kitty', '--stdin', '-z'];
  const stdin = changes.map(command).join('');
  for (;;) {
    const result = await git.attempt(args, { stdin });
    if (result.exitCode === 0) return true;
    const lock = /Unable to create '([^']+\.lock)': File exists/.exec(result.stderr)?.[1];
    if (lock !== undefined && (await isGone(lock))) continue;
    if (/but expected|reference already exists|unable to resolve reference/.test(result.stderr)) return false;
    throw git.failure(args, result);
  }
}

function command({ ref, value, expected }: RefChange): string {
  const old = expected === null ? '0'.repeat(value?.length ?? 40) : (expected ?? '');
  return value === undefined ? `delete ${ref}\0${old}\0` : `update ${ref}\0${value}\0${old}\0`;
}

/** Waits for the owner of a lock file, or removes the file once nobody alive can be its owner. */
async function isGone(lock: string): Promise<boolean> {
  for (;;) {
    const found = statSync(lock, { throwIfNoEntry: false });
    if (!found) return true;
    if (Date.now() - found.mtimeMs > ABANDONED_MS) {
      rmSync(lock, { force: true });
      return true;
    }
    await sleep(50);
  }
}
