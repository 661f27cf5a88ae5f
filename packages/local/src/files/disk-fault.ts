import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';

/**
 * Turns a full, read-only or forbidden disk into a Fault that names the path; anything else comes back as it is.
 *
 * Use as `throw diskFault(error, file)`. Codes: `DISK_FULL`, `READ_ONLY`.
 */
export function diskFault(error: unknown, file: string): unknown {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Fault('refused', 'DISK_FULL', `There is no space left to write ${file}`, {
        hints: ['Free some space, then run the command again.'],
        details: { path: file },
        cause: error,
      });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new Fault('refused', 'READ_ONLY', `This user may not write ${file}`, {
        hints: ['Make the file and its folder writable, then run the command again.'],
        details: { path: file },
        cause: error,
      });
    case 'ENOENT': {
      const refusal = unmadeFolder(error);
      return refusal === undefined ? error : diskFault(refusal, file);
    }
    default:
      return error;
  }
}

/** Node's recursive `mkdir` says `ENOENT` on a read-only disk; what is there already knows the reason. */
function unmadeFolder(error: unknown): unknown {
  const { syscall, path: folder } = error as NodeJS.ErrnoException;
  if (syscall !== 'mkdir' || folder === undefined) return undefined;
  let at = path.resolve(folder);
  while (!existsSync(at) && path.dirname(at) !== at) at = path.dirname(at);
  try {
    accessSync(at, constants.W_OK);
  } catch (refusal) {
    return errorCode(refusal) === 'ENOENT' ? undefined : refusal;
  }
  return undefined;
}

/** The system's error code, such as `ENOENT`; `undefined` for anything that is not a system error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
