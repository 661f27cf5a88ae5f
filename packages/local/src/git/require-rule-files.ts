import { lstatSync } from 'node:fs';
import path from 'node:path';
import { notPlainFile } from '../files/plain-file.ts';

const NAMES = ['.gitignore', '.gitattributes'];

/**
 * Refuses a named pipe or device where Git reads rules, because it would wait for one forever; it passes over links and
 * folders there by itself.
 *
 * @param folders relative to the checkout's root.
 * @throws Fault `NOT_A_PLAIN_FILE`.
 */
export function requireRuleFiles(root: string, folders: readonly string[]): void {
  for (const folder of folders) {
    for (const name of NAMES) {
      const found = lstatSync(path.join(root, folder, name), { throwIfNoEntry: false });
      if (found?.isFIFO() || found?.isCharacterDevice()) throw notPlainFile(path.join(folder, name));
    }
  }
}
