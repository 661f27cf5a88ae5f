import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProjectFiles } from '@spec-kitty/core/ports/project-files';
import { containedPath } from '../files/contained-path.ts';
import { diskFault } from '../files/disk-fault.ts';
import { writeAtomically } from '../files/write-atomically.ts';

/** Files of the primary checkout, by paths relative to its root that cannot leave it. */
export class CheckoutProject implements ProjectFiles {
  readonly #root: string;

  readonly #tempFolder: string;

  /** @param tempFolder where unfinished files live, outside the checkout. */
  constructor(root: string, tempFolder: string) {
    this.#root = root;
    this.#tempFolder = tempFolder;
  }

  read(file: string): string | undefined {
    const target = containedPath(this.#root, file);
    return existsSync(target) ? readFileSync(target, 'utf8') : undefined;
  }

  exists(file: string): boolean {
    return existsSync(containedPath(this.#root, file));
  }

  write(file: string, text: string): void {
    const target = containedPath(this.#root, file);
    try {
      mkdirSync(path.dirname(target), { recursive: true });
      mkdirSync(this.#tempFolder, { recursive: true });
    } catch (error) {
      throw diskFault(error, file);
    }
    writeAtomically(target, text, { skipEqual: true, tempFolder: this.#tempFolder });
  }
}
