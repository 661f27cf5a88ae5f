import { Fault } from '../fault.ts';
import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import type { WorkPackage } from '../mission/work-packages.ts';
import type { LaneRepository, LaneWorkspace } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { targetBranch } from '../ports/mission-store.ts';
import { requireTarget } from './require-branch.ts';
import type { WorkPorts } from './work-ports.ts';

/**
 * Prepares a planning package: it is worked on in the primary checkout, so that must be on the target.
 *
 * @throws Fault `WRONG_BRANCH`, or `BASE_NOT_FOUND` before the branch has a commit.
 */
export async function claimPlanningLane(
  ports: WorkPorts,
  { mission }: MissionView,
  wp: WorkPackage,
): Promise<LaneWorkspace> {
  requireTarget(mission, await ports.branch());
  const lanes = await ports.lanes();
  const branch = targetBranch(mission.meta);
  const head = await lanes.resolve(`refs/heads/${branch}`);
  if (head === undefined) {
    throw new Fault(
      'refused',
      'BASE_NOT_FOUND',
      `${branch} has no commit yet, so the work of ${wp.id} could not be told apart.`,
      {
        hints: ['Make a first commit, then run the command again.'],
      },
    );
  }
  return { path: lanes.primary, branch, head, created: false };
}

/** Paths that were committed on the target since a planning package was claimed and that it does not own. */
export async function changedOutsideOwned(
  lanes: LaneRepository,
  { mission }: MissionView,
  { wp, base, tip }: { wp: WorkPackage; base: string; tip: string },
): Promise<readonly string[]> {
  const own = `kitty-specs/${mission.directory}/`;
  const changed = await lanes.changedByPeople(base, tip);
  return changed.filter(
    (path) => !path.startsWith(own) && !wp.ownedFiles.some((glob) => matchesGlob(path, glob)),
  );
}
