import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { diskFault } from '../files/disk-fault.ts';
import { readText } from '../files/plain-file.ts';
import type { Git } from '../git/git.ts';

/** A detached worktree in the Git directory, without work that somebody wants kept: it may simply be deleted. */
export class ScratchWorktree {
  readonly root: string;
  readonly #git: Git;
  readonly #commonDir: string;

  constructor(git: Git, commonDir: string, name: string, folder = 'scratch') {
    this.root = path.join(commonDir, 'spec-kitty', folder, name);
    this.#git = git;
    this.#commonDir = commonDir;
  }

  /** Checks out a commit afresh, clearing what an interrupted command left. */
  async open(commit: string): Promise<Git> {
    try {
      this.#delete();
      mkdirSync(path.dirname(this.root), { recursive: true });
    } catch (error) {
      throw diskFault(error, this.root);
    }
    await this.#git.run(['worktree', 'add', '--quiet', '--detach', this.root, commit]);
    return this.#git.at(this.root);
  }

  /** Deletes it, or leaves it to the next {@link open}: a command that has done its work must not fail by this. */
  remove(): void {
    try {
      this.#delete();
    } catch {
      // Nothing but space is lost.
    }
  }

  #delete(): void {
    // First, so that nobody takes what a kill leaves for a worktree.
    rmSync(path.join(this.root, '.git'), { force: true });
    rmSync(this.root, { recursive: true, force: true });
    const folder = path.join(this.#commonDir, 'worktrees');
    if (!existsSync(folder)) return;
    const pointer = path.join(this.root, '.git');
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name, 'gitdir');
      const named = readText(file);
      if (named !== undefined && path.resolve(folder, name, named.trim()) === pointer) {
        rmSync(path.dirname(file), { recursive: true, force: true });
      }
    }
  }
}
