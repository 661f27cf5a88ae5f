import { existsSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { requireBranch } from '@spec-kitty/core/mission/require-branch';
import type { MissionCommit, MissionCommits } from '@spec-kitty/core/ports/mission-commits';
import { branchMoved } from '../checkout/branch-moved.ts';
import { commitTree } from '../checkout/commit-tree.ts';
import { type CheckoutOwner, freeIndex, holdIndex } from '../checkout/hold-index.ts';
import { IndexGit } from '../checkout/index-git.ts';
import { updateRefs } from '../checkout/update-refs.ts';
import { draftPath, removeDraft } from '../checkout/draft-path.ts';
import { notPlainFile } from '../files/plain-file.ts';
import { commitOf } from '../git/commit-of.ts';
import { Git } from '../git/git.ts';
import { branchRef } from '../git/list-worktrees.ts';
import { requireRuleFiles } from '../git/require-rule-files.ts';
import { changedPaths } from './changed-paths.ts';
import { requireNoOpenMerge } from '../pending-merges/open-merges.ts';
import { primaryBranch, privateDir, type Repository } from '../repository/repository.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

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

  async requirePossible(directory: string): Promise<void> {
    const { repository } = this.#owner;
    await this.#git.requireVersion();
    this.#requireRuleFiles(directory);
    await this.#requireVisible(`kitty-specs/${directory}`);
    await this.#requireNothingUnderWay();
    await requireNoOpenMerge(repository, await primaryBranch(repository));
    this.#requirePlain(await this.changed(directory));
    await this.#git.run(['var', 'GIT_COMMITTER_IDENT']);
  }

  async commit(directory: string, order: MissionCommit): Promise<string | undefined> {
    const root = `kitty-specs/${directory}`;
    this.#requireRuleFiles(directory);
    await this.#requireVisible(root);
    const changed = await this.changed(directory);
    if (changed.length === 0 && !(await this.#isHalfDone(root))) return undefined;
    this.#requirePlain(changed);
    await this.#requireNothingUnderWay();
    const { repository } = this.#owner;
    return holdIndex(this.#owner, repository.primary, async (git) => {
      await requireNoOpenMerge(repository, order.branch);
      const head = await git.tryText(['symbolic-ref', '-q', 'HEAD']);
      if (head !== (await branchRef(git, order.branch)))
        requireBranch(order.branch, head?.replace(/^refs\/heads\//, ''));
      const commit = await this.#commitOnly(root, order);
      await git.run(['add', '--', root]);
      return commit;
    });
  }

  async changed(directory: string): Promise<readonly string[]> {
    this.#requireRuleFiles(directory);
    return changedPaths(this.#owner, [`kitty-specs/${directory}`]);
  }

  async firstWith(
    directory: string,
    { branch, text }: { readonly branch: string; readonly text: string },
  ): Promise<string | undefined> {
    const range = [`refs/heads/${branch}`, '--', `kitty-specs/${directory}`];
    const commits = await this.#git.lines(['log', '--format=%H', '--no-renames', `-S${text}`, ...range]);
    return commits.at(-1);
  }

  filesOf(commit: string): Promise<readonly string[]> {
    const names = ['--name-only', '--no-commit-id', '--no-renames', '-z'];
    return this.#git.records(['diff-tree', '-r', '--root', ...names, commit]);
  }

  /** An earlier run was interrupted after its commit: the index does not know of it, or is still held. */
  async #isHalfDone(root: string): Promise<boolean> {
    await freeIndex(this.#owner, this.#owner.repository.primary);
    return !(await this.#git.ok(['diff-index', '--cached', '--quiet', 'HEAD', '--', root]));
  }

  /** Makes a commit of HEAD with nothing but these files changed; `undefined` when HEAD has them so already. */
  async #commitOnly(root: string, { branch, since, message }: MissionCommit): Promise<string | undefined> {
    const { repository, env } = this.#owner;
    const draft = draftPath(privateDir(repository, 'tmp'), 'index');
    const own = new IndexGit(repository.primary, env, draft);
    try {
      const head = await commitOf(own, `refs/heads/${branch}`);
      if (since !== null && !(await this.#leadsTo(head, since))) throw branchMoved(branch, since);
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
    throw branchMoved(branch, since);
  }

  async #leadsTo(head: string | undefined, since: string): Promise<boolean> {
    if (head === undefined || head === since) return head === since;
    return this.#git.ok(['merge-base', '--is-ancestor', since, head]);
  }

  /** Those of every folder that Git goes through on its way to the mission's files. */
  #requireRuleFiles(directory: string): void {
    const { primary } = this.#owner.repository;
    const root = `kitty-specs/${directory}`;
    const at = path.join(primary, root);
    const entries = existsSync(at) ? readdirSync(at, { withFileTypes: true, recursive: true }) : [];
    const inside = entries
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => path.relative(primary, path.join(parentPath, name)));
    requireRuleFiles(primary, ['', 'kitty-specs', root, ...inside]);
  }

  /** A link would be committed as one, wherever it leads, and no command reads it. */
  #requirePlain(paths: readonly string[]): void {
    for (const name of paths) {
      const found = lstatSync(path.join(this.#owner.repository.primary, name), { throwIfNoEntry: false });
      if (found && !found.isFile()) throw notPlainFile(name);
    }
  }

  async #requireVisible(root: string): Promise<void> {
    const needed = ['meta.json', 'status.events.jsonl'].map((name) => `${root}/${name}`);
    const stdin = needed.join('\0');
    const ignored = await this.#git.tryText(['check-ignore', '--no-index', '-z', '--stdin'], { stdin });
    if (ignored === undefined) return;
    const [first = root] = ignored.split('\0');
    throw new Fault('refused', 'MISSION_IGNORED', `Git is told to ignore the mission's files: ${first}`, {
      hints: [
        `See which rule it is with \`git check-ignore -v --no-index ${shellWord(first)}\`, or pass --no-commit.`,
      ],
      details: { path: first },
    });
  }

  async #requireNothingUnderWay(): Promise<void> {
    const unmerged = await this.#git.records(['ls-files', '--unmerged', '-z']);
    const under = [...UNDER_WAY].find(([head]) =>
      existsSync(path.join(this.#owner.repository.primaryGitDir, head)),
    );
    if (unmerged.length === 0 && !under) return;
    const [, command] = under ?? ['', 'merge'];
    throw new Fault(
      'refused',
      'MERGE_IN_PROGRESS',
      `A ${command} is under way in the primary checkout, so nothing can be committed on its own.`,
      {
        hints: [`Finish it, or drop it with \`git ${command} --abort\`; or pass --no-commit.`],
        details: { operation: command },
      },
    );
  }
}

/** What Git keeps while a command waits for its user, and the command. */
const UNDER_WAY = new Map([
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
]);
