import type { LaneConflict } from './lane-conflict.ts';

/** What a watch over conflicts writes down. */
export type ConflictRecord =
  | ({ readonly kind: 'conflict_seen' } & LaneConflict)
  | ({ readonly kind: 'conflict_gone' } & Omit<LaneConflict, 'paths'>)
  /** Nobody could look, and so nobody knows; told once for each reason. */
  | { readonly kind: 'conflicts_unknown'; readonly reason: string };

/** Conflicts that there are after a record, of which those before are given. */
export function withConflict(
  conflicts: readonly LaneConflict[],
  record: ConflictRecord,
): readonly LaneConflict[] {
  if (record.kind === 'conflicts_unknown') return conflicts;
  const { lane, other } = record;
  const others = conflicts.filter((one) => one.lane !== lane || one.other !== other);
  return record.kind === 'conflict_gone' ? others : [...others, { lane, other, paths: record.paths }];
}
