import type { MissionView } from '../ports/mission-view.ts';
import { BACKUPS } from '../recovery/recoverable.ts';
import { Fault } from '../fault.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { Integration, LaneCommit } from '../ports/integration.ts';
import type { LaneRemoval, LaneRepository, LaneState, RefMove } from '../ports/lane-repository.ts';
import type { MergeRequest, RetiredLane, RetiredProposal } from './merge-request.ts';

/** What is to be kept, and what is being merged. */
interface Retiring extends Pick<MergeRequest, 'keepWorktrees' | 'keepBranches' | 'dryRun'> {
  readonly lanes: readonly Pick<LaneCommit, 'laneId' | 'commit'>[];
  /** How lanes were found a moment ago, by their ids, for a dry run: what is put away is looked at right before. */
  readonly looks?: ReadonlyMap<string, LaneState> | undefined;
  /** Packages that are not merged: a lane with one of them is not over. */
  readonly stay?: ReadonlySet<string> | undefined;
  /** What the target will have, for a dry run. */
  readonly landed?: string | undefined;
}

type RetirePorts = Pick<MergePorts, 'lanes' | 'lock'>;

/**
 * Puts the lanes of a mission away: worktrees without uncommitted changes, and branches whose commits are on the target.
 * A dry run says what it would come to.
 */
export async function retireLanes(
  ports: RetirePorts,
  { mission, merge }: MissionView,
  request: Retiring,
): Promise<readonly RetiredLane[]> {
  // A mission from before there were lanes has none to put away.
  if (mission.files.read('lanes.json') === undefined) return [];
  const manifest = readManifest(mission);
  const lanes = manifest.lanes
    .map(({ lane_id: laneId }) => contextOf(mission, manifest, laneId))
    .filter(({ planning, packages }) => !planning && !packages.some((wp) => request.stay?.has(wp)));
  const repository = await ports.lanes();
  const merged = await mergedCommits(repository, merge, request);
  const retire = (those: readonly LaneContext[]) =>
    repository.retire(
      those.map(({ laneId, folder, branches }) => ({
        folder,
        branches,
        merged: merged[laneId] ?? null,
        backup: `${mission.missionId}/${laneId}`,
        looked: request.dryRun ? request.looks?.get(laneId) : undefined,
      })),
      {
        target: request.landed ?? `refs/heads/${targetBranch(mission.meta)}`,
        worktree: !request.keepWorktrees,
        branch: !request.keepBranches,
        dryRun: request.dryRun,
      },
    );
  const removals = request.dryRun
    ? named(lanes, await retire(lanes))
    : await holdingFree({ ports, mission }, lanes, async (held) => named(held, await retire(held)));
  const retired = [];
  for (const lane of lanes)
    retired.push({ laneId: lane.laneId, ...(removals.get(lane) ?? (await claimed(repository, lane))) });
  return retired;
}

function named(lanes: readonly LaneContext[], removals: readonly LaneRemoval[]) {
  return new Map(removals.map((removal, at) => [lanes[at], removal]));
}

/** Works under the locks of lanes, taken one after the other, with those whose locks nobody else has. */
async function holdingFree<T>(
  at: { readonly ports: RetirePorts; readonly mission: MissionView['mission'] },
  [lane, ...more]: readonly LaneContext[],
  body: (held: readonly LaneContext[]) => Promise<T>,
): Promise<T> {
  if (!lane) return body([]);
  const lock = laneLock(at.mission, lane.laneId);
  try {
    return await at.ports.lock.hold(lock, 'put a merged lane away', () =>
      holdingFree(at, more, (held) => body([lane, ...held])),
    );
  } catch (error) {
    // A claim is at it, which will find that there is nothing to claim; the next merge puts the lane away.
    if (error instanceof Fault && error.code === 'LOCK_BUSY' && error.details['lock'] === lock)
      return holdingFree(at, more, body);
    throw error;
  }
}

