import { laneRow, logOf, walk } from '@spec-kitty/testkit/status-rows';
import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { expect, test } from 'vitest';
import { undoneApprovals } from './undone-approvals.ts';

const APPROVED = walk([
  'genesis',
  'planned',
  'claimed',
  'in_progress',
  'for_review',
  'in_review',
  'approved',
]);
const from = (n: number, from_lane: LaneEvent['from_lane'], to_lane: LaneEvent['to_lane'], more = {}) =>
  laneRow(n, { from_lane, to_lane, actor: 'zoe', ...more });
const CLAIM = [from(10, 'planned', 'claimed'), from(11, 'claimed', 'in_progress')];
const found = (...more: readonly LaneEvent[]) =>
  undoneApprovals({ directory: 'pay-01KE6Z2V' }, logOf(...APPROVED, ...more));

test('an approval that a claim from another clone has undone is told, with how its work goes on', () => {
  expect(found(...CLAIM)).toEqual([
    {
      severity: 'warning',
      category: 'undone_approval',
      wp_id: 'WP01',
      message:
        'WP01 was approved by ada, and zoe, who had it as planned in another clone, has made it claimed since; it is in_progress now.',
      recommended_action:
        'Agree on whose work counts, have it on the lane, and send it to review again: `spec-kitty agent tasks move-task WP01 --to for_review --agent zoe --mission pay-01KE6Z2V`.',
    },
  ]);
});

test.each<[string, readonly LaneEvent[]]>([
  ['stands', []],
  ['was taken back by force', [from(10, 'planned', 'claimed', { force: true, reason: 'r' })]],
  ['was taken back as the rules have it', [from(10, 'approved', 'in_progress', { review_ref: 'r' })]],
  ['was followed by another', [...CLAIM, from(12, 'in_progress', 'approved')]],
  ['is of no interest any more', [...CLAIM, from(12, 'in_progress', 'canceled')]],
])('an approval that %s is not', (_, more) => {
  expect(found(...more)).toEqual([]);
});
