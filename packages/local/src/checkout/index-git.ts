import { copyFileSync, existsSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { diskFault } from '../files/disk-fault.ts';
import { Git, type GitOptions } from '../git/git.ts';
import type { ProcessResult } from '../process/run-process.ts';

/** Git that works on an index of its own instead of the checkout's. */
export class IndexGit extends Git {
  readonly file: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  /** @param file the index, which need not exist yet. */
  constructor(directory: string, env: Readonly<Record<string, string | undefined>>, file: string) {
    super(directory, env);
    this.file = file;
    this.#env = env;
  }

  /** The same checkout with another index, which need not exist yet. */
  over(file: string): IndexGit {
    return new IndexGit(this.directory, this.#env, file);
  }

  override attempt(args: readonly string[], options: GitOptions = {}): Promise<ProcessResult> {
    return super.attempt(args, { ...options, env: { ...options.env, GIT_INDEX_FILE: this.file } });
  }
}

/** A copy of a checkout's index, while nobody else can change that. */
export class HeldIndex extends IndexGit {
  readonly #index: string;

  /** @param index of the checkout, whose lock the caller has. */
  constructor(
    directory: string,
    env: Readonly<Record<string, string | undefined>>,
    index: string,
    copy: string,
  ) {
    super(directory, env, copy);
    this.#index = index;
    copyIndex(index, copy);
  }

  /** Keeps the index as it is: the copy may have been refreshed by a look. */
  keep(kept: string): void {
    copyIndex(this.#index, kept);
  }

  /** Puts what the copy has become in the index's place, in one step. */
  publish(): void {
    if (!existsSync(this.file)) return;
    const next = `${this.file}-published`;
    copyIndex(this.file, next);
    renameSync(next, this.#index);
  }

  /** Makes the copy what the index was when it was kept. */
  reset(kept: string): void {
    rmSync(this.file, { force: true });
    copyIndex(kept, this.file);
  }
}

/**
 * Copies an index with its time, by which Git knows which entries are as young as the index itself: their files may
 * have changed since without another time or size, so it compares their content. @throws Fault `DISK_FULL` or `READ_ONLY`.
 */
export function copyIndex(index: string, copy: string): void {
  const found = statSync(index, { throwIfNoEntry: false });
  if (!found) return;
  try {
    copyFileSync(index, copy);
    utimesSync(copy, found.atime, found.mtime);
  } catch (error) {
    throw diskFault(error, copy);
  }
}