/** Commits of lanes that are being merged, and those of an earlier merge, which may have been in another clone. */
async function mergedCommits(
  lanes: LaneRepository,
  merge: MissionView['merge'],
  request: Retiring,
): Promise<Readonly<Partial<Record<string, string>>>> {
  const merged: Partial<Record<string, string>> = { ...byLane(request.lanes) };
  for (const [laneId, commit] of Object.entries(merge?.lanes ?? {}))
    if (commit && !merged[laneId] && (await lanes.resolve(commit)) !== undefined) merged[laneId] = commit;
  return merged;
}

function byLane(lanes: Retiring['lanes']): Readonly<Partial<Record<string, string>>> {
  return Object.fromEntries(lanes.map(({ laneId, commit }) => [laneId, commit]));
}

async function claimed(lanes: LaneRepository, { folder, branches }: LaneContext): Promise<LaneRemoval> {
  const { path, branch } = await lanes.inspect(folder, branches);
  const kept = { reason: 'claimed', paths: [], commits: 0 } as const;
  return {
    worktreeRemoved: false,
    branchRemoved: false,
    removed: [],
    kept: [
      { ...kept, kind: 'worktree', name: path },
      { ...kept, kind: 'branch', name: branch },
    ],
    refs: [],
  };
}

/**
 * Removes the branch of a pull request whose lanes have all landed, if it still is at the commit that was proposed and no
 * checkout has it; a backup ref keeps the commit.
 */
export async function retireProposal(
  ports: MergePorts,
  { mission, proposal }: MissionView,
  { integration, keepBranches, dryRun }: LandedProposal,
): Promise<RetiredProposal | null> {
  if (integration.strategy !== 'landed' || !proposal?.branch) return null;
  const { branch, merged } = proposal;
  const lanes = await ports.lanes();
  const tip = await lanes.resolve(`refs/heads/${branch}`);
  if (tip === undefined) return null;
  const name = `${mission.missionId}/proposal`;
  const here = { branch, backup: BACKUPS + name, removed: false, reason: null, refs: [] };
  const landed = byLane(integration.lanes);
  const isOther = Object.entries(proposal.lanes).some(([laneId, commit]) => landed[laneId] !== commit);
  const stays =
    (tip !== merged && 'moved_on') || (isOther && 'unlanded_commits') || (keepBranches && 'asked');
  if (stays) return { ...here, removed: false, reason: stays };
  const [removal] = await lanes.retire(
    [{ folder: mission.directory, branches: [branch], merged, backup: name }],
    { target: `refs/heads/${integration.target}`, worktree: false, branch: true, dryRun },
  );
  return { ...here, ...(removal && branchOf(removal)) };
}

function branchOf({ kept, refs }: LaneRemoval): Pick<RetiredProposal, 'removed' | 'reason' | 'refs'> {
  const stays = kept.find(({ kind }) => kind === 'branch');
  return { removed: !stays, reason: stays?.reason ?? null, refs };
}

interface LandedProposal extends Pick<MergeRequest, 'keepBranches' | 'dryRun'> {
  readonly integration: Integration;
}

/** Every ref that a merge moves, from where to where; the target's last step, its record, comes on top. */
export async function refMoves(
  ports: MergePorts,
  { mission }: MissionView,
  { target, before, merged }: Integration,
  lanes: readonly RefMove[],
): Promise<readonly RefMove[]> {
  const kept = `${BACKUPS}${mission.missionId}/target`;
  const earlier = (await (await ports.lanes()).resolve(kept)) ?? null;
  return [
    { ref: `refs/heads/${target}`, from: before, to: merged },
    ...keptMoves(kept, earlier, before),
    ...lanes,
  ];
}

/** What becomes of a backup that gets another commit: the earlier one stays under a name of its own. */
export function keptMoves(ref: string, from: string | null, to: string): readonly RefMove[] {
  if (from === to) return [];
  const aside = from === null ? [] : [{ ref: `${ref}-${from.slice(0, 12)}`, from: null, to: from }];
  return [...aside, { ref, from, to }];
}
