import { parseInstant } from '../parse-instant.ts';
import type { LogState } from '../status/reduce.ts';
import { STALE_LIMITS, type StaleLimits } from './stale-limits.ts';

/** How long a reviewer may take before the board says so. */
const REVIEW_MINUTES = 30;

const MINUTES_PER_DAY = 24 * 60;

/** A package that somebody took and has not moved since. */
export interface HeldPackage {
  readonly wpId: string;
  readonly lane: 'claimed' | 'in_progress' | 'in_review';
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
  const days = {
    claimed: limits.claimedDays,
    in_progress: limits.inProgressDays,
    in_review: Number.POSITIVE_INFINITY,
  };
  return heldPackages(state, nowMicros).filter(
    ({ lane, minutes }) => minutes >= days[lane] * MINUTES_PER_DAY,
  );
}

/** Finds packages whose reviewer took them and has not decided. */
export function stalledReviews(state: LogState, nowMicros: number): readonly HeldPackage[] {
  return heldPackages(state, nowMicros).filter(
    ({ lane, minutes }) => lane === 'in_review' && minutes >= REVIEW_MINUTES,
  );
}

function heldPackages({ packages }: LogState, nowMicros: number): readonly HeldPackage[] {
  return [...packages].flatMap(([wpId, { slot, holder }]) => {
    const { lane, last_transition_at: at } = slot;
    const since = parseInstant(at ?? '');
    if ((lane !== 'claimed' && lane !== 'in_progress' && lane !== 'in_review') || since === undefined)
      return [];
    return [{ wpId, lane, holder: holder ?? '', minutes: Math.floor((nowMicros - since) / 60_000_000) }];
  });
}
