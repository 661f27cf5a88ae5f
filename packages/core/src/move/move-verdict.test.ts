import { laneRow, packageAfter } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane } from '@spec-kitty/protocol/lane';
import type { ReviewResult } from '@spec-kitty/protocol/status-row';
import { describe, expect, test } from 'vitest';
import type { MoveRequest } from './move-request.ts';
import { verdictFor, type VerdictInput } from './move-verdict.ts';

const REQUEST: MoveRequest = {
  mission: undefined,
  wp: 'WP01',
  to: 'x',
  agent: undefined,
  note: undefined,
  force: false,
};
const NONE = { reviewRef: null, reviewResult: null, evidence: null };

function verdict(to: Lane | undefined, request: Partial<MoveRequest> = {}, more: Partial<VerdictInput> = {}) {
  const input = { commit: null, rejection: undefined, before: undefined, ...more };
  return verdictFor(to, { ...input, request: { ...REQUEST, ...request } });
}

function standing(lane: Lane, review: ReviewResult | null = null) {
  return packageAfter(
    laneRow(1, { from_lane: 'in_review', to_lane: lane, review_result: review, force: true, reason: 'r' }),
  );
}

test('a step that decides nothing says nothing of a review', () => {
  const deciding = new Set<Lane>(['in_review', 'approved', 'done', 'planned', 'in_progress']);
  for (const lane of [...LANES.filter((one) => !deciding.has(one)), undefined])
    expect(verdict(lane, { agent: 'bob', note: 'n' }, { commit: 'c', before: standing('approved') })).toEqual(
      NONE,
    );
});

test('taking a package for review says so', () => {
  expect(verdict('in_review')).toEqual({ ...NONE, reviewRef: 'action-review-claim' });
});

describe('an approval', () => {
  const result = (facts: Partial<ReviewResult> = {}) => ({
    reviewer: 'user',
    verdict: 'approved',
    reference: 'review',
    ...facts,
  });

  test.each<[string, Partial<MoveRequest>, string | null, Partial<ReviewResult>]>([
    ['nothing is given', {}, null, {}],
    ['the agent reviews', { agent: 'bob' }, null, { reviewer: 'bob' }],
    ['a reviewer is named', { agent: 'bob', reviewer: 'eve' }, null, { reviewer: 'eve' }],
    ['the commit is the reference', {}, 'c0ffee', { reference: 'commit:c0ffee' }],
    ['a note comes before the commit', { note: 'seen' }, 'c0ffee', { reference: 'seen' }],
    [
      'a reference comes before the note',
      { note: 'seen', approvalRef: 'PR 7' },
      'c0ffee',
      { reference: 'PR 7' },
    ],
  ])('names reviewer, verdict and reference: %s', (_, request, commit, facts) => {
    for (const lane of ['approved', 'done'] as const) {
      const expected = result(facts);
      expect(verdict(lane, request, { commit }).reviewResult).toEqual(expected);
      expect(verdict(lane, request, { commit, before: standing('in_review') })).toEqual({
        reviewRef: null,
        reviewResult: expected,
        evidence: { review: expected },
      });
    }
  });

  const known = { reviewer: 'eve', verdict: 'approved', reference: 'PR 7', feedback_path: 'f.md' };

  test('completing approved work rests on the review that approved it, without its feedback', () => {
    const { feedback_path: _, ...review } = known;
    const before = standing('approved', known);
    expect(before?.slot.review_result).toEqual(known);
    expect(verdict('done', { agent: 'bob' }, { before })).toEqual({ ...NONE, evidence: { review } });
    expect(verdict('approved', { agent: 'bob' }, { before })).toMatchObject({ reviewResult: known });
  });

  test('a package that is done by force has no review but the one that is named', () => {
    const forced = { agent: 'bob', note: 'by hand', force: true };
    for (const before of [undefined, standing('planned'), standing('in_review', known), standing('approved')])
      expect(verdict('done', forced, { before, commit: 'c' })).toEqual(NONE);
    expect(verdict('done', { ...forced, person: 'Ada', agent: undefined })).toEqual(NONE);
    const { feedback_path: _, ...review } = known;
    expect(verdict('done', forced, { before: standing('approved', known) })).toEqual({
      ...NONE,
      evidence: { review },
    });
    const named = [
      [{ reviewer: 'eve' }, result({ reviewer: 'eve', reference: 'by hand' })],
      [{ approvalRef: 'PR 7' }, result({ reviewer: 'bob', reference: 'PR 7' })],
      [
        { selfReview: { intendedReviewer: 'eve', failureReason: 'away' } },
        result({ reviewer: 'bob', reference: 'by hand' }),
      ],
    ] as const;
    for (const [more, expected] of named)
      expect(verdict('done', { ...forced, ...more }).reviewResult).toEqual(expected);
    expect(verdict('approved', forced).reviewResult).toEqual(
      result({ reviewer: 'bob', reference: 'by hand' }),
    );
  });

  test('an older review is none, and neither is one that did not approve', () => {
    const given = result({ reviewer: 'bob' });
    const rejected = { ...known, verdict: 'changes_requested' };
    expect(verdict('done', { agent: 'bob' }, { before: standing('in_review', known) }).reviewResult).toEqual(
      given,
    );
    for (const review of [rejected, null]) {
      const made = verdict('done', { agent: 'bob' }, { before: standing('approved', review) });
      expect(made).toEqual({ ...NONE, evidence: { review: given } });
    }
  });
});

describe.each(['planned', 'in_progress'] as const)('going back to %s', (lane) => {
  test('says why it was rejected', () => {
    const result = { reviewer: 'eve', verdict: 'changes_requested', reference: 'review-cycle://1' };
    const rejection = { file: 'f.md', text: 't', reason: 'r', result };
    expect(verdict(lane, {}, { rejection, commit: 'c', before: standing('approved') })).toEqual({
      reviewRef: 'review-cycle://1',
      reviewResult: result,
      evidence: null,
    });
  });

  test('without a rejection, only approved work says that it was reworked, and from which commit', () => {
    const before = standing('approved');
    expect(verdict(lane, {}, { commit: 'c0ffee', before })).toEqual({ ...NONE, reviewRef: 'rework:c0ffee' });
    expect(verdict(lane, {}, { before })).toEqual({ ...NONE, reviewRef: 'rework:' });
    expect(verdict(lane, {}, { commit: 'c0ffee', before: standing('in_review') })).toEqual(NONE);
    expect(verdict(lane, {}, { commit: 'c0ffee' })).toEqual(NONE);
  });
});
