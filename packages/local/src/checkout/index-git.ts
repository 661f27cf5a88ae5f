import { Git, type GitOptions } from '../git/git.ts';
import type { ProcessResult } from '../process/run-process.ts';

/** Git that works on an index of its own instead of the checkout's. */
export class IndexGit extends Git {
  readonly #file: string;

  /** @param file the index, which need not exist yet. */
  constructor(directory: string, env: Readonly<Record<string, string | undefined>>, file: string) {
    super(directory, env);
    this.#file = file;
  }

  override attempt(args: readonly string[], options: GitOptions = {}): Promise<ProcessResult> {
    return super.attempt(args, { ...options, env: { ...options.env, GIT_INDEX_FILE: this.#file } });
  }
}
