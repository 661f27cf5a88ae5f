import { Fault } from '@spec-kitty/core/fault';
import type { MissionCommits } from '@spec-kitty/core/ports/mission-commits';
import { commitTree } from '../checkout/commit-tree.ts';
import { type CheckoutOwner, holdIndex } from '../checkout/hold-index.ts';
import { IndexGit } from '../checkout/index-git.ts';
import { updateRefs } from '../checkout/update-refs.ts';
import { draftPath, removeDraft } from '../files/draft-path.ts';
import { Git } from '../git/git.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/**
 * Commits in the primary checkout from an index of its own.
 *
 * The user's index is held meanwhile, so nobody switches the branch or commits in between, and it changes in one
 * step at the end: a killed command leaves either nothing behind, or a commit that its next run finds done.
 */
export class GitMissionCommits implements MissionCommits {
  readonly #owner: CheckoutOwner;
  readonly #git: Git;

  constructor(repository: Repository, env: Readonly<Record<string, string | undefined>>) {
    this.#owner = { repository, env };
    this.#git = new Git(repository.primary, env);
  }

  async commit(directory: string, branch: string, message: string): Promise<string | undefined> {
    const root = `kitty-specs/${directory}`;
    if ((await this.changed(directory)).length === 0) return undefined;
    await this.#requireCommittable(root);
    return holdIndex(this.#owner, this.#owner.repository.primary, async (git) => {
      await requireBranch(git, branch);
      const commit = await this.#commitOnly(root, branch, message);
      await git.run(['add', '--', root]);
      return commit;
    });
  }

  async changed(directory: string): Promise<readonly string[]> {
    const records = await this.#git.records([
      'status',
      '--porcelain=v1',
      '-z',
      '--untracked-files=all',
      '--no-renames',
      '--',
      `kitty-specs/${directory}`,
    ]);
    return records.map((record) => record.slice(3));
  }

  /** Makes a commit of HEAD with nothing but these files changed; `undefined` when HEAD has them so already. */
  async #commitOnly(root: string, branch: string, message: string): Promise<string | undefined> {
    const { repository, env } = this.#owner;
    const draft = draftPath(privateDir(repository, 'tmp'), 'index');
    const own = new IndexGit(repository.primary, env, draft);
    try {
      const head = await own.tryText(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`]);
      await own.run(['read-tree', head ?? '--empty']);
      await own.run(['add', '--', root]);
      const tree = await own.text(['write-tree']);
      if (head !== undefined && tree === (await own.text(['rev-parse', `${head}^{tree}`]))) return undefined;
      const commit = await commitTree(own, { tree, parents: head === undefined ? [] : [head], message });
      const ref = { ref: `refs/heads/${branch}`, value: commit, expected: head ?? null };
      if (await updateRefs(this.#git, [ref])) return commit;
    } finally {
      removeDraft(draft);
    }
    throw new Fault('refused', 'TARGET_MOVED', `${branch} has moved meanwhile; nothing was committed.`, {
      hints: ['Run the command again.'],
      details: { target_branch: branch },
    });
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
    throw new Fault(
      'refused',
      'MERGE_IN_PROGRESS',
      'A merge is under way in the primary checkout, so nothing can be committed on its own.',
      {
        hints: ['Finish it with `git commit`, or drop it with `git merge --abort`; or pass --no-commit.'],
      },
    );
  }
}

async function requireBranch(git: Git, branch: string): Promise<void> {
  const current = await git.tryText(['symbolic-ref', '-q', '--short', 'HEAD']);
  if (current === branch) return;
  const where = current === undefined ? 'HEAD is detached' : `${current} is checked out`;
  throw new Fault('refused', 'WRONG_BRANCH', `The commit is for ${branch}, and ${where} by now.`, {
    hints: [`Run \`git switch ${branch}\`, then run the command again.`],
    details: { branch, current_branch: current ?? null },
  });
}
