import { laneRow, packageAfter } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane, type SourceLane } from '@spec-kitty/protocol/lane';
import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { expect, test } from 'vitest';
import { decideReviewClaim } from './decide-claim.ts';
import { awaitsOther, hasImplemented, heldByOther, isSettled, type PackageState } from './package-state.ts';
import { LaneFold } from './reduce.ts';

type Move = readonly [SourceLane, Lane, Partial<LaneEvent>?];

function after(...moves: readonly Move[]): PackageState {
  const rows = moves.map(([from_lane, to_lane, facts], index) =>
    laneRow(index + 1, { from_lane, to_lane, ...facts }),
  );
  const state = packageAfter(...rows);
  if (state === undefined) throw new Error('A package with rows has a state.');
  return state;
}

const by = (actor: string, facts: Partial<LaneEvent> = {}) => ({ actor, ...facts });
const STARTED: readonly Move[] = [
  ['planned', 'claimed', by('ada')],
  ['claimed', 'in_progress', by('ada')],
];
const BLOCKED: readonly Move[] = [...STARTED, ['in_progress', 'blocked', by('ada')]];

test('a package needs no more work once it is approved or done', () => {
  const settled = LANES.filter((lane) =>
    isSettled(after(['genesis', lane, { force: true, reason: 'r' }]).slot.lane),
  );
  expect(settled).toEqual(['approved', 'done']);
});

test('blocked work waits for whoever did it; a nameless actor may end the block for them, and others only by force', () => {
  const blocked = after(...BLOCKED);
  expect([awaitsOther(blocked, 'bob'), awaitsOther(blocked, ' ADA '), awaitsOther(undefined, 'bob')]).toEqual(
    ['ada', undefined, undefined],
  );
  for (const nobody of ['user', 'unknown', '', 'Implement-Command'])
    expect(awaitsOther(blocked, nobody)).toBeUndefined();
  const holder = (actor: string, facts: Partial<LaneEvent> = {}) =>
    after(...BLOCKED, ['blocked', 'in_progress', by(actor, facts)]).holder;
  expect([holder('user'), holder('ada'), holder('bob')]).toEqual(['ada', 'ada', 'bob']);
  expect(holder('user', { force: true, reason: 'r' })).toBe('user');
  expect(after(['genesis', 'blocked'], ['blocked', 'in_progress', by('user')]).holder).toBe('user');
  // Only a block: a nameless actor who starts what somebody claimed holds it.
  expect(after(['planned', 'claimed', by('ada')], ['claimed', 'in_progress', by('user')]).holder).toBe(
    'user',
  );
});

test('a generic name holds nothing against anybody, however it is written', () => {
  for (const name of ['unknown', ' Unknown ', 'IMPLEMENT-COMMAND', ''])
    expect(heldByOther(after(['planned', 'claimed', by(name)]), 'bob')).toBeUndefined();
  expect(heldByOther(after(['planned', 'claimed', by('ada')]), 'bob')).toBe('ada');
  expect(heldByOther(after(['planned', 'claimed', by('ada')]), 'ADA')).toBeUndefined();
  expect(heldByOther(undefined, 'bob')).toBeUndefined();
  expect(after(['planned', 'claimed', by(' User ')]).implementers).toEqual([]);
});

test('who holds it while it is worked on has implemented it, by whatever way it came there; a reviewer has not', () => {
  const forced = { force: true, reason: 'r' };
  for (const lane of ['claimed', 'in_progress'] as const)
    expect(hasImplemented(after(['genesis', lane, by('ada', forced)]), 'Ada')).toBe(true);
  const reviewed = after(['for_review', 'in_review', by('bob')]);
  expect([reviewed.holder, hasImplemented(reviewed, 'bob')]).toEqual(['bob', false]);
  expect(hasImplemented(after(['genesis', 'claimed', by('ada', forced)]), 'bob')).toBe(false);
  expect(hasImplemented(after(['genesis', 'claimed', by('user', forced)]), 'user')).toBe(false);
  expect(hasImplemented(after(['genesis', 'planned']), 'bob')).toBe(false);
});

