import { annotationRow, laneRow, logText } from '@spec-kitty/testkit/status-rows';
import type { NewRow, RawRow } from '@spec-kitty/protocol/status-row';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { decodeLog } from '../status/rows/decode-log.ts';
import { reduce } from '../status/reduce.ts';
import { latestAcceptance } from '../status/acceptance.ts';
import { latestProposal } from './latest-proposal.ts';
import { latestMerge } from '../status/latest-merge.ts';
import { isAbandoned } from './abandonment.ts';
import { deriveLog } from './derive-log.ts';

const accepted = (n: number) => ({
  event_id: `01KE9${String(n).padStart(21, '0')}`,
  event_type: 'MissionAccepted',
  timestamp: `2026-01-0${n}T10:00:00.000000+00:00`,
  payload: { accepted_by: `ada ${n}`, acceptance_mode: 'local', commits: { WP01: `c${n}` } },
});
const ROWS: readonly (NewRow | RawRow)[] = [
  laneRow(1),
  laneRow(2, { from_lane: 'claimed', to_lane: 'in_progress' }),
  annotationRow(3, { note: 'half' }),
  laneRow(4, { from_lane: 'in_progress', to_lane: 'blocked', reason: 'r' }),
  laneRow(5, { wp_id: 'WP02', actor: 'bob' }),
  accepted(2),
  accepted(3),
  {
    event_id: '01KE8000000000000000000001',
    event_name: 'retrospective.completed',
    at: '2026-01-06T10:00:00.000000+00:00',
    payload: { record_path: 'retrospective.yaml' },
  },
  { event_id: '01KE8000000000000000000002', event_type: 'MissionAbandoned', payload: {} },
  { event_type: 'SomethingElse', payload: {} },
];

const sources = (rows: readonly (NewRow | RawRow)[]) => [
  { text: logText(rows), file: 'status.events.jsonl' },
];

test('derived in passing or as a whole, a log says the same, in any order and with repeats', () => {
  const order = fc.shuffledSubarray([...ROWS, ...ROWS]);
  fc.assert(
    fc.property(order, (rows) => {
      const log = decodeLog(sources(rows));
      expect(deriveLog(sources(rows))).toEqual({
        state: reduce(log),
        acceptance: latestAcceptance(log),
        merge: latestMerge(log),
        proposal: latestProposal(log),
        abandoned: isAbandoned(log, reduce(log)),
      });
    }),
  );
  const { state, acceptance } = deriveLog(sources(ROWS));
  expect([state.eventCount, state.packages.size, acceptance?.by]).toEqual([4, 2, 'ada 3']);
  expect(state.retrospective).not.toBeNull();
});

test('two copies of a log are one', () => {
  const [source = { text: '', file: '' }] = sources(ROWS);
  expect(deriveLog([source, { ...source, file: 'journal' }])).toEqual(deriveLog([source]));
});

test('a row repeated behind one with a lower id counts once', () => {
  const [low, high] = [laneRow(1, { wp_id: 'WP02' }), annotationRow(9, { note: 'once' })];
  const notes = deriveLog(sources([high, low, high])).state.packages.get('WP01')?.slot.notes;
  expect(notes).toHaveLength(1);
});

test('a log that cannot be read is refused, not half-derived', () => {
  expect(() => deriveLog([{ text: 'no json\n', file: 'log' }])).toThrow(Fault);
});
