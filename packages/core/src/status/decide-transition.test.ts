import { laneRow, packageAfter, walk } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane, type SourceLane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { decideTransition, type TransitionRequest } from './decide-transition.ts';
import type { PackageState } from './package-state.ts';
import type { Refusal } from './refusal.ts';
import { NEXT_LANES } from './transitions.ts';

const review = { reviewer: 'bob', verdict: 'approved', reference: 'review-cycle://m/WP01/review-cycle-1.md' };

/** Meets every guard at once, so that what is taken away is what a test is about. */
const complete: TransitionRequest = {
  wpId: 'WP01',
  to: 'planned',
  actor: 'bob',
  reason: 'because',
  reviewRef: review.reference,
  evidence: { review },
  reviewResult: review,
  workspaceContext: '.worktrees/m-lane-a',
  subtasksComplete: true,
  implementationEvidence: true,
};

/** A package that got into a lane in one forced step by nobody in particular. */
function inLane(lane: SourceLane): PackageState | undefined {
  if (lane === 'genesis') return undefined;
  return packageAfter(laneRow(1, { from_lane: 'genesis', to_lane: lane, force: true, actor: 'unknown' }));
}

const implemented = packageAfter(...walk(['planned', 'claimed', 'in_progress', 'for_review', 'in_review']));

type Case = readonly [pkg: PackageState | undefined, request: Partial<TransitionRequest>, refusal?: object];

/** One example or more per code; a code without a row does not compile. */
const REFUSALS: Record<
  Exclude<Refusal['code'], 'NOT_FINALIZED' | 'NOT_CLAIMABLE' | 'NOT_REVIEWABLE'>,
  Case[]
> = {
  LANE_UNKNOWN: [
    [undefined, { to: ' Dooing ' }, { text: ' Dooing ' }],
    [undefined, { to: 'limbo', force: true }, { text: 'limbo' }],
  ],
  LANE_NOT_A_TARGET: [
    [inLane('planned'), { to: 'genesis', force: true }, { lane: 'genesis' }],
    [inLane('planned'), { to: 'Uninitialized', force: true }, { lane: 'uninitialized' }],
  ],
  FORCE_NEEDS_ACTOR: [[inLane('done'), { to: 'planned', force: true, actor: ' ' }, { to: 'planned' }]],
  FORCE_NEEDS_REASON: [
    [inLane('done'), { to: 'planned', force: true, reason: ' ' }, { to: 'planned' }],
    [inLane('planned'), { to: 'claimed', force: true, reason: null }, { to: 'claimed' }],
  ],
  LANE_EDGE_FORBIDDEN: [
    [
      inLane('planned'),
      { to: 'done' },
      { from: 'planned', to: 'done', allowed: ['claimed', 'blocked', 'canceled'] },
    ],
    [inLane('done'), { to: 'planned' }, { from: 'done', to: 'planned', allowed: [] }],
    [inLane('blocked'), { to: 'planned' }, { allowed: ['in_progress', 'canceled'] }],
  ],
  GUARD_ACTOR: [
    [inLane('planned'), { to: 'claimed', actor: '' }],
    [inLane('for_review'), { to: 'in_review', actor: '  ' }],
  ],
  GUARD_WORKSPACE: [[inLane('claimed'), { to: 'in_progress', workspaceContext: ' ' }]],
  SUBTASKS_OPEN: [
    [inLane('in_progress'), { to: 'for_review', subtasksComplete: false, implementationEvidence: false }],
    [inLane('in_progress'), { to: 'for_review', subtasksComplete: undefined }],
  ],
  NO_COMMITS: [[inLane('in_progress'), { to: 'for_review', implementationEvidence: undefined }]],
  GUARD_APPROVAL: [
    [inLane('approved'), { to: 'done', evidence: null }],
    [inLane('approved'), { to: 'done', evidence: { review: { ...review, verdict: 'changes_requested' } } }],
    [
      packageAfter(...walk(['planned', 'claimed', 'in_progress'])),
      { to: 'approved', evidence: { review: { ...review, reference: '' } } },
    ],
  ],
  GUARD_REASON: [[inLane('in_progress'), { to: 'planned', reason: undefined }]],
  GUARD_REVIEW_RESULT: [
    [inLane('in_review'), { to: 'approved', reviewResult: null }],
    [inLane('in_review'), { to: 'planned', reviewResult: { ...review, reviewer: ' ' } }],
    [inLane('in_review'), { to: 'canceled', reviewResult: { ...review, verdict: '' } }],
    [inLane('in_review'), { to: 'blocked', reviewResult: { ...review, reference: '' } }],
  ],
  GUARD_VERDICT: [
    [
      inLane('in_review'),
      { to: 'done', reviewResult: { ...review, verdict: 'changes_requested' }, reviewRef: 'x' },
    ],
  ],
  GUARD_REVIEW_REF: [
    [inLane('approved'), { to: 'planned', reviewRef: '' }],
    [inLane('approved'), { to: 'in_progress', reviewRef: null }],
  ],
  REVIEW_REF_MISMATCH: [[inLane('in_review'), { to: 'approved', reviewRef: 'other' }]],
  EVIDENCE_MISMATCH: [
    [inLane('in_review'), { to: 'approved', evidence: { review: { ...review, reviewer: 'eve' } } }],
    [inLane('in_review'), { to: 'planned', evidence: { review: { ...review, reference: 'other' } } }],
    [
      inLane('in_review'),
      { to: 'planned', evidence: { review: { ...review, verdict: 'changes_requested' } } },
    ],
  ],
  HELD_BY_OTHER: [
    [
      packageAfter(...walk(['planned', 'claimed'])),
      { to: 'in_progress' },
      { lane: 'claimed', holder: 'ada' },
    ],
  ],
  SELF_APPROVAL: [
    [implemented, { to: 'approved', actor: ' ADA ' }, { to: 'approved', implementer: ' ADA ' }],
    [implemented, { to: 'done', actor: 'ada' }, { to: 'done' }],
    [
      implemented,
      { to: 'approved', evidence: null, reviewRef: null, reviewResult: { ...review, reviewer: 'ada' } },
      { implementer: 'ada' },
    ],
    [
      packageAfter(laneRow(1, { from_lane: 'planned', to_lane: 'in_progress', force: true, reason: 'x' })),
      { to: 'approved', actor: 'ada' },
      { implementer: 'ada' },
    ],
  ],
};

