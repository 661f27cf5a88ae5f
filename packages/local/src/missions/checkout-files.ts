import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MissionFiles } from '@spec-kitty/core/ports/mission-store';
import { decodeText } from '../files/decode-text.ts';
import { notPlainFile } from '../files/plain-file.ts';

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
    if (!target?.isFile) return undefined;
    return decodeText(readFileSync(target.path), `${this.#root}/${file}`);
  }

  list(folder: string): readonly string[] {
    const target = this.#find(folder);
    // Links are named, too: who reads one is told, and no package goes missing without a word.
    return target === undefined
      ? []
      : listFolder(target.path, (entry) => entry.isFile() || entry.isSymbolicLink());
  }

  /** `undefined` for what is not there. */
  #find(relative: string): { readonly path: string; readonly isFile: boolean } | undefined {
    let named = this.#root;
    let isFile = false;
    for (const part of relative.split('/')) {
      named = `${named}/${part}`;
      const found = lstatSync(path.join(this.#primary, named), { throwIfNoEntry: false });
      if (!found) return undefined;
      if (found.isSymbolicLink()) throw notPlainFile(named);
      isFile = found.isFile();
    }
    return { path: path.join(this.#primary, named), isFile };
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
