import { annotationRow, laneRow, logOf, stampOf } from '@spec-kitty/testkit/status-rows';
import type { RawRow } from '@spec-kitty/protocol/status-row';
import { expect, test } from 'vitest';
import { reduce } from '../reduce.ts';
import { toSnapshot } from '../snapshot.ts';
import { validateLog } from './validate-log.ts';

const empty = toSnapshot(reduce(logOf()), {});
const check = (...rows: object[]) =>
  validateLog({ rows: rows as RawRow[], statusJson: null, snapshot: empty });
const id = stampOf(1).event_id;

test('a clean log has no findings, and only lane rows are checked', () => {
  const rows = [laneRow(1), annotationRow(2, {}), { kind: 'hologram', force: 'x' }, { event_type: 'X' }];
  expect(check(...rows)).toEqual({
    rows: 4,
    lane_rows: 1,
    schema: [],
    legality: [],
    evidence: [],
    drift: [],
  });
});

test.each([
  [{ wp_id: undefined }, 'wp_id is missing'],
  [{ mission_slug: undefined }, 'mission_slug is missing'],
  [{ event_id: 'evt-1' }, 'event_id is neither a ULID nor a UUID'],
  [{ from_lane: 'doing' }, 'from_lane "doing" is not canonical'],
  [{ to_lane: 'genesis' }, 'to_lane "genesis" is not canonical'],
  [{ at: '2026-01-05 10:00' }, 'at is not an ISO 8601 time with offset'],
  [{ force: 'yes' }, 'force is not a boolean'],
  [{ execution_mode: 'cloud' }, 'execution_mode "cloud" is unknown'],
  [{ force: true, reason: ' ' }, 'force without reason'],
  [
    { from_lane: 'for_review', to_lane: 'in_progress', force: true, reason: 'x' },
    'for_review->in_progress without review_ref',
  ],
])('schema: %j', (facts, problem) => {
  const row: RawRow = { ...laneRow(1), ...facts };
  const name = String(row['event_id']);
  expect(check(row).schema).toEqual([[name, [`Event ${name}: ${problem}`]]]);
});

test.each([
  { mission_slug: undefined, feature_slug: 'old' },
  { event_id: 'c0ffee00-0000-4000-8000-000000000000' },
  { at: '2026-01-05T10:00:00Z' },
  { from_lane: 'genesis', to_lane: 'planned' },
])('schema: %j is fine', (facts) => {
  expect(check({ ...laneRow(1), ...facts }).schema).toEqual([]);
});

test('legality: unforced moves along no edge, in file order', () => {
  const jump = { from_lane: 'for_review', to_lane: 'done', evidence: { review: {} } } as const;
  expect(check(laneRow(2, { to_lane: 'approved' }), laneRow(1, jump as object)).legality).toEqual([
    `Event ${stampOf(2).event_id}: illegal transition planned -> approved`,
    `Event ${id}: illegal transition for_review -> done`,
  ]);
  expect(check(laneRow(1, { ...jump, force: true } as object)).legality).toEqual([]);
});

test('evidence: unforced done without a review (ST-2)', () => {
  const done = { from_lane: 'approved', to_lane: 'done' } as const;
  expect(check(laneRow(1, done)).evidence).toEqual([`Event ${id}: done without review evidence`]);
  expect(check(laneRow(1, { ...done, force: true, reason: 'x' })).evidence).toEqual([]);
});

test('drift: what status.json says otherwise than the log', () => {
  const rows = [laneRow(1), laneRow(2, { wp_id: 'WP02' })];
  const snapshot = toSnapshot(reduce(logOf(...rows)), {});
  const drift = (statusJson: unknown) =>
    validateLog({ rows: rows as object[] as RawRow[], snapshot, statusJson }).drift;
  const { WP01, WP02 } = snapshot.work_packages;
  expect(drift(null)).toEqual([]);
  expect(drift({ ...snapshot, materialized_at: 'then', mission_number: '9' })).toEqual([]);
  expect(drift([])).toEqual(['status.json is not a JSON object']);
  expect(drift({ ...snapshot, event_count: 1, last_event_id: null, retrospective: {} })).toEqual([
    'status.json event_count differs from the log',
    'status.json last_event_id differs from the log',
    'status.json retrospective differs from the log',
  ]);
  expect(
    drift({ ...snapshot, work_packages: { WP01: { ...WP01, lane: 'done' }, WP02, WP09: WP02 } }),
  ).toEqual([
    'status.json work package WP01 differs from the log',
    'status.json work package WP09 differs from the log',
  ]);
});

test('drift: status.json without a log', () => {
  expect(validateLog({ rows: null, snapshot: empty, statusJson: {} }).drift).toEqual([
    'status.json exists but status.events.jsonl is missing',
  ]);
});
