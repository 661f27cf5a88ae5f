import type { MissionView } from '../ports/mission-view.ts';
import { BACKUPS } from '../recovery/recoverable.ts';
import { Fault } from '../fault.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { Integration, LaneCommit, Proposal } from '../ports/integration.ts';
import type { MergeRequest, RefMove, RetiredLane, RetiredProposal } from './merge-request.ts';

/** What is to be kept, and what has just been merged. */
interface Retirement extends Pick<MergeRequest, 'keepWorktrees' | 'keepBranches'> {
  readonly lanes: readonly LaneCommit[];
}

type RetirePorts = Pick<MergePorts, 'lanes' | 'lock'>;

const STAYS = { worktreeRemoved: false, branchRemoved: false };

/** Puts the lanes of a mission away: worktrees without uncommitted changes, and branches whose commits are on the target. */
export async function retireLanes(
  ports: RetirePorts,
  { mission }: MissionView,
  request: Retirement,
): Promise<readonly RetiredLane[]> {
  // A mission from before there were lanes has none to put away.
  if (mission.files.read('lanes.json') === undefined) return [];
  const manifest = readManifest(mission);
  const lanes = manifest.lanes
    .map(({ lane_id: laneId }) => contextOf(mission, manifest, laneId))
    .filter(({ planning }) => !planning);
  return holdingFree({ ports, mission }, lanes, async (held) => {
    const retiring = held.map(({ laneId, folder, branches }) => ({
      folder,
      branches,
      merged: request.lanes.find((merged) => merged.laneId === laneId)?.commit ?? null,
      backup: `${mission.missionId}/${laneId}`,
    }));
    const kept = { worktree: !request.keepWorktrees, branch: !request.keepBranches };
    const repository = await ports.lanes();
    const outcomes = await repository.retire(retiring, { target: targetBranch(mission.meta), ...kept });
    return lanes.map((lane) => ({ laneId: lane.laneId, ...(outcomes[held.indexOf(lane)] ?? STAYS) }));
  });
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
  const [outcome = STAYS] = await lanes.retire(
    [{ folder: mission.directory, branches: [branch], merged, backup: name }],
    { target: integration.target, worktree: false, branch: true },
  );
  return { ...kept, removed: outcome.branchRemoved };
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
