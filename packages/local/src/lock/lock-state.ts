import path from 'node:path';
import type { LockState } from '@spec-kitty/core/ports/lock';
import { errorCode } from '../files/disk-fault.ts';
import { kernelState, loadNativeLock, releaseKernel } from './kernel-lock.ts';
import { linkState, releaseLink } from './link-lock.ts';
import { lockFileName } from './lock-file-name.ts';

const FREE: LockState = {
  state: 'free',
  holder: null,
  verdict: 'unknown',
  sinceMs: null,
  releasable: false,
  isProven: false,
};

/** Says who holds the lock called `name`, by whatever method; what cannot be looked at counts as free. */
export function lockState(folder: string, name: string): LockState {
  const file = path.join(folder, lockFileName(name));
  const native = loadNativeLock();
  const found = [native && looking(() => kernelState(native, file)), looking(() => linkState(file))].filter(
    (state) => state !== undefined,
  );
  return found.find(({ state }) => state === 'held') ?? found[0] ?? FREE;
}

/** A lock that may not be looked at, or a file system that has none, says nothing. */
function looking(look: () => LockState | undefined): LockState | undefined {
  try {
    return look();
  } catch (error) {
    // broad-catch: reports what the file system does not show as not seen; whatever is no answer of the file system goes on
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * Releases a lock that is older than so long and that nobody is seen to hold: all of that is looked at again, whatever was
 * seen before.
 *
 * @returns whether it was released. A failure of the file system is thrown as it is.
 */
export function forceRelease(
  folder: string,
  name: string,
  { olderThanMs, nowMs }: { readonly olderThanMs: number; readonly nowMs: number },
): boolean {
  const file = path.join(folder, lockFileName(name));
  const isOld = (sinceMs: number) => nowMs - sinceMs > olderThanMs;
  const native = loadNativeLock();
  const byKernel = native !== undefined && releaseKernel(native, file, isOld);
  return releaseLink(file, isOld) || byKernel;
}
