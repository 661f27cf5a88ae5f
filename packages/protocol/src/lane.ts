/** Lanes that a stored event may lead to, in board order. */
export const LANES = [
  'planned',
  'claimed',
  'in_progress',
  'for_review',
  'in_review',
  'approved',
  'done',
  'blocked',
  'canceled',
] as const;

/** A lane of the status board: where a work package stands. */
export type Lane = (typeof LANES)[number];

/** Where a transition may start: `genesis` is a package that exists as a file but was never finalized. */
export type SourceLane = Lane | 'genesis';

/** Lane of a reduced package; `uninitialized` has annotations but no lane event. Never stored as a target. */
export type SlotLane = Lane | 'uninitialized';

const ALIASES: ReadonlyMap<string, Lane> = new Map([['doing', 'in_progress']]);
const LANE_SET: ReadonlySet<string> = new Set(LANES);

/** Tells whether a stored text is exactly one of the nine lanes; aliases are not. */
export function isLane(text: unknown): text is Lane {
  return typeof text === 'string' && LANE_SET.has(text);
}

/** Reads a lane as a person types it: trimmed, lower-cased, aliases resolved. */
export function parseLane(text: string): Lane | undefined {
  const name = text.trim().toLowerCase();
  return isLane(name) ? name : ALIASES.get(name);
}
