import type { MetLine } from '../ports/conflict-repository.ts';
import type { Integration, LaneResult } from '../ports/integration.ts';

/** What a lane meets when it is merged: the target, and every lane before it that brought something and did not conflict. */
export function metLines({ target, before, lanes }: Integration, lane: LaneResult): readonly MetLine[] {
  const earlier = lanes
    .slice(0, lanes.indexOf(lane))
    .filter(({ commits, conflicts }) => commits > 0 && conflicts.length === 0);
  return [
    { laneId: null, name: target, packages: [], commit: before },
    ...earlier.map(({ laneId, packages, commit }) => ({ laneId, name: laneId, packages, commit })),
  ];
}
