import { type Lane, parseLane } from '@spec-kitty/protocol/lane';
import type { Transition } from '../status/decide-transition.ts';
import { type PackageState, sourceLane, takeStep } from '../status/package-state.ts';
import { hopLanes, stepOf } from '../status/plan-hops.ts';

/** Where a move goes: the lane as a person typed it, and whether it may break rules. */
export interface Destination {
  readonly to: string;
  readonly force: boolean;
}

/**
 * Stations of a move that are not simply the next lanes: a verdict on a package that nobody took for review takes
 * it first, and approved work with new commits goes back to in_progress first.
 */
export function route(now: PackageState | undefined, { to, force }: Destination): readonly string[] {
  const target = parseLane(to);
  const from = sourceLane(now);
  if (force) return [to];
  if (from === 'for_review' && (target === 'planned' || target === 'in_progress')) return ['in_review', to];
  if (from === 'approved' && target === 'for_review') return ['in_progress', to];
  return [to];
}

/** Every lane that a move enters, in order: what has to be looked up depends on them. */
export function lanesPassed(now: PackageState | undefined, destination: Destination): readonly string[] {
  let from = sourceLane(now);
  return route(now, destination).flatMap((station): readonly string[] => {
    const lane = parseLane(station);
    if (lane === undefined || destination.force) return [station];
    const passed = hopLanes(from, lane);
    from = lane;
    return passed;
  });
}

/** The package as one step leaves it, for deciding the next. */
export function afterStep(state: PackageState, step: Transition): PackageState {
  const draft = { ...state, slot: { ...state.slot } };
  takeStep(draft, stepOf(step));
  return draft;
}

/** Lanes that are entered with work that counts as finished. */
export const SETTLING: ReadonlySet<string> = new Set(['for_review', 'approved', 'done']);

/** Lanes whose events say which commit they are about. */
export const RECORDED: ReadonlySet<Lane> = new Set(['for_review', 'in_review', 'approved', 'done']);
