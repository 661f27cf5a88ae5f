import fs from 'node:fs';

type Call = (...args: unknown[]) => unknown;

/**
 * Keeps count of what a program has written through `node:fs` and not synced: what a power cut takes.
 *
 * Only contents; that a file system keeps the order of renames is taken for granted, as Git does.
 */
export class UnsyncedFiles {
  readonly #open = new Map<unknown, string>();
  /** Length in bytes that is safe. */
  readonly #safe = new Map<string, number>();

  /** Wraps a call so that what it writes is known. */
  watching(name: string, call: Call): Call {
    return (...args) => {
      this.#before(name, args);
      const result = call(...args);
      if (name === 'openSync') this.#open.set(result, String(args[0]));
      if (name === 'fsyncSync') this.#safe.delete(this.#open.get(args[0]) ?? '');
      if (name === 'renameSync') this.#moved(String(args[0]), String(args[1]));
      return result;
    };
  }

  /** Cuts every file to what was safe. */
  lose(): void {
    for (const [file, length] of this.#safe) {
      if (!fs.existsSync(file) || fs.statSync(file).size <= length) continue;
      fs.truncateSync(file, length);
    }
    this.#safe.clear();
  }

  #before(name: string, [target]: readonly unknown[]): void {
    if (name === 'writeFileSync') this.#safe.set(String(target), 0);
    const file = name === 'writeSync' ? this.#open.get(target) : undefined;
    if (file !== undefined && !this.#safe.has(file))
      this.#safe.set(file, fs.fstatSync(target as number).size);
  }

  #moved(from: string, to: string): void {
    const length = this.#safe.get(from);
    this.#safe.delete(from);
    this.#safe.delete(to);
    if (length !== undefined) this.#safe.set(to, length);
  }
}
