import type { SlotLane } from '@spec-kitty/protocol/lane';
import type { WpSlot } from '@spec-kitty/protocol/snapshot';
import type { WorkPackage } from '../planning/work-packages.ts';
import { unsatisfiedDependencies } from '../next/decide-next.ts';
import { nextPackages } from '../next/next-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { board, type Board } from '../status/board.ts';
import type { Override, PackageState } from '../status/package-state.ts';
import { type HeldPackage, stalledReviews, staleWork } from './held-too-long.ts';

/** One package on the board. */
export interface BoardRow {
  readonly wp: WorkPackage;
  /** `genesis` before finalization. */
  readonly lane: SlotLane | 'genesis';
  readonly holder: string | null;
  /** `null` where the log says nothing about the package. */
  readonly slot: Readonly<WpSlot> | null;
  /** Dependencies that keep a planned package from being claimed. */
  readonly waitsFor: readonly string[];
  readonly override: Override | null;
  /** Whether another session of the agent that implemented it has approved it. */
  readonly bySession: boolean;
  /** Why it was moved where it is. */
  readonly reason: string | null;
}

/** Where a mission stands, package by package. */
export interface MissionBoard {
  readonly numbers: Board;
  /** In file order. */
  readonly rows: readonly BoardRow[];
  readonly stale: readonly HeldPackage[];
  readonly stalledReviews: readonly HeldPackage[];
}

/** Joins plan and log of a mission for display; the time decides only what has been held too long. */
export function missionBoard(view: MissionView, nowMicros: number): MissionBoard {
  const { packages, state } = view;
  const known = nextPackages(view);
  return {
    numbers: board(
      packages.map(({ id }) => id),
      state,
    ),
    rows: packages.map((wp, index) => {
      const found = state.packages.get(wp.id);
      const next = known[index];
      return {
        wp,
        lane: found?.slot.lane ?? 'genesis',
        holder: found?.holder ?? null,
        slot: found?.slot ?? null,
        ...whyHere(found),
        waitsFor: next?.lane === 'planned' ? unsatisfiedDependencies(next, known) : [],
      };
    }),
    stale: staleWork(state, nowMicros),
    stalledReviews: stalledReviews(state, nowMicros),
  };
}

function whyHere(known: PackageState | undefined): Pick<BoardRow, 'override' | 'bySession' | 'reason'> {
  const { override = null, bySession = false, reason = null } = known ?? {};
  return { override, bySession, reason };
}
