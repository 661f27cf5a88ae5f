import type { MissionView } from '../ports/mission-view.ts';
import { BACKUPS } from '../recovery/recoverable.ts';
import { Fault } from '../fault.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import { contextOf, readManifest } from '../execution-lanes/lane-context.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { Integration, LaneCommit, Proposal } from '../ports/integration.ts';
import type { MergeRequest, RefMove, RetiredLane, RetiredProposal } from './merge-request.ts';

/** What is to be kept, and what has just been merged. */
interface Retirement extends Pick<MergeRequest, 'keepWorktrees' | 'keepBranches'> {
  readonly lanes: readonly LaneCommit[];
}

const STAYS = { worktreeRemoved: false, branchRemoved: false };

/** Puts the lanes of a mission away: worktrees without uncommitted changes, and branches whose commits are on the target. */
export async function retireLanes(
  ports: MergePorts,
  { mission }: MissionView,
  request: Retirement,
): Promise<readonly RetiredLane[]> {
  // A mission from before there were lanes has none to put away.
  if (mission.files.read('lanes.json') === undefined) return [];
  const lanes = await ports.lanes();
  const manifest = readManifest(mission);
  const retired = [];
  for (const { lane_id: laneId } of manifest.lanes) {
    const lane = contextOf(mission, manifest, laneId);
    if (lane.planning) continue;
    const retire = () =>
      lanes.retire(lane.folder, lane.branches, {
        target: lane.target,
        merged: request.lanes.find((merged) => merged.laneId === laneId)?.commit ?? null,
        backup: `${mission.missionId}/${laneId}`,
        worktree: !request.keepWorktrees,
        branch: !request.keepBranches,
      });
    const outcome = await ports.lock
      .hold(laneLock(mission, laneId), 'put a merged lane away', retire)
      .catch((error: unknown) => {
        // A claim is at it, which will find that there is nothing to claim; the next merge puts the lane away.
        if (
          error instanceof Fault &&
          error.code === 'LOCK_BUSY' &&
          error.details['lock'] === laneLock(mission, laneId)
        )
          return STAYS;
        throw error;
      });
    retired.push({ laneId, ...outcome });
  }
  return retired;
}

/**
 * Removes the branch of a pull request whose lanes have all landed, if it still is at the commit that was proposed and no
 * checkout has it; a backup ref keeps the commit.
 */
export async function retireProposal(
  ports: MergePorts,
  { mission }: MissionView,
  { integration, proposal, keepBranches }: LandedProposal,
): Promise<RetiredProposal | null> {
  if (integration.strategy !== 'landed' || !proposal?.branch) return null;
  const { branch, merged } = proposal;
  const lanes = await ports.lanes();
  const tip = await lanes.resolve(`refs/heads/${branch}`);
  if (tip === undefined) return null;
  const name = `${mission.missionId}/proposal`;
  const kept = { branch, removed: false, backup: `refs/spec-kitty/backup/${name}` };
  const landed = new Map(integration.lanes.map(({ laneId, commit }) => [laneId, commit]));
  const same = [...proposal.lanes].every(([laneId, commit]) => landed.get(laneId) === commit);
  if (keepBranches || tip !== merged || !same) return kept;
  const { branchRemoved } = await lanes.retire(mission.directory, [branch], {
    target: integration.target,
    merged,
    backup: name,
    worktree: false,
    branch: true,
  });
  return { ...kept, removed: branchRemoved };
}

interface LandedProposal extends Pick<MergeRequest, 'keepBranches'> {
  readonly integration: Integration;
  readonly proposal: Proposal | null;
}

/** Every ref that a merge of these lanes moves, from where to where; the target's last step, its record, comes on top. */
export async function refMoves(
  ports: MergePorts,
  { mission }: MissionView,
  { target, before, merged, lanes }: Integration,
): Promise<readonly RefMove[]> {
  const manifest = readManifest(mission);
  const kept = (name: string) => `${BACKUPS}${mission.missionId}/${name}`;
  const refs = await (await ports.lanes()).refs('refs/heads/', kept(''));
  const moves: RefMove[] = [
    { ref: `refs/heads/${target}`, from: before, to: merged },
    { ref: kept('target'), from: refs.get(kept('target')) ?? null, to: before },
  ];
  for (const { laneId, commit } of lanes) {
    const lane = contextOf(mission, manifest, laneId);
    const branch = lane.branches.map((name) => `refs/heads/${name}`).find((name) => refs.has(name));
    const tip = branch && refs.get(branch);
    moves.push({ ref: kept(laneId), from: refs.get(kept(laneId)) ?? null, to: tip ?? commit });
    if (branch && tip) moves.push({ ref: branch, from: tip, to: null });
  }
  return moves;
}
