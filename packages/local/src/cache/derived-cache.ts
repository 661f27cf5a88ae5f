import path from 'node:path';
import { readText } from '../files/plain-file.ts';
import { writeCacheFile } from './write-cache-file.ts';

/**
 * Remembers what was derived from files, each value with the fingerprint of its sources.
 *
 * It may be deleted at any time and a value that cannot be read or written is simply derived again:
 * nothing but speed depends on it.
 */
export class DerivedCache {
  readonly #folder: string;
  readonly #drafts: string;

  constructor(folder: string, drafts: string) {
    this.#folder = folder;
    this.#drafts = drafts;
  }

  /** Returns the value stored under `name` if its fingerprint is the same, else `undefined`. */
  get(name: string, fingerprint: string): unknown {
    try {
      const stored = readText(this.#file(name));
      if (stored === undefined) return undefined;
      const end = stored.indexOf('\n');
      return stored.slice(0, end) === fingerprint ? JSON.parse(stored.slice(end + 1)) : undefined;
    } catch {
      // Damaged: derived again.
      return undefined;
    }
  }

  put(name: string, fingerprint: string, value: unknown): void {
    writeCacheFile(this.#file(name), this.#drafts, `${fingerprint}\n${JSON.stringify(value)}`);
  }

  #file(name: string): string {
    return path.join(this.#folder, `${name}.json`);
  }
}
