import type { MissionView } from '../ports/mission-view.ts';
import type { NextPackage } from './decide-next.ts';

/** Joins plan and state of each package, in file order. */
export function nextPackages({
  packages,
  state,
}: Pick<MissionView, 'packages' | 'state'>): readonly NextPackage[] {
  return packages.map(({ id, dependencies, problem }) => {
    const known = state.packages.get(id);
    const lane = known?.slot.lane ?? 'genesis';
    return {
      id,
      // What an unreadable file depends on is unknown, so it is never handed out.
      lane: problem && lane === 'planned' ? 'blocked' : lane === 'uninitialized' ? 'genesis' : lane,
      dependencies,
      holder: known?.holder ?? null,
      implementers: known?.implementers ?? [],
      since: known?.slot.last_transition_at ?? null,
    };
  });
}
