import { decodeLog, type LogRows } from '@spec-kitty/core/status/rows/decode-log';
import type { PackageState } from '@spec-kitty/core/status/package-state';
import { reduce } from '@spec-kitty/core/status/reduce';
import type { Lane, SourceLane } from '@spec-kitty/protocol/lane';
import { rowJson } from '@spec-kitty/protocol/canonical-json';
import type { Annotation, AnnotationDelta, LaneEvent, NewRow, RawRow } from '@spec-kitty/protocol/status-row';

/** Id and time of the nth row of a test log; later numbers sort later. */
export function stampOf(n: number): { event_id: string; at: string } {
  return {
    event_id: `01KE7${String(n).padStart(21, '0')}`,
    at: `2026-01-05T10:00:00.${String(n).padStart(6, '0')}+00:00`,
  };
}

/** The nth row: a lane event of WP01, from planned to claimed by `ada` unless told. */
export function laneRow(n: number, facts: Partial<LaneEvent> = {}): LaneEvent {
  return {
    ...stampOf(n),
    mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
    mission_slug: 'invoice-export-01KE6Z2V',
    wp_id: 'WP01',
    from_lane: 'planned',
    to_lane: 'claimed',
    actor: 'ada',
    force: false,
    execution_mode: 'worktree',
    reason: null,
    review_ref: null,
    evidence: null,
    policy_metadata: null,
    review_result: null,
    ...facts,
  };
}

/** The nth row: an annotation of WP01 unless told. */
export function annotationRow(
  n: number,
  delta: AnnotationDelta,
  facts: Partial<Annotation> = {},
): Annotation {
  return { ...stampOf(n), kind: 'annotation', wp_id: 'WP01', actor: 'ada', delta, ...facts };
}

/** Rows of one package along a list of lanes, numbered from 1, all by one actor. */
export function walk(
  lanes: readonly [SourceLane, ...Lane[]],
  facts: Partial<LaneEvent> = {},
): readonly LaneEvent[] {
  const [first, ...rest] = lanes;
  let from: SourceLane = first;
  return rest.map((to, index) => {
    const row = laneRow(index + 1, { from_lane: from, to_lane: to, ...facts });
    from = to;
    return row;
  });
}

/** The bytes of a log with these rows, as they are stored. */
export function logText(rows: readonly (NewRow | RawRow)[]): string {
  return rows.map((row) => `${rowJson(row)}\n`).join('');
}

/** The rows as the one reader sees them. */
export function logOf(...rows: readonly (NewRow | RawRow)[]): LogRows {
  return decodeLog([{ text: logText(rows), file: 'status.events.jsonl' }]);
}

/** State of WP01 after these rows; undefined when none is about it. */
export function packageAfter(...rows: readonly (NewRow | RawRow)[]): PackageState | undefined {
  return reduce(logOf(...rows)).packages.get('WP01');
}
