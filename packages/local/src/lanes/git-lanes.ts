import type {
  AbandonedLane,
  LaneRepository,
  LaneRequest,
  LaneState,
  LaneWorkspace,
  Move,
  PeoplesCommit,
  LaneRemoval,
  Retirement,
  RetiringLane,
  SubmoduleCommit,
  TakenBack,
} from '@spec-kitty/core/ports/lane-repository';
import type { MergeDeviation } from '@spec-kitty/core/ports/merge-deviation';
import { detachedBy, worktreeAdmin } from '../git/worktree-admin.ts';
import { Git } from '../git/git.ts';
import { isShallow } from '../git/is-shallow.ts';
import { manyTreeChanges } from '../git/tree-changes.ts';
import { commonAncestors, lackedOf, readHistory } from '../history/history.ts';
import { keepRef } from '../recovery/keep-ref.ts';
import { Trash } from '../recovery/trash.ts';
import type { Repository } from '../repository/repository.ts';
import { landedLanes, laneHistory } from '../landing/find-landed.ts';
import { requireLandedThere } from '../landing/require-landed-there.ts';
import { requireNotReverted } from '../landing/require-not-reverted.ts';
import { lastChange, takenBack } from '../landing/taken-back.ts';
import { undone } from '../landing/undone.ts';
import { judgeMerge, lackingOf } from '../trees/judge-merge.ts';
import { LaneAllocator } from './allocate-lane.ts';
import { abandonLane } from './abandon-lane.ts';
import { changedPaths } from '../commits/changed-paths.ts';
import { CommitFacts } from '../commits/commit-facts.ts';
import { commitOf } from '../git/commit-of.ts';
import { existingBranch } from './lane-branch.ts';
import { peoplesCommits } from '../commits/peoples-commits.ts';
import { hasWorktree } from './registered-worktrees.ts';
import { retireLanes } from './retire-lanes.ts';
import { type CheckoutState, checkoutState } from './checkout-state.ts';
import { unpublishedSubmodules } from './unpublished-submodules.ts';
import type { WorkspaceSetup } from './workspace-setup.ts';
import { lanePath } from '../repository/worktrees-folder.ts';

/** What lanes are given from outside. */
export interface LaneSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  /** Folder in which the command was given. */
  readonly cwd: string;
  /** What is known of commits from before, if anything. */
  readonly facts?: CommitFacts;
}

/** Lanes as Git branches with one worktree each under `.worktrees/` of the primary checkout. */
export class GitLanes implements LaneRepository {
  readonly #repository: Repository;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #trash: Trash;
  readonly #cwd: string;
  readonly #git: Git;
  readonly #allocator: LaneAllocator;
  readonly #facts: CommitFacts;

