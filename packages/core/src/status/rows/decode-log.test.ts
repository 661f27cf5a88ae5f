import { annotationRow, laneRow, logOf, logText, stampOf } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { Fault } from '../../fault.ts';
import { decodeLog, rawRows } from './decode-log.ts';

const file = 'kitty-specs/m/status.events.jsonl';
const decode = (text: string, firstLine = 1) => decodeLog([{ text, file, firstLine }]);
const line = (row: object) => JSON.stringify(row);

function faultOf(body: () => unknown): Fault {
  try {
    body();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

test('sorts rows by kind, and keeps kinds it does not know (ST-10)', () => {
  const lane = laneRow(1);
  const note = annotationRow(2, { note: 'hello' });
  const lifecycle = { ...stampOf(3), event_type: 'MissionCreated', payload: {} };
  const others = [
    { ...stampOf(4), kind: 'hologram', from_lane: 7 },
    { ...stampOf(5), type: 'RetrospectiveCaptured', to_lane: 'planned' },
    { ...stampOf(6), event_name: 'retrospective.completed' },
    { ...stampOf(7), type: 'FromTheFuture' },
    { kind: 'without id' },
  ];
  expect(logOf(lane, note, lifecycle, ...others)).toEqual({
    laneEvents: [lane],
    annotations: [note],
    lifecycle: [lifecycle],
    others,
  });
});

test('a lane row with a stray type still counts', () => {
  expect(logOf({ ...laneRow(1), type: 'StatusEvent' }).laneEvents).toHaveLength(1);
});

test('skips blank lines, accepts CRLF and a missing newline at the end', () => {
  const log = decode(`\n  \n${line(laneRow(1))}\r\n\r\n${line(laneRow(2))}`);
  expect(log.laneEvents).toEqual([laneRow(1), laneRow(2)]);
});

test('completes old rows: slug under its old key, alias lanes', () => {
  const { mission_slug: slug, ...row } = laneRow(1);
  const old = { ...row, feature_slug: slug, from_lane: 'claimed', to_lane: 'Doing' };
  expect(logOf(old).laneEvents).toEqual([
    { ...laneRow(1), feature_slug: slug, from_lane: 'claimed', to_lane: 'in_progress' },
  ]);
});

test.each(['reason', 'review_ref', 'evidence', 'policy_metadata'])('completes old rows: %s', (key) => {
  expect(logOf({ ...laneRow(1), [key]: undefined }).laneEvents).toEqual([laneRow(1)]);
});

test('reads the structured form of an actor', () => {
  const actor = { role: 'implementer', profile: null, tool: 'claude', model: null };
  expect(logOf(laneRow(1, { actor })).laneEvents[0]?.actor).toEqual(actor);
});

test.each([
  ['the line is not JSON', '{"a": '],
  ['the line is not JSON', '<<<<<<< HEAD'],
  ['the line is not a JSON object', '[1]'],
  ['the line is not a JSON object', 'null'],
  ['event_id is missing', line({ ...laneRow(2), event_id: 7 })],
  ['wp_id is missing', line({ ...laneRow(2), wp_id: '' })],
  ['at is missing', line({ ...laneRow(2), at: null })],
  ['execution_mode is missing', line({ ...laneRow(2), execution_mode: null })],
  ['from_lane is not a lane', line({ ...laneRow(2), from_lane: 'uninitialized' })],
  ['to_lane is not a lane', line({ ...laneRow(2), to_lane: 'genesis' })],
  [
    'to_lane is not a lane',
    line({ event_id: 'x', wp_id: 'WP01', at: 'now', execution_mode: 'worktree', from_lane: 'planned' }),
  ],
  ['force is neither true nor false', line({ ...laneRow(2), force: 'yes' })],
  ['mission_slug is missing', line({ ...laneRow(2), mission_slug: null })],
  ['reason is not a text', line({ ...laneRow(2), reason: 1 })],
  ['policy_metadata is not an object', line({ ...laneRow(2), policy_metadata: [] })],
  ['actor is neither a text nor a binding', line({ ...laneRow(2), actor: { tool: 1 } })],
  ['actor is neither a text nor a binding', line({ ...annotationRow(2, {}), actor: null })],
  ['an annotation needs a ULID and a delta', line({ ...annotationRow(2, {}), event_id: 'short' })],
  ['an annotation needs a ULID and a delta', line({ ...annotationRow(2, {}), delta: null })],
  ['wp_id is missing', line({ ...annotationRow(2, {}), wp_id: null })],
])('%s: names file and line (ST-9) of %s', (what, bad) => {
  const fault = faultOf(() => decode(`${line(laneRow(1))}\n${bad}\n`, 40));
  expect(fault).toMatchObject({ kind: 'refused', code: 'LOG_CORRUPT', details: { file, line: 41 } });
  expect(fault.message).toBe(`The event log is corrupt: ${what}, in line 41 of ${file}`);
  expect(fault.hints.join()).toMatch(/`spec-kitty agent status doctor --mission [\w-]+`/);
});

test('drops repeats within a file and across files, whatever the order of keys', () => {
  const [one, two, three] = [laneRow(1), laneRow(2), annotationRow(3, { note: 'x' })];
  const turned = Object.fromEntries(Object.entries(two).toReversed());
  const log = decodeLog([
    { text: logText([two, one, three]), file: 'journal' },
    { text: `${line(turned)}\n${logText([three, one, laneRow(4)])}`, file },
  ]);
  expect(log.laneEvents).toEqual([two, one, laneRow(4)]);
  expect(log.annotations).toEqual([three]);
});

test('one event_id with two contents is corrupt, in whichever file the second one is (ST-9)', () => {
  const changed = { ...laneRow(1), policy_metadata: { agent: 'bob' } };
  const copies = [
    { text: logText([laneRow(1), laneRow(2)]), file: 'journal' },
    { text: logText([changed]), file, firstLine: 3 },
  ];
  expect(faultOf(() => decodeLog(copies)).details).toEqual({ file, line: 3 });
  expect(faultOf(() => logOf(laneRow(1), { ...laneRow(1), more: 1 })).code).toBe('LOG_CORRUPT');
  expect(faultOf(() => logOf({ ...laneRow(1), more: 1 }, laneRow(1))).code).toBe('LOG_CORRUPT');
  expect(faultOf(() => logOf(annotationRow(1, {}), laneRow(1))).code).toBe('LOG_CORRUPT');
});

test('raw rows are as stored: repeats kept, nothing decoded', () => {
  const odd = { to_lane: 'nowhere' };
  expect(rawRows({ text: `${line(odd)}\n\n${line(odd)}\n`, file })).toEqual([odd, odd]);
  expect(faultOf(() => rawRows({ text: '{}\nno', file })).details).toEqual({ file, line: 2 });
});
