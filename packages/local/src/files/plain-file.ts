import { type Stats, lstatSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';

/**
 * Looks at a file that is about to be written; `undefined` when there is none yet.
 *
 * @throws Fault `NOT_A_PLAIN_FILE` for a symbolic link, folder or device: writing through one leaves the repository.
 */
export function plainFile(file: string): Stats | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found || found.isFile()) return found;
  throw notPlainFile(file);
}

/** Refusal to read or write anything but a plain file. */
export function notPlainFile(file: string, cause?: unknown): Fault {
  return new Fault(
    'refused',
    'NOT_A_PLAIN_FILE',
    `A plain file is expected, not a link or a folder: ${file}`,
    {
      hints: ['Replace it by the file itself, or move it away; then run the command again.'],
      details: { path: file },
      cause,
    },
  );
}
