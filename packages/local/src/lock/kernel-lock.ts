import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Lock } from '@spec-kitty/core/ports/lock';
import { errorCode } from '../files/disk-fault.ts';
import { type HolderRecord, type LockMethod, parseHolder } from './lock-method.ts';
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
  const { offset, length } = lockedRange(process.platform);
  return {
    tryTake(file, holder) {
      const handle = openSync(
        lockFile(file),
        constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0),
        mode,
      );
      try {
        native.tryLock(handle, offset, length, true);
      } catch (error) {
        closeSync(handle);
        // EBUSY is the word of Windows for it.
        if (['EAGAIN', 'EBUSY'].includes(errorCode(error) ?? '')) return undefined;
        throw error;
      }
      sign(handle, holder);
      return () => {
        sign(handle, undefined);
        // Closing frees it too, but on Windows not always at once.
        native.unlock(handle, offset, length);
        closeSync(handle);
      };
    },
    readHolder: (file) => parseHolder(readFileSync(lockFile(file), 'utf8')),
  };
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
