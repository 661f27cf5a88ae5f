/** Id of the one lane that holds all planning packages and works in the primary checkout (FR-101). */
export const PLANNING_LANE = 'lane-planning';

/** Shape of a code lane's id: `lane-a` to `lane-z`, then `lane-aa` to `lane-zz`. */
export const CODE_LANE_ID = /^lane-[a-z]{1,2}$/;

/** Names the code lane at a position, counted from 0; there are never more lanes than two-digit packages. */
export function codeLaneId(index: number): string {
  const first = Math.floor(index / 26);
  return `lane-${first === 0 ? '' : letter(first - 1)}${letter(index % 26)}`;
}

function letter(index: number): string {
  return String.fromCodePoint(97 + index);
}
