import { Fault } from '../fault.ts';
import type { OpenResolution } from '../ports/conflict-repository.ts';
import type { Mission } from '../ports/mission-store.ts';
import { requireLane } from '../execution-lanes/lane-context.ts';
import { shellWord } from '../shell-word.ts';

/**
 * Finds the resolution that is meant.
 *
 * @throws Fault `LANE_NOT_FOUND`, `NO_RESOLUTION` when there is none, `LANE_REQUIRED` when there are several and no lane is named.
 */
export function findResolution(
  mission: Mission,
  open: readonly OpenResolution[],
  lane: string | undefined,
): OpenResolution {
  const { directory } = mission;
  const [found, ...more] = open.filter(({ laneId }) => lane === undefined || laneId === lane);
  if (!found) {
    if (lane !== undefined) requireLane(mission, lane);
    throw new Fault('refused', 'NO_RESOLUTION', `No conflicts of ${lane ?? directory} are being resolved.`, {
      hints: [`Begin with \`spec-kitty conflicts start --mission ${shellWord(directory)}\`.`],
      details: { mission_slug: directory, lane_id: lane ?? null },
    });
  }
  if (more.length > 0) {
    const lanes = [found, ...more].map(({ laneId }) => laneId);
    throw new Fault(
      'refused',
      'LANE_REQUIRED',
      `Conflicts of several lanes are being resolved: ${lanes.join(', ')}.`,
      {
        hints: ['Say which one is meant with --lane.'],
        details: { mission_slug: directory, lanes },
      },
    );
  }
  return found;
}
