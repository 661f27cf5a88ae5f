import { laneRow, packageAfter } from '@spec-kitty/testkit/status-rows';
import type { Lane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { decideImplementationClaim, decideReviewClaim } from './decide-claim.ts';
import { planHops } from './plan-hops.ts';
import type { Decision } from './refusal.ts';
import type { Transition } from './decide-transition.ts';

const claim = (actor: string) => ({ wpId: 'WP01', actor, workspaceContext: '.worktrees/m-lane-a' });
const put = (lane: Lane, actor = 'ada') =>
  packageAfter(laneRow(1, { from_lane: 'genesis', to_lane: lane, force: true, actor }));
const edges = (decision: Decision<readonly Transition[]>) =>
  decision.ok ? decision.value.map(({ from, to }) => `${from} ${to}`) : decision.refusal;

test('a planned package is claimed and started at once', () => {
  expect(edges(decideImplementationClaim(put('planned'), claim('bob')))).toEqual([
    'planned claimed',
    'claimed in_progress',
  ]);
});

test.each(['ada', ' Ada '])('the claimer starts what was only claimed: %s', (actor) => {
  expect(edges(decideImplementationClaim(put('claimed'), claim(actor)))).toEqual(['claimed in_progress']);
});

test.each(['implement-command', 'Unknown', ''])(
  'anybody takes over from the generic holder "%s"',
  (holder) => {
    expect(edges(decideImplementationClaim(put('claimed', holder), claim('bob')))).toEqual([
      'claimed in_progress',
    ]);
  },
);

test('a claim of what the actor has already changes nothing (ST-12)', () => {
  expect(edges(decideImplementationClaim(put('in_progress'), claim('ADA')))).toEqual([]);
  expect(edges(decideReviewClaim(put('in_review'), claim('ada')))).toEqual([]);
});

test.each(['claimed', 'in_progress'] as const)('what another has %s is refused by name (ST-12)', (lane) => {
  expect(edges(decideImplementationClaim(put(lane), claim('bob')))).toMatchObject({
    code: 'HELD_BY_OTHER',
    holder: 'ada',
    lane,
  });
});

test('work under way is not taken over even from a generic holder', () => {
  expect(edges(decideImplementationClaim(put('in_progress', 'unknown'), claim('bob')))).toMatchObject({
    code: 'HELD_BY_OTHER',
    holder: 'unknown',
  });
});

test('a claim names who claims and where', () => {
  expect(edges(decideImplementationClaim(put('planned'), claim(' ')))).toMatchObject({ code: 'GUARD_ACTOR' });
  expect(
    edges(decideImplementationClaim(put('planned'), { ...claim('bob'), workspaceContext: '' })),
  ).toMatchObject({
    code: 'GUARD_WORKSPACE',
  });
});

test('a package that was never finalized is not claimable', () => {
  expect(edges(decideImplementationClaim(undefined, claim('bob')))).toMatchObject({ code: 'NOT_FINALIZED' });
});

test('a review is taken over from the reviewer who is named as gone, and from nobody else', () => {
  const gone = { ...claim('bob'), releasedBy: 'Ada' };
  expect(edges(decideReviewClaim(put('in_review'), gone))).toEqual([
    'in_review for_review',
    'for_review in_review',
  ]);
  expect(edges(decideReviewClaim(put('in_review', 'eve'), gone))).toMatchObject({
    code: 'HELD_BY_OTHER',
    holder: 'eve',
  });
  const own = packageAfter(
    laneRow(1, { from_lane: 'genesis', to_lane: 'in_progress', force: true, actor: 'bob' }),
    laneRow(2, { from_lane: 'in_progress', to_lane: 'in_review', force: true, actor: 'ada' }),
  );
  expect(edges(decideReviewClaim(own, gone))).toMatchObject({ code: 'SELF_APPROVAL' });
});

test.each(['for_review', 'in_review', 'approved'] as const)(
  '%s is taken back for rework only on request',
  (lane) => {
    const pkg = put(lane);
    expect(edges(decideImplementationClaim(pkg, claim('bob')))).toMatchObject({
      code: 'NOT_CLAIMABLE',
      lane,
      rework: true,
    });
    expect(decideImplementationClaim(pkg, { ...claim('bob'), allowRework: true })).toMatchObject({
      ok: true,
      value: [
        { from: lane, to: 'in_progress', force: true, reason: `bob implements again what was ${lane}` },
      ],
    });
  },
);

test.each(['blocked', 'done', 'canceled'] as const)('%s is not claimable at all', (lane) => {
  const decision = decideImplementationClaim(put(lane), { ...claim('bob'), allowRework: true });
  expect(edges(decision)).toMatchObject({ code: 'NOT_CLAIMABLE', lane, rework: false });
});

test('a review claim moves to in_review, whoever implemented', () => {
  expect(decideReviewClaim(put('for_review'), claim('bob'))).toMatchObject({
    ok: true,
    value: [
      { from: 'for_review', to: 'in_review', reviewRef: 'action-review-claim', actor: 'bob', force: false },
    ],
  });
});

test('a review that another holds is refused by name; one that nobody in particular holds, as not reviewable', () => {
  expect(edges(decideReviewClaim(put('in_review'), claim('bob')))).toMatchObject({
    code: 'HELD_BY_OTHER',
    holder: 'ada',
  });
  expect(edges(decideReviewClaim(put('in_review', 'unknown'), claim('bob')))).toMatchObject({
    code: 'NOT_REVIEWABLE',
  });
});

test.each(['planned', 'claimed', 'in_progress', 'approved', 'done', 'blocked', 'canceled'] as const)(
  '%s is not reviewable',
  (lane) => {
    expect(edges(decideReviewClaim(put(lane), claim('bob')))).toMatchObject({ code: 'NOT_REVIEWABLE', lane });
  },
);

const review = { reviewer: 'bob', verdict: 'approved', reference: 'ref' };
const everything = {
  ...claim('user'),
  subtasksComplete: true,
  implementationEvidence: true,
  reviewResult: review,
  reviewRef: 'ref',
};

test('a forward move passes every lane between, each hop with what belongs to it', () => {
  const decision = planHops(put('planned'), { ...everything, to: 'done' });
  expect(edges(decision)).toEqual([
    'planned claimed',
    'claimed in_progress',
    'in_progress for_review',
    'for_review in_review',
    'in_review approved',
    'approved done',
  ]);
  expect(
    decision.ok && decision.value.map((hop) => [hop.to, hop.reviewRef, hop.reviewResult, hop.evidence]),
  ).toEqual([
    ['claimed', null, null, null],
    ['in_progress', null, null, null],
    ['for_review', null, null, null],
    ['in_review', 'action-review-claim', null, null],
    ['approved', null, review, { review }],
    ['done', 'ref', null, { review }],
  ]);
});

test('the first hop that is refused refuses the whole move', () => {
  expect(
    edges(planHops(put('claimed', 'user'), { ...everything, to: 'in_review', subtasksComplete: false })),
  ).toMatchObject({
    code: 'SUBTASKS_OPEN',
  });
});

test('hops do not launder a self-approval (ST-4)', () => {
  expect(edges(planHops(put('planned'), { ...everything, actor: 'ada', to: 'approved' }))).toMatchObject({
    code: 'SELF_APPROVAL',
    implementer: 'ada',
  });
});

test('backward, sideways and forced moves are single', () => {
  expect(edges(planHops(put('in_progress'), { ...everything, reason: 'x', to: 'planned' }))).toEqual([
    'in_progress planned',
  ]);
  expect(edges(planHops(put('planned'), { ...everything, to: 'blocked' }))).toEqual(['planned blocked']);
  expect(edges(planHops(put('blocked'), { ...everything, to: 'in_progress' }))).toEqual([
    'blocked in_progress',
  ]);
  expect(edges(planHops(put('planned'), { ...everything, to: 'done', force: true, reason: 'x' }))).toEqual([
    'planned done',
  ]);
  expect(edges(planHops(put('planned'), { ...everything, to: 'planned' }))).toMatchObject({
    code: 'LANE_EDGE_FORBIDDEN',
  });
  expect(edges(planHops(put('planned'), { ...everything, to: 'nowhere' }))).toMatchObject({
    code: 'LANE_UNKNOWN',
  });
});