const refusals = Object.entries(REFUSALS).flatMap(([code, cases]) =>
  cases.map((example): [string, Case] => [code, example]),
);

test.each(refusals)('refuses with %s', (code, [pkg, request, facts = {}]) => {
  const decision = decideTransition(pkg, { ...complete, ...request });
  expect(decision).toMatchObject({ ok: false, refusal: { code, wpId: 'WP01', ...facts } });
});

test('accepts exactly the edges of the table when every guard is met (ST-1, ST-5, ST-7)', () => {
  for (const from of Object.keys(NEXT_LANES) as SourceLane[]) {
    const accepted = LANES.filter((to) => {
      const decision = decideTransition(inLane(from), { ...complete, to });
      if (decision.ok)
        expect(decision.value).toMatchObject({ from, to, force: false, approvingImplementer: null });
      return decision.ok;
    });
    expect(accepted.toSorted()).toEqual(NEXT_LANES[from].toSorted());
  }
});

test('force with actor and reason reaches all nine lanes from everywhere, and says so', () => {
  const force = { wpId: 'WP01', actor: 'eve', reason: 'lost laptop', force: true };
  for (const from of Object.keys(NEXT_LANES) as SourceLane[]) {
    for (const to of LANES) {
      const decision = decideTransition(inLane(from), { ...force, to });
      expect(decision).toMatchObject({ ok: true, value: { from, to, force: true, reason: 'lost laptop' } });
    }
  }
});

test('reads the target as a person types it', () => {
  const decision = decideTransition(inLane('blocked'), { wpId: 'WP01', to: ' Doing ', actor: 'bob' });
  expect(decision).toMatchObject({ ok: true, value: { to: 'in_progress' } });
});

test('a package that only annotations touched moves like genesis', () => {
  const decision = decideTransition(packageAfter(), { ...complete, to: 'planned' });
  expect(decision).toMatchObject({ ok: true, value: { from: 'genesis' } });
});

test('an approving result becomes evidence, so that done never lacks it (ST-2)', () => {
  const decision = decideTransition(inLane('in_review'), {
    wpId: 'WP01',
    to: 'done',
    actor: 'bob',
    reviewResult: { ...review, feedback_path: 'tasks/WP01/review-cycle-1.md' },
  });
  expect(decision).toMatchObject({ ok: true, value: { evidence: { review } } });
});

test('an implementer approves by force only, and the decision shows it (ST-4)', () => {
  const force = { ...complete, actor: 'ada', force: true };
  expect(decideTransition(implemented, { ...force, to: 'approved' })).toMatchObject({
    value: { approvingImplementer: 'ada' },
  });
  expect(decideTransition(implemented, { ...force, to: 'planned' })).toMatchObject({
    value: { approvingImplementer: null },
  });
  expect(decideTransition(implemented, { ...force, actor: 'bob', to: 'approved' })).toMatchObject({
    value: { approvingImplementer: null },
  });
});

test('merging what somebody else approved is no approval', () => {
  const approved = packageAfter(
    ...walk(['planned', 'claimed', 'in_progress', 'for_review', 'in_review', 'approved']),
  );
  const merge = { ...complete, to: 'done' as Lane, actor: 'ada' };
  expect(decideTransition(approved, merge)).toMatchObject({
    ok: true,
    value: { approvingImplementer: null },
  });
});
