import type { Lock } from '@spec-kitty/core/ports/lock';
import { errorCode } from '../files/disk-fault.ts';
import { kernelMethod, loadNativeLock } from './kernel-lock.ts';
import { linkMethod } from './link-lock.ts';
import type { LockMethod } from './lock-method.ts';
import { type LockOptions, WaitingLock } from './waiting-lock.ts';

/** What a kernel or file system without these locks answers, as in some sandboxes and on some network mounts. */
const UNSUPPORTED = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'ENOLCK']);

/**
 * Opens the lock to use: the kernel's, or the one by links where that one does not work.
 *
 * The choice depends on the machine and the file system alone, so processes beside each other make the same one.
 */
export function openLock(options: LockOptions): Lock {
  const native = loadNativeLock();
  return new WaitingLock(options, firstWorking(native && kernelMethod(native)));
}

/** Uses the given method until it turns out not to be supported here, and links from then on. */
export function firstWorking(preferred: LockMethod | undefined): LockMethod {
  const fallback = linkMethod();
  let method = preferred ?? fallback;
  return {
    tryTake(file, holder) {
      try {
        return method.tryTake(file, holder);
      } catch (error) {
        if (method === fallback || !UNSUPPORTED.has(errorCode(error) ?? '')) throw error;
        method = fallback;
        return method.tryTake(file, holder);
      }
    },
    readHolder: (file) => method.readHolder(file),
    abandonedFile: (file) => method.abandonedFile?.(file),
  };
}
