import { missionView } from '@spec-kitty/testkit/mission-view';
import { laneRow, packageAfter } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { parseInstant } from '../parse-instant.ts';
import { missionBoard } from './mission-board.ts';
import { stalledReviews, staleWork } from './held-too-long.ts';

const AT = '2026-01-05T10:00:00.000000+00:00';
const put = (wp_id: string, to_lane: Lane, n = 1) =>
  laneRow(n, { wp_id, from_lane: 'genesis', to_lane, force: true, reason: 'r', at: AT });
const MINUTE = 60_000_000;
const DAY = 24 * 60 * MINUTE;
const later = (micros: number) => (parseInstant(AT) ?? 0) + micros;

test('plan and log are joined, package by package, in the order of the files', () => {
  const packages = [
    { id: 'WP02', dependencies: ['WP01', 'WP03'] },
    { id: 'WP01' },
    { id: 'WP03', dependencies: ['WP01'] },
  ];
  const rows = [put('WP02', 'planned'), laneRow(2, { wp_id: 'WP01', at: AT })];
  const view = missionView({ packages, rows });
  const board = missionBoard(view, later(0));
  expect(board.rows.map(({ wp, lane, holder, waitsFor }) => [wp.id, lane, holder, waitsFor])).toEqual([
    ['WP02', 'planned', null, ['WP01', 'WP03']],
    ['WP01', 'claimed', 'ada', []],
    // Before finalization nothing waits: it cannot be claimed anyway.
    ['WP03', 'genesis', null, []],
  ]);
  expect(board.rows.map(({ slot }) => slot?.lane ?? null)).toEqual(['planned', 'claimed', null]);
  expect(board.numbers).toMatchObject({ total_wps: 3, by_lane: { planned: 1, claimed: 1, genesis: 1 } });
  expect([board.stale, board.stalledReviews]).toEqual([[], []]);
});

test('a step by force is shown as such, and a step by the rules is not', () => {
  const forced = missionView({
    packages: [{ id: 'WP01' }, { id: 'WP02' }],
    rows: [put('WP01', 'approved'), laneRow(2, { wp_id: 'WP02' })],
  });
  const [approved, planned] = missionBoard(forced, later(0)).rows;
  expect(approved?.override).toEqual(packageAfter(put('WP01', 'approved'))?.override);
  expect(approved?.override).toMatchObject({ to: 'approved', reason: 'r' });
  expect(planned?.override).toBeNull();
});

const DAYS: Partial<Record<Lane, number>> = { claimed: 7, in_progress: 14 };

test.each(LANES)('what somebody works on is stale after its days, to the minute: %s', (lane) => {
  const { state } = missionView({ rows: [put('WP01', lane)] });
  const days = DAYS[lane];
  const holder = state.packages.get('WP01')?.holder ?? '';
  expect(staleWork(state, later(365 * DAY)).map(({ wpId }) => wpId)).toEqual(days ? ['WP01'] : []);
  if (!days) return;
  expect(staleWork(state, later(days * DAY - 1))).toEqual([]);
  expect(staleWork(state, later(days * DAY))).toEqual([
    { wpId: 'WP01', lane, holder, minutes: days * 24 * 60 },
  ]);
  const limits = { claimedDays: 1, inProgressDays: 1 };
  expect([staleWork(state, later(DAY - 1), limits), staleWork(state, later(DAY), limits)]).toMatchObject([
    [],
    [{ lane }],
  ]);
});

test.each(LANES)('a review stalls after half an hour, and nothing else does: %s', (lane) => {
  const { state } = missionView({ rows: [put('WP01', lane)] });
  const reviewed = lane === 'in_review';
  expect(stalledReviews(state, later(30 * MINUTE - 1))).toEqual([]);
  expect(stalledReviews(state, later(30 * MINUTE)).map(({ minutes }) => minutes)).toEqual(
    reviewed ? [30] : [],
  );
  expect(stalledReviews(state, later(DAY)).map(({ wpId }) => wpId)).toEqual(reviewed ? ['WP01'] : []);
});

test('a package in a lane since nobody knows when is not held too long, and one that nobody holds is', () => {
  const { state } = missionView({ rows: [put('WP01', 'claimed')] });
  const known = state.packages.get('WP01');
  if (!known) throw new Error('WP01 is gone');
  const stale = (slot: typeof known.slot) =>
    staleWork(
      { ...state, packages: new Map([['WP01', { ...known, holder: null, slot }]]) },
      later(365 * DAY),
    );
  expect(stale(known.slot)).toMatchObject([{ wpId: 'WP01', holder: '' }]);
  for (const last_transition_at of [null, 'yesterday'])
    expect(stale({ ...known.slot, last_transition_at })).toEqual([]);
});

test('the board tells why a package is where it is', () => {
  const row = laneRow(1, {
    wp_id: 'WP01',
    from_lane: 'in_progress',
    to_lane: 'blocked',
    force: true,
    reason: 'no key',
  });
  const view = missionView({ packages: [{ id: 'WP01' }], rows: [row] });
  expect(missionBoard(view, later(0)).rows[0]?.reason).toBe('no key');
});

test('the board says what is held too long at its time', () => {
  const view = missionView({
    packages: [{ id: 'WP01' }, { id: 'WP02' }],
    rows: [put('WP01', 'in_review'), put('WP02', 'claimed', 2)],
  });
  expect(missionBoard(view, later(8 * DAY))).toMatchObject({
    stale: [{ wpId: 'WP02' }],
    stalledReviews: [{ wpId: 'WP01' }],
  });
});
