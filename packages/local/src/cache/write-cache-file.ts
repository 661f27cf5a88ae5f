import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Replaces a file of a cache, where that is possible.
 *
 * @param drafts folder of unfinished files; a name of this form is cleared there once its process is gone.
 */
export function writeCacheFile(file: string, drafts: string, text: string): void {
  const draft = path.join(drafts, `${path.basename(file)}.${process.pid}-0`);
  try {
    mkdirSync(drafts, { recursive: true });
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch {
    // A read-only or full disk only makes the next command slower.
  }
}
