import { Fault } from '../fault.ts';
import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneRepository, LaneWorkspace } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { requireTarget } from '../mission/require-branch.ts';
import type { WorkPorts } from '../ports/work-ports.ts';

/**
 * Prepares a planning package: it is worked on in the primary checkout, so that must be on the target.
 *
 * @throws Fault `WRONG_BRANCH`, or `TARGET_NOT_FOUND` before the branch has a commit.
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
      'TARGET_NOT_FOUND',
      `${branch} has no commit yet, so the work of ${wp.id} could not be told apart.`,
      {
        hints: [
          'Make a first commit with `git commit --allow-empty -m "First commit"`, then run the command again.',
        ],
      },
    );
  }
  return { path: lanes.primary, branch, head, created: false };
}

/** What a planning package has done on the target, where others commit as well. */
export interface PlanningWork {
  /** Commits that change what the package owns. */
  readonly commitCount: number;
  /** Paths that its authors changed meanwhile, besides what the package owns, and that still differ. */
  readonly outside: readonly string[];
  /** Whether each of these was committed apart from what the package owns, so that it may be other work of the same person. */
  readonly isApart: boolean;
}

/**
 * Tells a planning package's work from that of others since it was claimed.
 *
 * Whoever changed something that it owns worked on it, and all that they committed meanwhile is its work, on a branch
 * that was merged, too; what others committed is no concern of the review.
 */
export async function planningWork(
  lanes: LaneRepository,
  { mission }: MissionView,
  { wp, base, tip }: { wp: WorkPackage; base: string; tip: string },
): Promise<PlanningWork> {
  const owned = (path: string) => wp.ownedFiles.some((glob) => matchesGlob(path, glob));
  const free = `kitty-specs/${mission.directory}/`;
  const commits = await lanes.commitsByPeople(tip, base);
  const own = commits.filter(({ paths }) => paths.some(owned));
  const authors = new Set(own.map(({ author }) => author));
  const outsideOf = (those: typeof commits) =>
    those.flatMap(({ paths }) => paths.filter((path) => !owned(path) && !path.startsWith(free)));
  const changed = new Set(outsideOf(commits.filter(({ author }) => authors.has(author))));
  const differs = changed.size === 0 ? [] : await lanes.changedSince(base, tip);
  const outside = differs.filter((path) => changed.has(path));
  const together = new Set(outsideOf(own));
  return { commitCount: own.length, outside, isApart: !outside.some((path) => together.has(path)) };
}
