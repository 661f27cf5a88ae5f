import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { ProjectFiles } from '@spec-kitty/core/ports/project-files';
import { containedPath } from '../files/contained-path.ts';
import { decodeText } from '../files/decode-text.ts';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { readContent } from '../files/plain-file.ts';
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
    const bytes = readContent(containedPath(this.#root, file), file);
    return bytes && decodeText(bytes, file);
  }

  exists(file: string): boolean {
    return existsSync(containedPath(this.#root, file));
  }

  /** Names in a folder; none where there is no folder inside the checkout. */
  names(folder: string): readonly string[] {
    try {
      return readdirSync(containedPath(this.#root, folder));
    } catch {
      return [];
    }
  }

  /** Makes sure that no file is where the folder of another one must be. @throws Fault `NOT_A_DIRECTORY`. */
  requireFolder(file: string): void {
    let folder = path.dirname(containedPath(this.#root, file));
    while (!existsSync(folder) && folder !== path.dirname(folder)) folder = path.dirname(folder);
    if (!statSync(folder).isDirectory()) throw fileInTheWay(file);
  }

  write(file: string, content: string | Uint8Array): void {
    const target = containedPath(this.#root, file);
    try {
      mkdirSync(path.dirname(target), { recursive: true });
    } catch (error) {
      throw inTheWay(error, file) ?? diskFault(error, file);
    }
    this.rewrite(file, content);
  }

  rewrite(file: string, content: string | Uint8Array): void {
    const target = containedPath(this.#root, file);
    const options = { skipEqual: true, tempFolder: this.#tempFolder, makesFolder: false };
    try {
      mkdirSync(this.#tempFolder, { recursive: true });
    } catch (error) {
      throw diskFault(error, file);
    }
    writeAtomically(target, content, options);
  }

  /** Removes a file, and the folders that it leaves empty. */
  remove(file: string): void {
    const target = containedPath(this.#root, file);
    try {
      rmSync(target, { force: true });
      for (let folder = path.dirname(target); folder !== this.#root; folder = path.dirname(folder))
        rmdirSync(folder);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) throw diskFault(error, file);
    }
  }
}

function inTheWay(cause: unknown, file: string): Fault | undefined {
  return ['EEXIST', 'ENOTDIR'].includes(errorCode(cause) ?? '') ? fileInTheWay(file, cause) : undefined;
}

function fileInTheWay(file: string, cause?: unknown): Fault {
  return new Fault(
    'refused',
    'NOT_A_DIRECTORY',
    `A file is where a folder must be, so this cannot be written: ${file}`,
    {
      hints: ['Move that file away, then run the command again.'],
      details: { path: file },
      cause,
    },
  );
}
