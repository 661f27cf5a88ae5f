import { Fault } from '../fault.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { sourceLane } from '../status/package-state.ts';
import { readManifest } from '../execution-lanes/lane-context.ts';
import type { NextPackage } from './decide-next.ts';

/** Joins plan and state of each package, in file order. */
export function nextPackages(
  view: Pick<MissionView, 'mission' | 'packages' | 'state'>,
): readonly NextPackage[] {
  const { packages, state } = view;
  const busy = busyWith(view);
  return packages.map(({ id, dependencies, problem }) => {
    const known = state.packages.get(id);
    const lane = sourceLane(known);
    return {
      id,
      // What an unreadable file depends on is unknown, so it is never handed out.
      lane: problem && lane === 'planned' ? 'blocked' : lane,
      dependencies,
      busy: busy.get(id) ?? null,
      holder: known?.holder ?? null,
      implementers: known?.implementers ?? [],
      since: known?.slot.last_transition_at ?? null,
    };
  });
}

/** Each package whose lane another one is worked on in, with that one. */
function busyWith({ mission, state }: Pick<MissionView, 'mission' | 'state'>): ReadonlyMap<string, string> {
  const held = [...state.packages].flatMap(([id, { slot }]) =>
    slot.lane === 'claimed' || slot.lane === 'in_progress' ? [id] : [],
  );
  const busy = new Map<string, string>();
  // Without work under way there is nothing to read the file for.
  for (const lane of held.length === 0 ? [] : lanesOf(mission)) {
    for (const id of lane) {
      const other = held.find((one) => one !== id && lane.includes(one));
      if (other !== undefined) busy.set(id, other);
    }
  }
  return busy;
}

/** Whoever claims a package is told what is wrong with lanes.json; asking what comes next must not fail over it. */
function lanesOf(mission: Mission): readonly (readonly string[])[] {
  try {
    return readManifest(mission).lanes.map(({ wp_ids: ids }) => ids);
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}
