import { isLane, parseLane } from '@spec-kitty/protocol/lane';
import type { Annotation, LaneEvent, RawRow } from '@spec-kitty/protocol/status-row';
import { isJsonObject } from './json-value.ts';

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const LANE_TEXTS = ['event_id', 'wp_id', 'at', 'execution_mode'];
const ANNOTATION_TEXTS = ['wp_id', 'at'];
const NULLABLE_TEXTS = ['reason', 'review_ref'];
const NULLABLE_OBJECTS = ['evidence', 'policy_metadata', 'review_result'];

/**
 * Decodes a lane row (L§3.3), or says in a clause what is wrong with it.
 *
 * A regular row comes back as the same object; one with the old slug key, an alias lane or absent
 * optional keys comes back completed.
 */
export function decodeLaneEvent(row: RawRow): LaneEvent | string {
  if (isRegular(row)) return row;
  return laneProblem(row) ?? decodeLaneEvent(completed(row));
}

/** Decodes an annotation (L§3.4), or says in a clause what is wrong with it; folding checks what the delta holds. */
export function decodeAnnotation(row: RawRow): Annotation | string {
  const missing = ANNOTATION_TEXTS.find((key) => !isText(row[key]));
  if (missing !== undefined) return `${missing} is missing`;
  if (!isActor(row['actor'])) return 'actor is neither a text nor a binding';
  return isAnnotation(row) ? row : 'an annotation needs a ULID and a delta';
}

function laneProblem(row: RawRow): string | undefined {
  const missing = LANE_TEXTS.find((key) => !isText(row[key]));
  if (missing !== undefined) return `${missing} is missing`;
  if (row['from_lane'] !== 'genesis' && storedLane(row['from_lane']) === undefined)
    return 'from_lane is not a lane';
  if (storedLane(row['to_lane']) === undefined) return 'to_lane is not a lane';
  if (!isActor(row['actor'])) return 'actor is neither a text nor a binding';
  if (typeof row['force'] !== 'boolean') return 'force is neither true nor false';
  if (typeof slugOf(row) !== 'string') return 'mission_slug is missing';
  const text = NULLABLE_TEXTS.find((key) => typeof (row[key] ?? '') !== 'string');
  if (text !== undefined) return `${text} is not a text`;
  const object = NULLABLE_OBJECTS.find((key) => !isJsonObject(row[key] ?? {}));
  return object === undefined ? undefined : `${object} is not an object`;
}

/**
 * What nearly every row is: found sound and complete by direct tests, in a third of the time of naming a problem.
 *
 * Written out, because a call for each of the sixteen would take as long as all tests together.
 */
function isRegular(row: RawRow): row is RawRow & LaneEvent {
  return isStep(row) && hasRegularTexts(row) && hasRegularObjects(row);
}

function isStep(row: RawRow): boolean {
  const { event_id: id, wp_id: wp, at, from_lane: from, actor } = row;
  return (
    typeof id === 'string' &&
    id !== '' &&
    typeof wp === 'string' &&
    wp !== '' &&
    typeof at === 'string' &&
    at !== '' &&
    (from === 'genesis' || isLane(from)) &&
    isLane(row['to_lane']) &&
    (typeof actor === 'string' || isActor(actor))
  );
}

function hasRegularTexts(row: RawRow): boolean {
  const { execution_mode: mode, reason, review_ref: reference } = row;
  return (
    typeof row['force'] === 'boolean' &&
    typeof row['mission_slug'] === 'string' &&
    typeof mode === 'string' &&
    mode !== '' &&
    (reason === null || typeof reason === 'string') &&
    (reference === null || typeof reference === 'string')
  );
}

function hasRegularObjects(row: RawRow): boolean {
  const { evidence, policy_metadata: policy, review_result: result } = row;
  return (
    (evidence === null || isJsonObject(evidence)) &&
    (policy === null || isJsonObject(policy)) &&
    (result === undefined || result === null || isJsonObject(result))
  );
}

function completed(row: RawRow): RawRow {
  const from = row['from_lane'];
  return {
    reason: null,
    review_ref: null,
    evidence: null,
    policy_metadata: null,
    ...row,
    mission_slug: slugOf(row),
    from_lane: from === 'genesis' ? from : storedLane(from),
    to_lane: storedLane(row['to_lane']),
  };
}

function isAnnotation(row: RawRow): row is RawRow & Annotation {
  return typeof row['event_id'] === 'string' && ULID.test(row['event_id']) && isJsonObject(row['delta']);
}

function slugOf(row: RawRow): unknown {
  return row['mission_slug'] ?? row['feature_slug'];
}

function storedLane(value: unknown): string | undefined {
  if (isLane(value)) return value;
  return typeof value === 'string' ? parseLane(value) : undefined;
}

function isActor(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return isJsonObject(value) && ['tool', 'role'].every((key) => typeof (value[key] ?? '') === 'string');
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
