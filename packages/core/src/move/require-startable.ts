import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { sourceLane } from '../status/package-state.ts';
import { requireReadable } from '../mission/find-package.ts';
import { requireDependencies, requireFreeLane } from '../work/require-claimable.ts';

/**
 * Refuses a move that starts work where a claim could not: work that goes on has its dependencies, and work that a
 * review sends back has its lane.
 *
 * @param to the first lane that the move enters.
 * @throws Fault `DEPENDENCIES_NOT_SATISFIED`, `LANE_BUSY`, or those of {@link requireReadable}.
 */
export function requireStartable(view: MissionView, wp: WorkPackage, to: string | undefined): void {
  if (to !== 'claimed' && to !== 'in_progress') return;
  const known = view.state.packages.get(wp.id);
  const from = sourceLane(known);
  if (from === 'planned' || (from === 'blocked' && known?.implementers.length === 0)) {
    requireReadable(view, wp);
    requireDependencies(view, wp);
  }
  if (STARTS.has(from)) requireFreeLane(view, wp);
}

/** Lanes in which a package does not occupy the worktree of its lane. */
const STARTS = new Set<string>(['planned', 'blocked', 'approved']);
