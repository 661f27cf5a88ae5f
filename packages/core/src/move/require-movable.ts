import { parseLane } from '@spec-kitty/protocol/lane';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { heldByOther, sourceLane } from '../status/package-state.ts';
import { explainRefusal, type OptionNames } from '../status/explain-refusal.ts';
import { requireStartable } from './require-startable.ts';

/** A move that keeps the rules, as far as they are about who moves what where. */
export interface Move {
  readonly wp: WorkPackage;
  readonly to: string;
  /** `undefined` is a person who gives no name, and may move what others have. */
  readonly actor: string | undefined;
  /** The first lane that the move enters. */
  readonly entered: string | undefined;
  readonly options?: OptionNames;
}

/**
 * Refuses every move that is not forced and breaks a rule beyond the edges and their guards, whichever command makes it.
 *
 * @throws Fault `NOT_FINALIZED`, `HELD_BY_OTHER`, or those of {@link requireStartable}.
 */
export function requireMovable(view: MissionView, { wp, to, actor, entered, options }: Move): void {
  const { directory } = view.mission;
  const known = view.state.packages.get(wp.id);
  const lane = sourceLane(known);
  const target = parseLane(to);
  // Finalizing makes the lanes that every later step needs; a package that is not wanted needs none.
  if (lane === 'genesis' && target !== undefined && target !== 'canceled')
    throw explainRefusal({ code: 'NOT_FINALIZED', wpId: wp.id }, directory, options);
  const holder = actor === undefined ? undefined : heldByOther(known, actor);
  if (holder === undefined) return requireStartable(view, wp, entered);
  const refusal = { code: 'HELD_BY_OTHER', wpId: wp.id, lane, holder } as const;
  // With names of their own for the options, commands ask for a name in any case.
  const isCanceled = target === 'canceled' && options === undefined;
  throw explainRefusal(isCanceled ? { ...refusal, to: target } : refusal, directory, options);
}
