import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { MissionFiles } from '@spec-kitty/core/ports/mission-store';
import { decodeText } from '../files/decode-text.ts';
import { notPlainFile, readPlainFile } from '../files/plain-file.ts';

/**
 * Reads files below one mission's folder of the checkout.
 *
 * A symbolic link is refused by name and never followed, so nothing outside is read. @throws Fault `NOT_A_PLAIN_FILE`.
 */
export class CheckoutFiles implements MissionFiles {
  readonly #primary: string;
  readonly #root: string;

  /** @param root of the mission's folder, relative to the primary checkout. */
  constructor(primary: string, root: string) {
    this.#primary = primary;
    this.#root = root;
  }

  read(file: string): string | undefined {
    const target = this.#find(file);
    const name = `${this.#root}/${file}`;
    const bytes = target === undefined ? undefined : readPlainFile(target, name)?.bytes;
    return bytes && decodeText(bytes, name);
  }

  list(folder: string): readonly string[] {
    const target = this.#find(folder);
    // What stands in place of a document is named, too: who reads it is told, and no package goes missing without a word.
    return target === undefined
      ? []
      : listFolder(target, (entry) => !entry.isDirectory() || entry.name.endsWith('.md'));
  }

  /** `undefined` for what is not there. */
  #find(relative: string): string | undefined {
    let named = this.#root;
    for (const part of relative.split('/')) {
      named = `${named}/${part}`;
      const found = lstatSync(path.join(this.#primary, named), { throwIfNoEntry: false });
      if (!found) return undefined;
      if (found.isSymbolicLink()) throw notPlainFile(named);
    }
    return path.join(this.#primary, named);
  }
}

/** Names in a folder, in byte order; none where there is no folder. */
export function listFolder(folder: string, keep: (entry: Dirent) => boolean): readonly string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(keep)
    .map((entry) => entry.name)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
