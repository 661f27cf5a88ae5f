import { laneRow, packageAfter, stampOf, walk } from '@spec-kitty/testkit/status-rows';
import type { Lane, SourceLane } from '@spec-kitty/protocol/lane';
import type { LaneEvent, NewRow } from '@spec-kitty/protocol/status-row';
import { expect, test } from 'vitest';

const review = { reviewer: 'bob', verdict: 'changes_requested', reference: 'review-cycle://m/WP01/1' };

test('says who holds a package and who implemented it', () => {
  const steps = walk([
    'genesis',
    'planned',
    'claimed',
    'in_progress',
    'for_review',
    'in_review',
    'approved',
    'done',
  ]);
  const holders = steps.map((_, index) => packageAfter(...steps.slice(0, index + 1)));
  expect(holders.map((pkg) => pkg?.holder)).toEqual([null, 'ada', 'ada', null, 'ada', null, null]);
  expect(holders.map((pkg) => pkg?.implementers.length)).toEqual([0, 1, 1, 1, 1, 1, 1]);
});

test('counts as implementers those who claimed, started or submitted, by force or not, once each, by name', () => {
  const to = (n: number, from_lane: SourceLane, to_lane: Lane, facts: Partial<LaneEvent> = {}) =>
    laneRow(n, { from_lane, to_lane, ...facts });
  const implementers = (...rows: NewRow[]) => packageAfter(...rows)?.implementers;
  const claimed = to(1, 'planned', 'claimed');
  expect(implementers(claimed, to(2, 'claimed', 'in_progress', { actor: 'ADA' }))).toEqual(['ada']);
  expect(implementers(claimed, to(2, 'in_progress', 'for_review', { actor: 'bob' }))).toEqual(['ada', 'bob']);
  expect(implementers(to(1, 'blocked', 'in_progress', { actor: 'eve' }))).toEqual(['eve']);
  expect(implementers(to(1, 'in_review', 'in_progress', { actor: 'eve' }))).toEqual(['eve']);
  expect(implementers(to(1, 'in_review', 'in_progress', { actor: 'eve', review_result: review }))).toEqual(
    [],
  );
  expect(implementers(to(1, 'planned', 'claimed', { force: true }))).toEqual(['ada']);
  const handedOn = to(2, 'in_progress', 'planned');
  expect(implementers(claimed, handedOn)).toEqual(['ada']);
  expect(implementers(claimed, handedOn, to(3, 'planned', 'claimed', { actor: 'bob' }))).toEqual([
    'ada',
    'bob',
  ]);
  for (const actor of ['user', 'unknown', 'implement-command', '']) {
    expect(implementers(to(1, 'planned', 'claimed', { actor }))).toEqual([]);
  }
});

test('a rejected package goes back to its worker; one taken back goes to the taker', () => {
  const work = walk(['planned', 'claimed', 'in_progress', 'for_review', 'in_review']);
  const back = { from_lane: 'in_review', to_lane: 'in_progress', actor: 'bob' } as const;
  expect(packageAfter(...work, laneRow(9, { ...back, review_result: review }))?.holder).toBe('ada');
  expect(packageAfter(...work, laneRow(9, { ...back, force: true }))?.holder).toBe('bob');
  expect(packageAfter(laneRow(9, { ...back, review_result: review }))?.holder).toBe('bob');
});

test('what an earlier attempt left behind is gone: its worker too', () => {
  const first = walk(['planned', 'claimed', 'in_progress', 'planned']);
  const rejected = {
    from_lane: 'in_review',
    to_lane: 'in_progress',
    actor: 'bob',
    review_result: review,
  } as const;
  expect(packageAfter(...first, laneRow(9, rejected))).toMatchObject({ holder: 'bob', worker: 'bob' });
});

test('keeps the commits of the current attempt', () => {
  const base = laneRow(1, { policy_metadata: { base_commit: 'b1' } });
  const submitted = laneRow(2, {
    from_lane: 'in_progress',
    to_lane: 'for_review',
    policy_metadata: { commit: 'c1' },
  });
  const approved = laneRow(3, {
    from_lane: 'in_review',
    to_lane: 'approved',
    policy_metadata: { commit: 'c2' },
  });
  const commits = (...rows: NewRow[]) => [packageAfter(...rows)?.baseCommit, packageAfter(...rows)?.commit];
  expect(commits(base, submitted)).toEqual(['b1', 'c1']);
  expect(commits(base, submitted, approved)).toEqual(['b1', 'c2']);
  expect(commits(base, submitted, laneRow(4, { from_lane: 'in_review', to_lane: 'planned' }))).toEqual([
    null,
    null,
  ]);
});

test('remembers the latest rejection, with where its feedback is', () => {
  const rejected = laneRow(1, {
    from_lane: 'in_review',
    to_lane: 'planned',
    actor: 'bob',
    review_result: { ...review, feedback_path: 'tasks/WP01/review-cycle-1.md' },
  });
  const submitted = laneRow(0, { to_lane: 'for_review', policy_metadata: { commit: 'c1' } });
  expect(packageAfter(submitted, rejected, laneRow(2))?.lastRejection).toEqual({
    eventId: stampOf(1).event_id,
    at: stampOf(1).at,
    reviewer: 'bob',
    reference: review.reference,
    commit: 'c1',
    feedbackPath: 'tasks/WP01/review-cycle-1.md',
  });
  const byReference = laneRow(3, {
    from_lane: 'approved',
    to_lane: 'planned',
    review_ref: 'review-cycle://2',
  });
  expect(packageAfter(rejected, byReference)?.lastRejection).toMatchObject({
    reference: 'review-cycle://2',
    reviewer: 'ada',
  });
});

test.each([
  [
    'an approval',
    { from_lane: 'in_review', to_lane: 'approved', review_result: { ...review, verdict: 'approved' } },
  ],
  ['an approved package sent on', { from_lane: 'approved', to_lane: 'done', review_ref: 'x' }],
  [
    'an old review claim',
    { from_lane: 'for_review', to_lane: 'in_progress', review_ref: 'action-review-claim' },
  ],
  [
    'rework that nobody asked for',
    { from_lane: 'approved', to_lane: 'in_progress', review_ref: 'rework:c1' },
  ],
  ['a rewind without reference', { from_lane: 'in_review', to_lane: 'planned' }],
  ['a pause', { from_lane: 'in_progress', to_lane: 'planned', review_ref: 'x' }],
] as const)('%s is no rejection', (_, facts) => {
  expect(packageAfter(laneRow(1, facts))?.lastRejection).toBeNull();
});

test('a package that anybody ever started stays started, whoever recorded it', () => {
  const started = (...lanes: Parameters<typeof walk>[0]) => packageAfter(...walk(lanes))?.everStarted;
  expect(started('genesis', 'planned', 'blocked', 'canceled')).toBe(false);
  expect(started('planned', 'claimed', 'in_progress', 'planned')).toBe(true);
  expect(started('genesis', 'approved', 'planned')).toBe(true);
});
