import type {
  AbandonedLane,
  LaneRepository,
  LaneRequest,
  LaneState,
  LaneWorkspace,
  PeoplesCommit,
  LaneRemoval,
  Retirement,
  RetiringLane,
  SubmoduleCommit,
} from '@spec-kitty/core/ports/lane-repository';
import type { MergeDeviation } from '@spec-kitty/core/ports/merge-deviation';
import { Git } from '../git/git.ts';
import { keepRef } from '../recovery/keep-ref.ts';
import { Trash } from '../recovery/trash.ts';
import type { Repository } from '../repository/repository.ts';
import { takenBack } from '../landing/taken-back.ts';
import { judgeMerge } from '../trees/judge-merge.ts';
import { LaneAllocator } from './allocate-lane.ts';
import { abandonLane } from './abandon-lane.ts';
import { changedPaths } from '../commits/changed-paths.ts';
import { commitOf } from '../git/commit-of.ts';
import { existingBranch } from './lane-branch.ts';
import { hasWorktree } from './registered-worktrees.ts';
import { retireLanes } from './retire-lanes.ts';
import { type CheckoutState, checkoutState } from './checkout-state.ts';
import { unpublishedSubmodules } from './unpublished-submodules.ts';
import type { WorkspaceSetup } from './workspace-setup.ts';
import { lanePath } from '../repository/worktrees-folder.ts';

/** Trailer of every commit that this product makes. */
const OWN_COMMIT = 'Spec-Kitty-Command';

/** Begins a commit among the paths of `git log -z`: its id follows, and its author. */
const COMMIT_MARK = '\u0001';
// oxlint-disable-next-line no-control-regex -- a path must not be taken for it
const COMMIT_START = /(?:^|\0)\u0001(?=[0-9a-f]+<[^\0]*>\0)/;

/** What lanes are given from outside. */
export interface LaneSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  /** Folder in which the command was given. */
  readonly cwd: string;
}

/** Lanes as Git branches with one worktree each under `.worktrees/` of the primary checkout. */
export class GitLanes implements LaneRepository {
  readonly #repository: Repository;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #trash: Trash;
  readonly #cwd: string;
  readonly #git: Git;
  readonly #allocator: LaneAllocator;

  constructor(repository: Repository, setup: WorkspaceSetup, { env, nowMs, cwd }: LaneSurroundings) {
    this.#repository = repository;
    this.#cwd = cwd;
    this.#env = env;
    this.#git = new Git(repository.primary, env);
    this.#trash = new Trash({ repository, git: this.#git, nowMs });
    this.#allocator = new LaneAllocator({ repository, env, setup, trash: this.#trash });
  }

  get primary(): string {
    return this.#repository.primary;
  }

  trackedFiles(): Promise<readonly string[]> {
    return this.#git.records(['ls-files', '-z']);
  }

