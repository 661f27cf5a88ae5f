import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { packagesWithoutFile } from '@spec-kitty/core/log/packages-without-file';
import { sourceLane } from '@spec-kitty/core/status/package-state';
import { LANES } from '@spec-kitty/protocol/lane';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';
import type { Facts } from './contract/payload-schemas.ts';

/** Tells the lane of every package, who moved it last, and what was noted about it. */
export async function missionState(
  this: AppContext,
  { mission }: { readonly mission: string },
): Promise<void> {
  await answer(this, { command: 'mission-state', mission }, async (_, view) => missionStateFacts(view));
}

/** The packages of a mission, annotations included. */
export function missionStateFacts({ packages, state }: MissionView): Facts<'mission-state'> {
  const ids = packages.map(({ id }) => id);
  // The log says what there is; the plan in the checkout may be an older one.
  const gone = packagesWithoutFile(ids, state).map(({ wp: id }) => ({ id, dependencies: [] }));
  const rows = [...packages, ...gone].map(({ id, dependencies }) => {
    const known = state.packages.get(id);
    return {
      wp_id: id,
      lane: sourceLane(known),
      dependencies: [...dependencies],
      last_actor: known?.slot.actor ?? null,
      holder: known?.holder ?? null,
      agent: known?.slot.agent || null,
      subtasks: { ...known?.slot.subtasks },
      notes: [...(known?.slot.notes ?? [])],
    };
  });
  const inLane = (lane: string) => rows.filter((row) => row.lane === lane).length;
  const counts = Object.fromEntries(LANES.map((lane) => [lane, inLane(lane)])) as Record<
    (typeof LANES)[number],
    number
  >;
  return { summary: { total: rows.length, ...counts }, work_packages: rows };
}
