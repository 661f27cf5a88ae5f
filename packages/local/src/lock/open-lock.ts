import type { Lock } from '@spec-kitty/core/ports/lock';
import { errorCode } from '../files/disk-fault.ts';
import { kernelMethod, loadNativeLock, type NativeLock } from './kernel-lock.ts';
import { linkMethod } from './link-lock.ts';
import type { LockMethod } from './lock-method.ts';
import { type LockOptions, WaitingLock } from './waiting-lock.ts';

/** What a kernel or file system without these locks answers, as in some sandboxes and on some network mounts. */
const UNSUPPORTED = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'ENOLCK']);

/** `ENOLCK` comes from a file system without locks every time, and from a kernel that is short of them for a moment. */
const NO_LOCKS_TRIES = 6;

/**
 * Opens the lock to use: the kernel's, or the one by links where that one does not work.
 *
 * Processes beside each other must choose the same one. What the machine and the file system cannot do, they cannot do
 * for any of them; a kernel that has run out of locks is asked again before it counts as one without.
 */
export function openLock(options: LockOptions, native: NativeLock | undefined = loadNativeLock()): Lock {
  const { mode, onFallback } = options;
  const method = firstWorking(native && kernelMethod(native, mode), linkMethod(mode), onFallback);
  return new WaitingLock(options, method);
}

/** Uses the given method until it turns out not to be supported here, and links from then on. */
export function firstWorking(
  preferred: LockMethod | undefined,
  fallback: LockMethod = linkMethod(),
  onFallback: (code: string) => void = () => undefined,
): LockMethod {
  let method = preferred ?? fallback;
  let tries = 0;
  return {
    tryTake(file, holder) {
      try {
        const release = method.tryTake(file, holder);
        tries = 0;
        return release;
      } catch (error) {
        const code = errorCode(error) ?? '';
        if (method === fallback || !UNSUPPORTED.has(code)) throw error;
        tries += 1;
        if (code === 'ENOLCK' && tries < NO_LOCKS_TRIES) return undefined;
        method = fallback;
        onFallback(code);
        return method.tryTake(file, holder);
      }
    },
    readHolder: (file) => method.readHolder(file),
    abandonedFile: (file) => method.abandonedFile?.(file),
  };
}
