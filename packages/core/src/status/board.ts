import type { SlotLane, SourceLane } from '@spec-kitty/protocol/lane';
import type { LogState } from './reduce.ts';

/** Counts and percentages of `agent tasks status`, in its JSON keys (L§7.7); percentages have one decimal. */
export interface Board {
  /** Only lanes that occur. */
  readonly by_lane: Readonly<Partial<Record<SourceLane | 'uninitialized', number>>>;
  readonly total_wps: number;
  readonly done_count: number;
  readonly done_percentage: number;
  /** Mean weight of the packages that the log knows; a package that was never finalized does not pull it down. */
  readonly weighted_percentage: number;
}

/** How far along a lane is (L§3.1). */
const WEIGHTS: Readonly<Record<SlotLane, number>> = {
  uninitialized: 0,
  planned: 0,
  claimed: 0.05,
  in_progress: 0.3,
  for_review: 0.6,
  in_review: 0.7,
  approved: 0.8,
  done: 1,
  blocked: 0,
  canceled: 0,
};

/** Computes the board for the packages that have a file; one without lane events counts as `genesis`. */
export function board(wpIds: readonly string[], state: LogState): Board {
  const byLane: Partial<Record<SourceLane | 'uninitialized', number>> = {};
  for (const wpId of wpIds) {
    const lane = state.packages.get(wpId)?.slot.lane ?? 'genesis';
    byLane[lane] = (byLane[lane] ?? 0) + 1;
  }
  const done = byLane.done ?? 0;
  const weights = [...state.packages.values()].map(({ slot }) => WEIGHTS[slot.lane]);
  return {
    by_lane: byLane,
    total_wps: wpIds.length,
    done_count: done,
    done_percentage: percentage(done, wpIds.length),
    weighted_percentage: percentage(
      weights.reduce((sum, weight) => sum + weight, 0),
      weights.length,
    ),
  };
}

/** Rounds to one decimal, ties to even as Python does; exact ties end in .25 or .75, and only .25 differs here. */
function percentage(part: number, whole: number): number {
  if (whole === 0) return 0;
  const exact = (part / whole) * 100;
  return Number((exact % 1 === 0.25 ? exact - 0.01 : exact).toFixed(1));
}
