import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import type { Lock, LockState } from '@spec-kitty/core/ports/lock';
import { errorCode } from '../files/disk-fault.ts';
import { leaveToFolderOwner } from '../files/leave-to-folder-owner.ts';
import { type HolderRecord, type LockMethod, parseHolder } from './lock-method.ts';
import { heldSince } from './held-since.ts';
import { hasOpen, judgeHolder, thisPlace } from './process-identity.ts';
import { type LockOptions, WaitingLock } from './waiting-lock.ts';

/** The two native calls in use; both throw system errors. */
export interface NativeLock {
  tryLock(handle: number, offset: number, length: number, exclusive: boolean): void;
  unlock(handle: number, offset: number, length: number): void;
}

/** Part of a file, in bytes; a length of 0 is all of it. */
interface Range {
  readonly offset: number;
  readonly length: number;
}

/**
 * Locks a part of a file that readers do not need.
 *
 * A lock on Windows also keeps others from reading, so it lies far behind the holder's record; macOS
 * locks whole files only.
 */
export function lockedRange(platform: NodeJS.Platform): Range {
  return platform === 'win32' ? { offset: 2 ** 30, length: 1 } : { offset: 0, length: 0 };
}

/**
 * Loads the prebuilt library for this platform; `undefined` where there is none, as on musl.
 *
 * By its file, not through the package's own loader: that one takes 9 ms of CPU to find it, this one 1 ms.
 */
export function loadNativeLock(): NativeLock | undefined {
  const file = `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;
  try {
    const library: NativeLock = createRequire(import.meta.url)(file);
    return library;
  } catch {
    // broad-catch: falls back to the other method where the library is not built for this platform, or not loadable on it
    return undefined;
  }
}

/**
 * A lock that the kernel holds for an open file, and frees at once when its process ends in any way.
 *
 * Open files exclude each other also within one process.
 *
 * @throws Error where the native library does not load.
 */
export function kernelLock(options: LockOptions): Lock {
  const native = loadNativeLock();
  if (!native) throw new Error('There is no native lock for this platform');
  return new WaitingLock(options, kernelMethod(native, options.mode));
}

/** The method behind {@link kernelLock}. Its files are never deleted: two processes would lock two different ones. */
export function kernelMethod(native: NativeLock, mode = 0o666): LockMethod {
  return {
    tryTake(file, holder) {
      const handle = openSync(
        lockFile(file),
        constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0),
        mode,
      );
      leaveToFolderOwner(handle, file);
      if (!takes(native, handle)) return undefined;
      sign(handle, holder);
      return () => {
        sign(handle, undefined);
        // Closing frees it too, but on Windows not always at once.
        unlockRange(native, handle);
        closeSync(handle);
      };
    },
    readHolder: (file) => parseHolder(readFileSync(lockFile(file), 'utf8')),
  };
}

/** Looks at a lock of the kernel; nobody waits for more than the moment that it takes, and nothing is written. */
export function kernelState(native: NativeLock, file: string): LockState | undefined {
  return withFile(lockFile(file), constants.O_RDONLY, (handle, name) => {
    const isFree = tryRange(native, handle, false);
    // Read while nobody can sign.
    const holder = parseHolder(readFileSync(handle, 'utf8')) ?? null;
    if (isFree) unlockRange(native, handle);
    if (isFree && holder === null) return undefined;
    const verdict = verdictOf(holder, isFree);
    return {
      state: isFree ? 'abandoned_record' : 'held',
      holder,
      verdict,
      sinceMs: heldSince(holder, name),
      releasable: false,
      isProven: !isFree && verdict === 'alive' && holder !== null && hasOpen(holder, fstatSync(handle)),
    };
  });
}

/**
 * What becomes known of a holder by the lock itself. The kernel knows of all who run on it, also in other containers; on a
 * disk that machines share it need not know of theirs.
 */
function verdictOf(holder: HolderRecord | null, isFree: boolean): LockState['verdict'] {
  if (!holder) return 'unknown';
  const here = thisPlace();
  const verdict = judgeHolder(holder, here);
  const isOfThisKernel = holder.bootId !== undefined && holder.bootId === here.bootId;
  if (isFree) return verdict === 'unknown' && !isOfThisKernel ? 'unknown' : 'dead';
  // Whoever holds it is not the one who could not sign.
  return verdict === 'dead' ? 'unknown' : verdict;
}

/** Empties the old record of a lock that nobody holds; answers whether it did. */
export function releaseKernel(
  native: NativeLock,
  file: string,
  isOld: (sinceMs: number) => boolean,
): boolean {
  const released = withFile(lockFile(file), constants.O_RDWR, (handle, name) => {
    if (!tryRange(native, handle, true)) return false;
    const holder = parseHolder(readFileSync(handle, 'utf8'));
    const sinceMs = heldSince(holder ?? null, name);
    const isStale = holder !== undefined && sinceMs !== null && isOld(sinceMs);
    if (isStale) ftruncateSync(handle, 0);
    unlockRange(native, handle);
    return isStale;
  });
  return released ?? false;
}

/** Takes the lock, or closes the file. */
function takes(native: NativeLock, handle: number): boolean {
  let taken = false;
  try {
    taken = tryRange(native, handle, true);
  } finally {
    if (!taken) closeSync(handle);
  }
  return taken;
}

/** `undefined` where there is no such file. */
function withFile<T>(name: string, flags: number, use: (handle: number, name: string) => T): T | undefined {
  const facts = lstatSync(name, { throwIfNoEntry: false });
  if (!facts?.isFile()) return undefined;
  const handle = openSync(name, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    return use(handle, name);
  } finally {
    closeSync(handle);
  }
}

function tryRange(native: NativeLock, handle: number, exclusive: boolean): boolean {
  const { offset, length } = lockedRange(process.platform);
  try {
    native.tryLock(handle, offset, length, exclusive);
    return true;
  } catch (error) {
    // EBUSY is the word of Windows for it.
    if (['EAGAIN', 'EBUSY'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

function unlockRange(native: NativeLock, handle: number): void {
  const { offset, length } = lockedRange(process.platform);
  native.unlock(handle, offset, length);
}

function lockFile(file: string): string {
  return `${file}.lock`;
}

function sign(handle: number, holder: HolderRecord | undefined): void {
  try {
    ftruncateSync(handle, 0);
    if (holder) writeSync(handle, JSON.stringify(holder), 0);
  } catch {
    // broad-catch: best-effort: the lock is held either way; on a full disk others just do not learn by whom
  }
}
