import { Fault } from '../fault.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import { unsatisfiedDependencies } from '../next/decide-next.ts';
import { canceledDependencies, pastCanceled } from '../next/canceled-dependencies.ts';
import { nextPackages } from '../next/next-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';
import { laneContext } from '../execution-lanes/lane-context.ts';

/** Refuses work on a package before what it depends on. @throws Fault `DEPENDENCIES_NOT_SATISFIED` naming them. */
export function requireDependencies(view: MissionView, wp: WorkPackage): void {
  const packages = nextPackages(view);
  const self = packages.find(({ id }) => id === wp.id);
  const waiting = self ? unsatisfiedDependencies(self, packages) : [];
  if (waiting.length === 0) return;
  const lanes = waiting.map(
    (id) => `${id} (${packages.find((other) => other.id === id)?.lane ?? 'unknown'})`,
  );
  throw new Fault('refused', 'DEPENDENCIES_NOT_SATISFIED', `${wp.id} waits for ${lanes.join(', ')}.`, {
    hints: [
      ...pastCanceled(view.mission.directory, wp.id, self ? canceledDependencies(self, packages) : []),
      `Run \`spec-kitty next --mission ${shellWord(view.mission.directory)}\` to see what can be done now.`,
    ],
    details: { wp_id: wp.id, unsatisfied_dependencies: waiting },
  });
}

/** Two agents in one worktree would commit each other's files. @throws Fault `LANE_BUSY` naming who is there. */
export function requireFreeLane(view: MissionView, wp: WorkPackage): void {
  const { mission, state } = view;
  const busy = nextPackages(view).find(({ id }) => id === wp.id)?.busy ?? null;
  if (busy === null) return;
  const holder = state.packages.get(busy)?.holder ?? 'somebody';
  const { laneId } = laneContext(mission, wp.id);
  throw new Fault('refused', 'LANE_BUSY', `${holder} works on ${busy} in the same lane, ${laneId}.`, {
    hints: [
      `Wait until ${busy} is for_review, or run \`spec-kitty next --mission ${shellWord(mission.directory)}\`.`,
    ],
    details: { wp_id: wp.id, lane_id: laneId, busy_with: busy, holder },
  });
}
