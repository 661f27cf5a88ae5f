/** A lane as people are told of it: `genesis`, which programs read, has no column on any board. */
export function laneWords(lane: string): string {
  return lane === 'genesis' || lane === 'uninitialized' ? 'not finalized' : lane;
}
