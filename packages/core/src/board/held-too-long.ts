import type { SlotLane } from '@spec-kitty/protocol/lane';
import { parseInstant } from '../parse-instant.ts';
import type { LogState } from '../status/reduce.ts';
import { STALE_LIMITS, type StaleLimits } from './stale-limits.ts';

/** How long a reviewer may take before the board says so. */
const REVIEW_MINUTES = 30;

const MINUTES_PER_DAY = 24 * 60;

/** A package that somebody took and has not moved since. */
export interface HeldPackage {
  readonly wpId: string;
  readonly lane: SlotLane;
  readonly holder: string;
  /** Whole minutes since the last lane event. */
  readonly minutes: number;
}

/** Finds packages whose implementer has moved nothing for days; notes and subtasks do not count as moving. */
export function staleWork(
  state: LogState,
  nowMicros: number,
  limits: StaleLimits = STALE_LIMITS,
): readonly HeldPackage[] {
  return heldFor(state, nowMicros, {
    claimed: limits.claimedDays * MINUTES_PER_DAY,
    in_progress: limits.inProgressDays * MINUTES_PER_DAY,
  });
}

/** Finds packages whose reviewer took them and has not decided. */
export function stalledReviews(state: LogState, nowMicros: number): readonly HeldPackage[] {
  return heldFor(state, nowMicros, { in_review: REVIEW_MINUTES });
}

/** @param limits minutes after which a package has been too long in a lane. */
function heldFor(
  { packages }: LogState,
  nowMicros: number,
  limits: Partial<Record<SlotLane, number>>,
): readonly HeldPackage[] {
  return [...packages].flatMap(([wpId, { slot, holder }]) => {
    const { lane, last_transition_at: at } = slot;
    const since = parseInstant(at ?? '') ?? nowMicros;
    const minutes = Math.floor((nowMicros - since) / 60_000_000);
    const limit = limits[lane] ?? Number.POSITIVE_INFINITY;
    return minutes >= limit ? [{ wpId, lane, holder: holder ?? '', minutes }] : [];
  });
}
