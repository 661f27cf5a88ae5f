import type { Lane } from '@spec-kitty/protocol/lane';
import type { Evidence, ReviewResult } from '@spec-kitty/protocol/status-row';
import { REWORK, type PackageState } from '../status/package-state.ts';
import { REVIEW_CLAIM } from '../status/plan-hops.ts';
import { actorOf, type MoveRequest } from './move-request.ts';
import type { ReviewCycle } from './reject-package.ts';

/** What a step says about the review of its package. */
export interface Verdict {
  readonly reviewRef: string | null;
  readonly reviewResult: ReviewResult | null;
  readonly evidence: Evidence | null;
}

/** What a verdict is made from. */
export interface VerdictInput {
  readonly request: MoveRequest;
  readonly commit: string | null;
  readonly rejection: ReviewCycle | undefined;
  /** The package before the whole move. */
  readonly before: PackageState | undefined;
}

const NONE: Verdict = { reviewRef: null, reviewResult: null, evidence: null };

/** Fills in the review that a step into a lane records (L§7.6). */
export function verdictFor(to: Lane | undefined, input: VerdictInput): Verdict {
  switch (to) {
    case 'in_review':
      return { ...NONE, reviewRef: REVIEW_CLAIM };
    case 'approved':
    case 'done':
      return approval(to, input);
    case 'planned':
    case 'in_progress':
      return goingBack(input);
    default:
      return NONE;
  }
}

function approval(to: Lane, { request, commit, before }: VerdictInput): Verdict {
  const known = before?.slot.review_result;
  const approved = before?.slot.lane === 'approved';
  const stands = approved && known?.verdict === 'approved';
  if (!stands && !isReviewed(to, request)) return NONE;
  const given = {
    reviewer: request.reviewer ?? actorOf(request, [to]),
    verdict: 'approved',
    reference: referenceOf(request, commit),
  };
  // Completing approved work rests on the review that approved it.
  const result = stands ? known : given;
  const { reviewer, verdict, reference } = result;
  return {
    reviewRef: null,
    reviewResult: approved && to === 'done' ? null : result,
    evidence: { review: { reviewer, verdict, reference } },
  };
}

/** Whoever completes a package by force overrides its review, unless they say whose it is. */
function isReviewed(to: Lane, { force, reviewer, approvalRef, selfReview }: MoveRequest): boolean {
  const isNamed = reviewer !== undefined || approvalRef !== undefined || selfReview !== undefined;
  return !force || to === 'approved' || isNamed;
}

function goingBack({ rejection, commit, before }: VerdictInput): Verdict {
  if (rejection)
    return { reviewRef: rejection.result.reference, reviewResult: rejection.result, evidence: null };
  // Nobody rejected it: its lane has commits that the approval did not cover.
  return before?.slot.lane === 'approved' ? { ...NONE, reviewRef: `${REWORK}${commit ?? ''}` } : NONE;
}

function referenceOf({ approvalRef, note }: MoveRequest, commit: string | null): string {
  return approvalRef ?? note ?? (commit === null ? 'review' : `commit:${commit}`);
}
