import { existsSync } from 'node:fs';
import type { LaneRepository, RetiringLane } from '@spec-kitty/core/ports/lane-repository';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { keepRefs } from '../recovery/keep-ref.ts';
import { type BranchTip, existingBranches } from './lane-branch.ts';
import { removeBranches } from './remove-branches.ts';
import { type RemovalPorts, removeWorktrees, STAYS } from './remove-worktrees.ts';

/** A lane and the path of its worktree. */
type LaneAt = RetiringLane & { readonly root: string };

type Options = Parameters<LaneRepository['retire']>[1];

/**
 * Puts lanes away in one pass over all: tips get backups, then the worktrees go, then the branches.
 *
 * A kill leaves some of them there, for which the next call does the same.
 */
export async function retireLanes(
  ports: RemovalPorts,
  lanes: readonly LaneAt[],
  options: Options,
): ReturnType<LaneRepository['retire']> {
  const { git, commonDir } = ports;
  const tips = await existingBranches(
    git,
    lanes.map(({ branches }) => branches),
  );
  const ended = lanes.flatMap((lane, at) => (tips[at] ? [{ ...lane, ...tips[at] }] : []));
  const keeps = ended.map(({ backup, tip }) => ({ ref: BACKUPS + backup, commit: tip }));
  await keepRefs(git, keeps, { renew: options.branch });
  const removed = options.worktree ? await removeWorktrees(ports, ended.map(removalOf)) : [];
  const worktreeGone = new Set(ended.filter((_, at) => (removed[at] ?? STAYS).removed));
  const idle = [];
  for (const lane of options.branch ? ended : []) {
    if ((worktreeGone.has(lane) || !existsSync(lane.root)) && (await hasLanded(ports, lane, options.target)))
      idle.push({ ...lane, name: lane.backup });
  }
  const gone = await removeBranches(git, commonDir, idle);
  const branchGone = new Set(idle.filter((_, at) => gone[at]).map(({ branch }) => branch));
  return lanes.map(({ root, backup }) => {
    const lane = ended.find((one) => one.backup === backup);
    return lane
      ? { worktreeRemoved: worktreeGone.has(lane), branchRemoved: branchGone.has(lane.branch) }
      : { worktreeRemoved: !existsSync(root), branchRemoved: true };
  });
}

function removalOf({ root, backup }: LaneAt) {
  const [missionId = '', laneId = ''] = backup.split('/');
  return { root, reason: 'merged', mission_id: missionId, lane_id: laneId } as const;
}

async function hasLanded(
  { git }: RemovalPorts,
  { tip, merged }: LaneAt & BranchTip,
  target: string,
): Promise<boolean> {
  const isOn = (commit: string) => git.ok(['merge-base', '--is-ancestor', tip, commit]);
  return tip === merged || (await isOn(`refs/heads/${target}`)) || (merged !== null && (await isOn(merged)));
}