  constructor(repository: Repository, setup: WorkspaceSetup, { env, nowMs, cwd, facts }: LaneSurroundings) {
    this.#facts = facts ?? new CommitFacts(repository.commonDir);
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

  async resolve(revision: string): Promise<string | undefined> {
    return this.#facts.tipOf(revision) ?? commitOf(this.#git, revision);
  }

  async refs(...prefixes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const lines = await this.#git.lines(['for-each-ref', '--format=%(objectname) %(refname)', ...prefixes]);
    return new Map(
      lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]),
    );
  }

  isAncestor(commit: string, of: string): Promise<boolean> {
    const ask = () => this.#git.ok(['merge-base', '--is-ancestor', commit, of]);
    return this.#facts.of('is-ancestor', [commit, of], ask);
  }

  isShallow(): Promise<boolean> {
    return isShallow(this.#git);
  }

  mergeBase(a: string, b: string): Promise<string | undefined> {
    const ids = [this.#idOf(a), b];
    return this.#facts.of('merge-base', ids, () => this.#git.tryText(['merge-base', ...ids]));
  }

  takenBack(before: string, after: string, tip: string): Promise<TakenBack> {
    return takenBack(this.#git, { before, after, tip });
  }

  undone(moves: readonly Move[], tip: string): Promise<TakenBack> {
    return undone(this.#git, moves, tip);
  }

  lastChange(tip: string, paths: readonly string[]): Promise<string> {
    return lastChange(this.#git, tip, paths, ['--first-parent']);
  }

  async requireNotReverted(
    { mission, target, lanes, proposal, tip }: Parameters<LaneRepository['requireNotReverted']>[0],
    laneId: string | undefined,
  ): Promise<void> {
    const history = await laneHistory(this.#git, { tip, lanes });
    if (laneId === undefined)
      return requireLandedThere(this.#git, history, { mission, target, lanes, proposal });
    const { landed } = await landedLanes(this.#git, history, { lanes, proposal });
    await requireNotReverted(
      this.#git,
      { mission, target },
      { tip, lanes, landed, proposal, judged: laneId },
    );
  }

  async countCommits(base: string, tip: string, ...without: readonly string[]): Promise<number> {
    const outside = [base, ...without].map((commit) => `^${commit}`);
    const ask = async () => Number(await this.#git.text(['rev-list', '--count', tip, ...outside]));
    return this.#facts.of('count', [tip, base, ...without], ask);
  }

  changedSince(base: string, tip: string): Promise<readonly string[]> {
    const how = ['--ignore-submodules=none', '--name-only', '--no-renames', '-z'];
    const from = this.#idOf(base);
    const ask = () => this.#git.records(['diff', ...how, `${from}...${tip}`]);
    return this.#facts.of('changed', [from, tip], ask);
  }

  async topsChangedSince(
    base: string,
    tips: readonly string[],
  ): Promise<readonly (readonly string[] | undefined)[]> {
    const from = (await this.resolve(base)) ?? base;
    const history = await readHistory(this.#git, from, tips);
    const partings: (string | undefined)[] = [];
    for (const tip of tips) {
      const [parting] = await commonAncestors(this.#git, lackedOf(history, tip), [from, tip]);
      partings.push(await this.#facts.of('merge-base', [from, tip], async () => parting));
    }
    const changes = await manyTreeChanges(
      this.#git,
      tips.map((tip, at) => [partings[at] ?? tip, tip]),
      'tops',
    );
    return changes.map((changed, at) => (partings[at] === undefined ? undefined : [...changed.keys()]));
  }

  commitsByPeople(tip: string, ...without: readonly string[]): Promise<readonly PeoplesCommit[]> {
    const ask = () => peoplesCommits(this.#git, { tip, without, merges: 'remerge' });
    return this.#facts.of('people', [tip, ...without], ask);
  }

  async handMerges(tip: string, without: readonly string[]): Promise<readonly MergeDeviation[]> {
    const range = [tip, ...without.map((commit) => `^${commit}`)];
    const ask = () => this.#git.lines(['rev-list', '--merges', '--ignore-missing', ...range]);
    const merges = await this.#facts.of('merges', [tip, ...without], ask);
    const found: MergeDeviation[] = [];
    for (const commit of merges) {
      const judged = await judgeMerge(this.#git, commit, tip);
      if (judged && judged.conflicts.length + judged.besides.length > 0) found.push(judged);
    }
    return found;
  }

  lacking(tip: string, from: string, side: string): Promise<readonly string[]> {
    return lackingOf(this.#git, { commit: tip, into: from, side });
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
      ...uncommitted(state),
      astray: state && astray(state, branch, worktreeAdmin(this.#repository.commonDir, root)),
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

  #idOf(revision: string): string {
    return this.#facts.tipOf(revision) ?? revision;
  }

  #path(folder: string): string {
    return lanePath(this.primary, folder);
  }
}

function astray(
  { branch: on, commit }: CheckoutState,
  branch: string,
  gitDir: string | undefined,
): LaneState['astray'] {
  if (on === branch || commit === null) return undefined;
  return { on, commit, by: gitDir === undefined ? null : detachedBy(gitDir) };
}

function uncommitted(state: CheckoutState | undefined): Pick<LaneState, 'dirty' | 'unwatched'> {
  return { dirty: state?.dirty ?? [], unwatched: state?.unwatched ?? [] };
}
