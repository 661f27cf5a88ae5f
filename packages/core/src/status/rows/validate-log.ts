import { isLane } from '@spec-kitty/protocol/lane';
import type { Snapshot } from '@spec-kitty/protocol/snapshot';
import type { RawRow } from '@spec-kitty/protocol/status-row';
import { rowKind } from './decode-log.ts';
import { isJsonObject, sameJson } from './json-value.ts';
import { NEXT_LANES } from '../transitions.ts';

/** Findings about one log (L§3.8), in file order; empty lists mean a clean log. */
export interface LogFindings {
  readonly rows: number;
  readonly lane_rows: number;
  /** Event id, and what is wrong with its row. */
  readonly schema: readonly (readonly [eventId: string, problems: readonly string[]])[];
  /** Unforced moves along edges that do not exist. */
  readonly legality: readonly string[];
  /** Unforced `done` without a review. */
  readonly evidence: readonly string[];
  /** Where `status.json` and the log disagree. */
  readonly drift: readonly string[];
}

/** What is checked: rows as stored, not decoded, because decoding hides what it tolerates. */
export interface LogUnderValidation {
  /** Null when there is no log file. */
  readonly rows: readonly RawRow[] | null;
  /** Parsed `status.json`; null when there is none. */
  readonly statusJson: unknown;
  /** Projection of the same rows. */
  readonly snapshot: Snapshot;
}

const REQUIRED = [
  'event_id',
  'wp_id',
  'from_lane',
  'to_lane',
  'at',
  'actor',
  'force',
  'execution_mode',
] as const;
const EVENT_ID = /^(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Checks a log for everything that reading it tolerates. */
export function validateLog(log: LogUnderValidation): LogFindings {
  const rows = log.rows ?? [];
  const lanes = rows.filter((row) => rowKind(row) === 'lane');
  return {
    rows: rows.length,
    lane_rows: lanes.length,
    schema: lanes.flatMap((row) => {
      const problems = schemaProblems(row).map((problem) => `${nameOf(row)}: ${problem}`);
      return problems.length > 0 ? [[idOf(row), problems] as const] : [];
    }),
    legality: lanes.filter(isIllegal).map((row) => {
      return `${nameOf(row)}: illegal transition ${String(row['from_lane'])} -> ${String(row['to_lane'])}`;
    }),
    evidence: lanes
      .filter((row) => row['to_lane'] === 'done' && row['force'] !== true && !hasReview(row))
      .map((row) => `${nameOf(row)}: done without review evidence`),
    drift: driftOf(log),
  };
}

function schemaProblems(row: RawRow): readonly string[] {
  const problems: string[] = REQUIRED.filter((key) => row[key] === undefined).map(
    (key) => `${key} is missing`,
  );
  if ((row['mission_slug'] ?? row['feature_slug']) === undefined) problems.push('mission_slug is missing');
  const check = (key: string, valid: boolean, problem: string) => {
    if (row[key] !== undefined && !valid) problems.push(problem);
  };
  const { from_lane: from, to_lane: to, execution_mode: mode, force } = row;
  check('event_id', EVENT_ID.test(idOf(row)), 'event_id is neither a ULID nor a UUID');
  check(
    'from_lane',
    from === 'genesis' || isLane(from),
    `from_lane ${JSON.stringify(from)} is not canonical`,
  );
  check('to_lane', isLane(to), `to_lane ${JSON.stringify(to)} is not canonical`);
  check('at', ISO_TIME.test(String(row['at'])), 'at is not an ISO 8601 time with offset');
  check('force', typeof force === 'boolean', 'force is not a boolean');
  check(
    'execution_mode',
    mode === 'worktree' || mode === 'direct_repo',
    `execution_mode ${JSON.stringify(mode)} is unknown`,
  );
  if (force === true && isBlank(row['reason'])) problems.push('force without reason');
  if (from === 'for_review' && to === 'in_progress' && isBlank(row['review_ref'])) {
    problems.push('for_review->in_progress without review_ref');
  }
  return problems;
}

/** Lanes that are not canonical are schema findings already. */
function isIllegal({ from_lane: from, to_lane: to, force }: RawRow): boolean {
  if (force === true || !isLane(to)) return false;
  return (from === 'genesis' || isLane(from)) && !NEXT_LANES[from].includes(to);
}

function hasReview({ evidence }: RawRow): boolean {
  return isJsonObject(evidence) && isJsonObject(evidence['review']);
}

function driftOf({ rows, statusJson, snapshot }: LogUnderValidation): readonly string[] {
  if (!isJsonObject(statusJson)) return statusJson === null ? [] : ['status.json is not a JSON object'];
  if (rows === null) return ['status.json exists but status.events.jsonl is missing'];
  const stored = isJsonObject(statusJson['work_packages']) ? statusJson['work_packages'] : {};
  const ids = [...new Set([...Object.keys(snapshot.work_packages), ...Object.keys(stored)])].toSorted();
  return [
    ...(['event_count', 'last_event_id', 'retrospective'] as const)
      .filter((key) => !sameJson(statusJson[key], snapshot[key]))
      .map((key) => `status.json ${key} differs from the log`),
    ...ids
      .filter((id) => !sameJson(stored[id], snapshot.work_packages[id]))
      .map((id) => `status.json work package ${id} differs from the log`),
  ];
}

function nameOf(row: RawRow): string {
  return `Event ${idOf(row)}`;
}

function idOf(row: RawRow): string {
  return typeof row['event_id'] === 'string' ? row['event_id'] : '?';
}

function isBlank(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === '';
}
