import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MissionFiles } from '@spec-kitty/core/ports/mission-store';
import { decodeText } from '../files/decode-text.ts';

/** Reads files below one mission's folder of the checkout; symbolic links are never followed, so nothing outside is read. */
export class CheckoutFiles implements MissionFiles {
  readonly #primary: string;
  readonly #root: string;

  /** @param root of the mission's folder, relative to the primary checkout. */
  constructor(primary: string, root: string) {
    this.#primary = primary;
    this.#root = root;
  }

  read(file: string): string | undefined {
    const target = this.#plainPath(file);
    if (target === undefined || !lstatSync(target).isFile()) return undefined;
    return decodeText(readFileSync(target), `${this.#root}/${file}`);
  }

  list(folder: string): readonly string[] {
    const target = this.#plainPath(folder);
    return target === undefined ? [] : listFolder(target, (entry) => entry.isFile());
  }

  /** `undefined` for what is not there, and for what lies behind a link. */
  #plainPath(relative: string): string | undefined {
    let at = path.join(this.#primary, this.#root);
    for (const part of relative.split('/')) {
      at = path.join(at, part);
      const found = lstatSync(at, { throwIfNoEntry: false });
      if (!found || found.isSymbolicLink()) return undefined;
    }
    return at;
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