test('work that a review sends back goes to who did it, not to the reviewer', () => {
  const inReview: readonly Move[] = [
    ...STARTED,
    ['in_progress', 'for_review'],
    ['for_review', 'in_review', by('bob')],
  ];
  const back = (facts: Partial<LaneEvent>) =>
    after(...inReview, ['in_review', 'in_progress', by('bob', facts)]);
  const rejected = { reviewer: 'bob', verdict: 'changes_requested', reference: 'ref' };
  expect(back({ review_ref: 'ref' }).holder).toBe('ada');
  expect(back({ review_result: rejected }).holder).toBe('ada');
  expect(back({ review_ref: 'force-override' }).holder).toBe('bob');
  expect(back({ review_ref: 'rework:c0ffee' }).holder).toBe('bob');
});

test('nobody takes their own work for review, and nobody a package that is not there', () => {
  const submitted = after(...STARTED, ['in_progress', 'for_review', by('ada')]);
  expect(decideReviewClaim(submitted, { wpId: 'WP01', actor: 'ada' })).toEqual({
    ok: false,
    refusal: { code: 'SELF_APPROVAL', wpId: 'WP01', to: 'in_review', implementer: 'ada' },
  });
  expect(decideReviewClaim(submitted, { wpId: 'WP01', actor: 'bob' })).toMatchObject({ ok: true });
  expect(decideReviewClaim(undefined, { wpId: 'WP01', actor: 'bob' })).toMatchObject({
    ok: false,
    refusal: { code: 'NOT_REVIEWABLE' },
  });
});

test('force is counted, and the word of whoever forced an approval stands until something else does', () => {
  const forced = { force: true, reason: 'r' };
  const approved = after(['genesis', 'approved', by('bob', forced)]);
  expect([approved.slot.force_count, approved.override?.actor]).toEqual([1, 'bob']);
  expect(after(['genesis', 'approved', forced], ['approved', 'done']).override).toMatchObject({
    to: 'approved',
  });
  expect(
    after(['genesis', 'approved', forced], ['approved', 'planned', { review_ref: 'r' }]).override,
  ).toBeNull();
  expect(after(['genesis', 'claimed', forced], ['claimed', 'claimed', forced]).slot.force_count).toBe(2);
  expect(after(['genesis', 'in_review', forced], ['in_review', 'done']).override).toBeNull();
  expect(after(['genesis', 'approved', { force: true }]).override?.reason).toBe('');
});

test('a log is folded in passing only in the order of its times', () => {
  const fold = new LaneFold();
  const [first, second] = [laneRow(1), laneRow(2)];
  expect(fold.isNext(second)).toBe(true);
  fold.add(second);
  expect([fold.isNext(first), fold.isNext(second), fold.isNext(laneRow(3))]).toEqual([false, true, true]);
});

test('whoever takes work up by force has implemented it, also once it is with others', () => {
  const forced = { force: true, reason: 'by hand' };
  const handedIn: Move = ['in_progress', 'for_review', by('user')];
  for (const from of ['planned', 'canceled', 'for_review', 'approved', 'done'] as const) {
    const pkg = after([from, 'in_progress', by('ada', forced)], handedIn);
    expect(hasImplemented(pkg, 'Ada'), from).toBe(true);
  }
  expect(
    after(['blocked', 'claimed', by('ada', forced)], ['claimed', 'in_progress', by('user')]).implementers,
  ).toEqual(['ada']);
  const submitted = after(['planned', 'for_review', by('ada', forced)]);
  expect(decideReviewClaim(submitted, { wpId: 'WP01', actor: 'ada' }).ok).toBe(false);
});

test('whoever sends work back, or gives a review back, has not implemented it', () => {
  const forced = { force: true, reason: 'too large' };
  const reviewed: readonly Move[] = [
    ...STARTED,
    ['in_progress', 'for_review', by('ada')],
    ['for_review', 'in_review', by('bob')],
  ];
  for (const back of [
    ['in_review', 'for_review', by('bob', forced)],
    ['in_review', 'in_progress', by('bob', { review_ref: 'review-cycle://1' })],
    ['in_review', 'planned', by('bob', forced)],
  ] as const satisfies readonly Move[])
    expect(after(...reviewed, back).implementers, back[1]).toEqual(['ada']);
});