  resolve(revision: string): Promise<string | undefined> {
    return commitOf(this.#git, revision);
  }

  async refs(...prefixes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const lines = await this.#git.lines(['for-each-ref', '--format=%(objectname) %(refname)', ...prefixes]);
    return new Map(
      lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]),
    );
  }

  isAncestor(commit: string, of: string): Promise<boolean> {
    return this.#git.ok(['merge-base', '--is-ancestor', commit, of]);
  }

  mergeBase(a: string, b: string): Promise<string | undefined> {
    return this.#git.tryText(['merge-base', a, b]);
  }

  takenBack(before: string, after: string, tip: string): Promise<readonly string[]> {
    return takenBack(this.#git, { before, after, tip });
  }

  async countCommits(base: string, tip: string): Promise<number> {
    return Number(await this.#git.text(['rev-list', '--count', tip, `^${base}`]));
  }

  changedSince(base: string, tip: string): Promise<readonly string[]> {
    return this.#git.records(['diff', '--name-only', '--no-renames', '-z', `${base}...${tip}`]);
  }

  async commitsByPeople(tip: string, ...without: readonly string[]): Promise<readonly PeoplesCommit[]> {
    const { stdout } = await this.#git.run([
      'log',
      '--basic-regexp',
      '--diff-merges=remerge',
      '--ignore-submodules=none',
      '--name-only',
      '--no-renames',
      `--format=${COMMIT_MARK}%H<%ae>`,
      '-z',
      '--invert-grep',
      `--grep=^${OWN_COMMIT}:`,
      tip,
      ...without.map((commit) => `^${commit}`),
    ]);
    const brought = await this.#broughtByOurMerges(tip, without);
    return stdout
      .split(COMMIT_START)
      .slice(1)
      .flatMap((commit) => {
        const [head = '', ...lines] = commit.split('\0');
        const [id = '', author = ''] = head.split('<');
        if (brought.has(id)) return [];
        const paths = lines.map((file) => file.replace(/^\n/, '')).filter((file) => file !== '');
        return [{ author: author.slice(0, -1), paths }];
      });
  }

  /** Ids of the commits that merges of ours brought: they were reviewed where they come from. */
  async #broughtByOurMerges(tip: string, without: readonly string[]): Promise<ReadonlySet<string>> {
    const own = ['--basic-regexp', '--merges', `--grep=^${OWN_COMMIT}:`];
    const merges = await this.#git.text([
      'log',
      ...own,
      '--format=%P',
      tip,
      ...without.map((commit) => `^${commit}`),
    ]);
    const brought = new Set<string>();
    for (const line of merges.split('\n').filter(Boolean)) {
      const [into = '', ...parents] = line.split(' ');
      const ids = await this.#git.text(['rev-list', ...parents, `^${into}`]);
      for (const id of ids.split('\n')) brought.add(id);
    }
    return brought;
  }

  async handMerges(tip: string, without: readonly string[]): Promise<readonly MergeDeviation[]> {
    const range = [tip, ...without.map((commit) => `^${commit}`)];
    const merges = await this.#git.lines(['rev-list', '--merges', '--ignore-missing', ...range]);
    const found: MergeDeviation[] = [];
    for (const commit of merges) {
      const judged = await judgeMerge(this.#git, commit, tip);
      if (judged && judged.conflicts.length + judged.besides.length > 0) found.push(judged);
    }
    return found;
  }

  async keep(name: string, commit: string): Promise<void> {
    await keepRef(this.#git, `refs/spec-kitty/${name}`, commit);
  }

  allocate(request: LaneRequest): Promise<LaneWorkspace> {
    return this.#allocator.allocate(request);
  }

  async inspect(folder: string, branches: readonly string[]): Promise<LaneState> {
    const root = this.#path(folder);
    const present = hasWorktree(this.#repository.commonDir, root);
    const state = present ? await checkoutState(this.#git.at(root)) : undefined;
    // The first of them is the lane's wherever it exists, and there it is checked out.
    const lane =
      state?.commit && state.branch === branches[0]
        ? { branch: state.branch, tip: state.commit }
        : await existingBranch(this.#git, branches);
    const branch = lane?.branch ?? branches[0] ?? '';
    return {
      branch,
      tip: lane?.tip,
      path: root,
      present,
      dirty: state?.dirty ?? [],
      astray: state && astray(state, branch),
    };
  }

  unpublishedSubmodules(folder: string): Promise<readonly SubmoduleCommit[]> {
    return unpublishedSubmodules(this.#git.at(this.#path(folder)), this.#repository.commonDir);
  }

  dirtyInPrimary(paths: readonly string[]): Promise<readonly string[]> {
    return changedPaths({ repository: this.#repository, env: this.#env }, paths);
  }

  retire(lanes: readonly RetiringLane[], options: Retirement): Promise<readonly LaneRemoval[]> {
    const { commonDir } = this.#repository;
    const ports = { git: this.#git, commonDir, trash: this.#trash, cwd: this.#cwd };
    const located = lanes.map((lane) => ({ ...lane, root: this.#path(lane.folder) }));
    return retireLanes(ports, located, options);
  }

  abandon(
    folder: string,
    branches: readonly string[],
    lane: { readonly missionId: string; readonly laneId: string },
  ): Promise<AbandonedLane> {
    const ports = { repository: this.#repository, env: this.#env, trash: this.#trash, cwd: this.#cwd };
    return abandonLane(ports, { root: this.#path(folder), branches, ...lane });
  }

  requireVersion(): Promise<void> {
    return this.#git.requireVersion();
  }

  async laneBranches(): Promise<readonly string[]> {
    return this.#git.lines(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/kitty']);
  }

  #path(folder: string): string {
    return lanePath(this.primary, folder);
  }
}

function astray({ branch: on, commit }: CheckoutState, branch: string): LaneState['astray'] {
  return on === branch || commit === null ? undefined : { on, commit };
}
