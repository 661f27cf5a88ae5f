import { annotationRow, laneRow, logOf } from '@spec-kitty/testkit/status-rows';
import { LANES } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { board } from './board.ts';
import { reduce } from './reduce.ts';

const put = (lanes: readonly (typeof LANES)[number][]) =>
  reduce(logOf(...lanes.map((to_lane, index) => laneRow(index, { wp_id: `WP${index + 10}`, to_lane }))));
const ids = (count: number) => Array.from({ length: count }, (_, index) => `WP${index + 10}`);

test('counts files per lane; a file without events is genesis and weighs nothing', () => {
  const state = reduce(
    logOf(laneRow(1, { to_lane: 'approved' }), annotationRow(2, { note: 'x' }, { wp_id: 'WP02' })),
  );
  expect(board(['WP01', 'WP03'], state)).toEqual({
    by_lane: { approved: 1, genesis: 1 },
    total_wps: 2,
    done_count: 0,
    done_percentage: 0,
    weighted_percentage: 40,
  });
});

test.each([
  ['planned', 0],
  ['claimed', 5],
  ['in_progress', 30],
  ['for_review', 60],
  ['in_review', 70],
  ['approved', 80],
  ['done', 100],
  ['blocked', 0],
  ['canceled', 0],
] as const)('%s weighs %d %%', (lane, weight) => {
  expect(board(ids(1), put([lane])).weighted_percentage).toBe(weight);
});

test.each([
  [1, 3, 33.3],
  [2, 3, 66.7],
  [1, 16, 6.2],
  [3, 16, 18.8],
  [5, 16, 31.2],
  [7, 16, 43.8],
])('%d of %d rounds to %d, exact ties going to the even digit', (done, total, percentage) => {
  const lanes = ids(total).map((_, index) => (index < done ? 'done' : 'planned'));
  expect(board(ids(total), put(lanes))).toMatchObject({
    done_percentage: percentage,
    weighted_percentage: percentage,
  });
});

test('nothing is nothing', () => {
  expect(board([], reduce(logOf()))).toEqual({
    by_lane: {},
    total_wps: 0,
    done_count: 0,
    done_percentage: 0,
    weighted_percentage: 0,
  });
});
