import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

let counter = 0;

/** Names a file that nobody else uses, in a folder that is created when needed. */
export function draftPath(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  counter += 1;
  return path.join(folder, `${name}.${process.pid}-${counter}`);
}

/** Removes an index that was a draft, with the lock file that a killed Git may have left beside it. */
export function removeDraft(file: string): void {
  try {
    rmSync(file, { force: true });
    rmSync(`${file}.lock`, { force: true });
  } catch {
    // It lies in a folder of ours and will never be looked at again.
  }
}
