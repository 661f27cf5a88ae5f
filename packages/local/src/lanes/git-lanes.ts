import { existsSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type {
  DependencyCommit,
  LaneRepository,
  LaneRequest,
  LaneState,
  LaneWorkspace,
} from '@spec-kitty/core/ports/lane-repository';
import { Git } from '../git/git.ts';
import type { Repository } from '../repository/repository.ts';
import { prepareSubmodules, requireLargeFiles } from './complete-checkout.ts';
import { clearInterrupted, worktreeAt } from './registered-worktrees.ts';
import type { WorkspaceSetup } from './workspace-setup.ts';

/** Trailer of every commit that this product makes. */
export const OWN_COMMIT = 'Spec-Kitty-Command';

/** Lanes as Git branches with one worktree each under `.worktrees/` of the primary checkout. */
export class GitLanes implements LaneRepository {
  readonly #repository: Repository;
  readonly #git: Git;
  readonly #setup: WorkspaceSetup;

  constructor(repository: Repository, setup: WorkspaceSetup, env: Readonly<Record<string, string | undefined>>) {
    this.#repository = repository;
    this.#git = new Git(repository.primary, env);
    this.#setup = setup;
  }

  get primary(): string {
    return this.#repository.primary;
  }

  trackedFiles(): Promise<readonly string[]> {
    return this.#git.records(['ls-files', '-z']);
  }

  async resolve(revision: string): Promise<string | undefined> {
    return (await this.#git.tryText(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])) || undefined;
  }

  isAncestor(commit: string, of: string): Promise<boolean> {
    return this.#git.ok(['merge-base', '--is-ancestor', commit, of]);
  }

  async countCommits(base: string, tip: string): Promise<number> {
    return Number(await this.#git.text(['rev-list', '--count', tip, `^${base}`]));
  }

  changedSince(base: string, tip: string): Promise<readonly string[]> {
    return this.#git.records(['diff', '--name-only', '--no-renames', '-z', `${base}...${tip}`]);
  }

  async changedByPeople(base: string, tip: string): Promise<readonly string[]> {
    const paths = await this.#git.records([
      'log', '--no-merges', '--first-parent', '--name-only', '--no-renames', '--format=', '-z',
      '--invert-grep', `--grep=^${OWN_COMMIT}:`, tip, `^${base}`,
    ]);
    return [...new Set(paths.filter((path) => path !== ''))];
  }

  async keep(name: string, commit: string): Promise<void> {
    await this.#git.run(['update-ref', `refs/spec-kitty/${name}`, commit]);
  }

  async inspect(folder: string, branches: readonly string[]): Promise<LaneState> {
    const branch = (await this.#existingBranch(branches)) ?? branches[0] ?? '';
    const root = this.#path(folder);
    const present = existsSync(path.join(root, '.git'));
    return {
      branch,
      tip: await this.resolve(`refs/heads/${branch}`),
      path: root,
      present,
      dirty: present ? await dirtyPaths(this.#git.at(root)) : [],
    };
  }

  async allocate(request: LaneRequest): Promise<LaneWorkspace> {
    const root = this.#path(request.folder);
    await clearInterrupted(this.#git, root);
    const registered = await worktreeAt(this.#git, root);
    const created = registered === undefined;
    const branch = registered ? this.#expected(registered.branch, request, root) : await this.#add(request, root);

    const lane = this.#git.at(root);
    await this.#mergeDependencies(lane, request.dependencies);
    await this.#setup.runOnce(root, await lane.text(['rev-parse', '--absolute-git-dir']));
    return { path: root, branch, head: await lane.text(['rev-parse', 'HEAD']), created };
  }

  async dirtyInPrimary(paths: readonly string[]): Promise<readonly string[]> {
    return dirtyPaths(this.#git, paths);
  }

  async retire(
    folder: string,
    branches: readonly string[],
    options: { target: string; backup: string; worktree: boolean; branch: boolean },
  ): Promise<{ worktreeRemoved: boolean; branchRemoved: boolean }> {
    const { branch, tip, path: root, present, dirty } = await this.inspect(folder, branches);
    if (tip === undefined) return { worktreeRemoved: false, branchRemoved: false };
    await this.keep(`backup/${options.backup}`, tip);
    // Without force: Git refuses a worktree that is locked or has gained files since it was looked at.
    const worktreeRemoved =
      options.worktree && present && dirty.length === 0 && (await this.#git.attempt(['worktree', 'remove', root])).exitCode === 0;
    const landed = await this.isAncestor(tip, `refs/heads/${options.target}`);
    const branchRemoved =
      options.branch && landed && (worktreeRemoved || !present) && (await this.#git.attempt(['update-ref', '-d', `refs/heads/${branch}`, tip])).exitCode === 0;
    return { worktreeRemoved, branchRemoved };
  }

  async #add({ branches, base }: LaneRequest, root: string): Promise<string> {
    const existing = await this.#existingBranch(branches);
    const branch = existing ?? branches[0] ?? '';
    const from = await this.resolve(existing ? `refs/heads/${existing}` : base);
    if (!from) {
      throw new Fault('refused', 'BASE_NOT_FOUND', `The branch that the lane starts from does not exist: ${base}`, {
        hints: [`Create it with \`git branch ${base}\`, or correct target_branch in meta.json.`],
      });
    }
    await requireLargeFiles(this.#git, from);
    // `worktree add -b` would write the configuration file, where simultaneous claims collide.
    if (!existing) await this.#git.run(['update-ref', `refs/heads/${branch}`, from, '0'.repeat(from.length)]);
    await this.#git.run(['worktree', 'add', '--quiet', root, branch]);
    await prepareSubmodules(this.#git, this.#git.at(root), this.#repository.commonDir);
    return branch;
  }

  /** A worktree on an unexpected branch holds somebody's work: it is never switched. */
  #expected(found: string | undefined, { branches }: LaneRequest, root: string): string {
    if (found !== undefined && branches.includes(found)) return found;
    throw new Fault('refused', 'LANE_BRANCH_MISMATCH', `The lane's worktree is on ${found ?? 'a detached HEAD'}: ${root}`, {
      hints: [`Commit what is there, then run \`git -C ${root} switch ${branches[0] ?? ''}\`.`],
      details: { expected: branches, found: found ?? null, workspace_path: root },
    });
  }

  async #mergeDependencies(lane: Git, dependencies: readonly DependencyCommit[]): Promise<void> {
    for (const { wp, commit } of dependencies) {
      if (await lane.ok(['merge-base', '--is-ancestor', commit, 'HEAD'])) continue;
      const dirty = await dirtyPaths(lane);
      if (dirty.length > 0) throw dirtyWorktree(lane.directory, dirty);
      const merged = await lane.attempt(['merge', '--no-ff', '--no-verify', '-m', `Merge ${wp} into this lane`, commit]);
      if (merged.exitCode === 0) continue;
      const conflicts = await lane.records(['diff', '--name-only', '--diff-filter=U', '-z']);
      await lane.attempt(['merge', '--abort']);
      if (conflicts.length === 0) throw lane.failure(['merge', commit], merged);
      throw new Fault(
        'refused',
        'DEPENDENCY_LANE_MERGE_CONFLICT',
        `${wp}, which this package depends on, conflicts with its lane in: ${conflicts.join(', ')}.`,
        {
          hints: [`Merge it by hand: \`git -C ${lane.directory} merge ${commit}\`, then run the command again.`],
          details: { dependency: wp, commit, conflicts, workspace_path: lane.directory },
        },
      );
    }
  }

  async #existingBranch(branches: readonly string[]): Promise<string | undefined> {
    for (const branch of branches) {
      if (await this.resolve(`refs/heads/${branch}`)) return branch;
    }
    return undefined;
  }

  #path(folder: string): string {
    return path.join(this.#repository.primary, '.worktrees', folder);
  }
}

/** Refusal to build on a worktree with uncommitted work. */
export function dirtyWorktree(root: string, dirty: readonly string[]): Fault {
  const shown = dirty.slice(0, 5).join(', ');
  const more = dirty.length > 5 ? ` and ${dirty.length - 5} more` : '';
  return new Fault('refused', 'DIRTY_WORKTREE', `The worktree has uncommitted changes in ${shown}${more}: ${root}`, {
    hints: [`Commit them: \`git -C ${root} add -A\`, then \`git -C ${root} commit\`.`],
    details: { workspace_path: root, dirty_paths: dirty },
  });
}

async function dirtyPaths(git: Git, paths: readonly string[] = []): Promise<readonly string[]> {
  const records = await git.records([
    'status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--', ...paths,
  ]);
  return records.map((record) => record.slice(3));
}
