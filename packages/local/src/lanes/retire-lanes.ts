import { existsSync } from 'node:fs';
import type {
  KeptPart,
  LaneRemoval,
  RefMove,
  Retirement,
  RetiringLane,
} from '@spec-kitty/core/ports/lane-repository';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { commitOf, commitsOf } from '../git/commit-of.ts';
import { listWorktrees } from '../git/list-worktrees.ts';
import { keepRefs } from '../recovery/keep-ref.ts';
import { existingBranches } from './lane-branch.ts';
import { removeBranches } from './remove-branches.ts';
import { type RemovalPorts, removeWorktrees, type Stays, whyStays } from './remove-worktrees.ts';

/** A lane and the path of its worktree. */
type LaneAt = RetiringLane & { readonly root: string };

/** One that has a branch, and what stands in the way of putting it away. */
interface EndedLane extends LaneAt {
  readonly branch: string;
  readonly tip: string;
  /** Ref that keeps the tip, and what it had before. */
  readonly keep: { readonly ref: string; readonly before: string | null };
  /** Whether there was a worktree. */
  readonly had: boolean;
  /** Number of commits that have not landed. */
  readonly unlanded: number;
}

/** What kept a worktree and a branch in their places; nothing: they are gone. */
interface Outcome {
  readonly lane: EndedLane;
  readonly worktree: Stays | null;
  readonly branch: KeptPart['reason'] | null;
}

/**
 * Puts lanes away in one pass over all, or only says what that would be: tips get backups, then the worktrees go, then
 * the branches. See `LaneRepository.retire`.
 *
 * A kill leaves some of them there, for which the next call does the same.
 */
export async function retireLanes(
  ports: RemovalPorts,
  lanes: readonly LaneAt[],
  options: Retirement,
): Promise<readonly LaneRemoval[]> {
  const { git } = ports;
  const ended = await endedLanes(ports, lanes, options);
  if (!options.dryRun) {
    const keeps = ended.map(({ keep, tip }) => ({ ref: keep.ref, commit: tip }));
    await keepRefs(git, keeps, { renew: options.branch });
  }
  const worktrees = await worktreesStay(ports, ended, options);
  const outcomes = await branchesStay(
    ports,
    ended.map((lane, at) => ({ lane, worktree: worktrees[at] ?? null, branch: null })),
    options,
  );
  const removals = [];
  for (const lane of lanes) {
    const outcome = outcomes.find((one) => one.lane.backup === lane.backup);
    removals.push(outcome ? await removalOf(ports, outcome, options) : await withoutBranch(ports, lane));
  }
  return removals;
}

async function endedLanes(
  { git }: RemovalPorts,
  lanes: readonly LaneAt[],
  { target }: Retirement,
): Promise<readonly EndedLane[]> {
  const tips = await existingBranches(
    git,
    lanes.map(({ branches }) => branches),
  );
  const kept = await commitsOf(
    git,
    lanes.map(({ backup }) => BACKUPS + backup),
  );
  const ended = [];
  for (const [at, lane] of lanes.entries()) {
    const found = tips[at];
    if (!found) continue;
    const unlanded = found.tip === lane.merged ? 0 : await count(git, found.tip, known(lane, target));
    const keep = { ref: BACKUPS + lane.backup, before: kept[at] ?? null };
    ended.push({ ...lane, ...found, keep, had: existsSync(lane.root), unlanded });
  }
  return ended;
}

function known({ merged }: RetiringLane, target: string): readonly string[] {
  return merged === null ? [target] : [target, merged];
}

async function worktreesStay(
  ports: RemovalPorts,
  lanes: readonly EndedLane[],
  { worktree, dryRun }: Retirement,
): Promise<readonly (Stays | null)[]> {
  if (!worktree) return lanes.map(({ had }) => (had ? { reason: 'asked' } : null));
  if (!dryRun) return (await removeWorktrees(ports, lanes.map(removal))).map(({ stays }) => stays);
  const stay = [];
  for (const { had, root, looked } of lanes)
    stay.push(had ? await whyStays(ports, { root, why: 'merged', looked }) : null);
  return stay;
}

function removal({ root, backup }: LaneAt) {
  const [missionId = '', laneId = ''] = backup.split('/');
  return { root, reason: 'merged', mission_id: missionId, lane_id: laneId } as const;
}

async function branchesStay(
  { git, commonDir }: RemovalPorts,
  outcomes: readonly Outcome[],
  options: Retirement,
): Promise<readonly Outcome[]> {
  const decided = outcomes.map((one) => ({ ...one, branch: whyBranchStays(one, options) }));
  const free = decided
    .filter(({ branch }) => branch === null)
    .map(({ lane }) => ({ ...lane, name: lane.backup }));
  const used = options.dryRun ? await listWorktrees(git) : [];
  const gone = options.dryRun
    ? free.map(({ branch, root }) =>
        used.every((tree) => tree.branch !== `refs/heads/${branch}` || tree.root === root),
      )
    : await removeBranches(git, commonDir, free);
  const stay = new Set(free.filter((_, at) => !gone[at]).map(({ branch }) => branch));
  return decided.map((one) => (stay.has(one.lane.branch) ? { ...one, branch: 'in_use' } : one));
}

function whyBranchStays({ lane, worktree }: Outcome, { branch }: Retirement): Outcome['branch'] {
  if (!branch) return 'asked';
  if (lane.unlanded > 0) return 'unlanded_commits';
  return worktree && 'worktree_kept';
}

async function removalOf(
  { git }: RemovalPorts,
  { lane, worktree: stays, branch: branchStays }: Outcome,
  { target }: Retirement,
): Promise<LaneRemoval> {
  const { root, branch, tip, keep, had } = lane;
  // It need not be on the lane's branch.
  const head = stays && (await commitOf(git.at(root), 'HEAD').catch(() => undefined));
  const commits = head ? await count(git, head, [...known(lane, target), tip]) : 0;
  const worktree = stays && part('worktree', root, { ...stays, commits });
  const kept = branchStays && part('branch', branch, { reason: branchStays, commits: lane.unlanded });
  const moves: readonly RefMove[] = [
    { ref: keep.ref, from: keep.before, to: tip },
    { ref: `refs/heads/${branch}`, from: tip, to: kept ? tip : null },
  ];
  return {
    worktreeRemoved: !worktree,
    branchRemoved: !kept,
    removed: [...(had && !worktree ? (['worktree'] as const) : []), ...(kept ? [] : (['branch'] as const))],
    kept: [worktree, kept].filter((one) => one !== null),
    refs: moves.filter(({ from, to }) => from !== to),
  };
}

/** The branch of one may be gone since its review; what was merged is kept all the same. */
async function withoutBranch({ git }: RemovalPorts, { root, merged, backup }: LaneAt): Promise<LaneRemoval> {
  const had = existsSync(root);
  const kept = had ? [part('worktree', root, { reason: 'no_branch' })] : [];
  const [ref, from] = [BACKUPS + backup, (await commitOf(git, BACKUPS + backup)) ?? null];
  const refs = merged === null || from === merged ? [] : [{ ref, from, to: merged }];
  return { worktreeRemoved: !had, branchRemoved: true, removed: [], kept, refs };
}

async function count(git: RemovalPorts['git'], tip: string, without: readonly string[]): Promise<number> {
  return Number(await git.text(['rev-list', '--count', tip, ...without.map((commit) => `^${commit}`)]));
}

function part(kind: KeptPart['kind'], name: string, more: Stays & { readonly commits?: number }): KeptPart {
  return { kind, name, paths: [], commits: 0, ...more };
}
