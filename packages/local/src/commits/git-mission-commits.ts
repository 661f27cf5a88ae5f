import { Fault } from '@spec-kitty/core/fault';
import type { MissionCommits } from '@spec-kitty/core/ports/mission-commits';
import { Git } from '../git/git.ts';
import type { Repository } from '../repository/repository.ts';

/** Commits in the primary checkout through `git commit --only`, which leaves other staged changes alone. */
export class GitMissionCommits implements MissionCommits {
  readonly #git: Git;

  constructor(repository: Repository, env: Readonly<Record<string, string | undefined>>) {
    this.#git = new Git(repository.primary, env);
  }

  async commit(directory: string, message: string): Promise<string | undefined> {
    const root = `kitty-specs/${directory}`;
    if ((await this.changed(directory)).length === 0) return undefined;
    await this.#requireCommittable(root);
    await this.#git.run(['add', '--', root]);
    const args = ['commit', '--quiet', '--only', '--no-verify', '-m', message, '--', root];
    const committed = await this.#git.attempt(args);
    if (committed.exitCode !== 0) throw this.#git.failure(args, committed);
    return this.#git.text(['rev-parse', 'HEAD']);
  }

  async changed(directory: string): Promise<readonly string[]> {
    const records = await this.#git.records([
      'status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--', `kitty-specs/${directory}`,
    ]);
    return records.map((record) => record.slice(3));
  }

  async #requireCommittable(root: string): Promise<void> {
    if (await this.#git.ok(['check-ignore', '--quiet', '--no-index', '--', `${root}/meta.json`])) {
      throw new Fault('refused', 'MISSION_IGNORED', `Git is told to ignore the mission's files: ${root}`, {
        hints: ['Remove the rule from .gitignore, or pass --no-commit.'],
      });
    }
    const conflicted = await this.#git.records(['ls-files', '--unmerged', '-z']);
    const merging = await this.#git.attempt(['rev-parse', '--verify', '--quiet', 'MERGE_HEAD']);
    if (conflicted.length === 0 && merging.exitCode !== 0) return;
    throw new Fault('refused', 'MERGE_IN_PROGRESS', 'A merge is under way in the primary checkout, so nothing can be committed on its own.', {
      hints: ['Finish it with `git commit`, or drop it with `git merge --abort`; or pass --no-commit.'],
    });
  }
}
