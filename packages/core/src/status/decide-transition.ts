import { parseLane, type Lane, type SourceLane } from '@spec-kitty/protocol/lane';
import type { Evidence, ReviewResult } from '@spec-kitty/protocol/status-row';
import { awaitsOther, hasImplemented, heldByOther, sourceLane, type PackageState } from './package-state.ts';
import { accept, refuse, type Decision, type GuardCode, type Refusal } from './refusal.ts';
import { NEXT_LANES } from './transitions.ts';

/** A wish to move one package, with everything that the guards of L§3.2 ask for; absent means not given. */
export interface TransitionRequest {
  readonly wpId: string;
  /** As a person types it: trimmed, lower-cased, aliases resolved. */
  readonly to: string;
  readonly actor: string;
  readonly force?: boolean | undefined;
  readonly reason?: string | null | undefined;
  readonly reviewRef?: string | null | undefined;
  readonly evidence?: Evidence | null | undefined;
  readonly reviewResult?: ReviewResult | null | undefined;
  /** Anything that says where the work happens, such as the workspace path. */
  readonly workspaceContext?: string | null | undefined;
  readonly subtasksComplete?: boolean | undefined;
  /** Whether the lane holds commits of this package; an earlier event proves nothing. */
  readonly implementationEvidence?: boolean | undefined;
}

/** The facts of one accepted move; the caller stamps id, time, mission and policy. */
export interface Transition {
  readonly wpId: string;
  readonly from: SourceLane;
  readonly to: Lane;
  readonly actor: string;
  readonly force: boolean;
  readonly reason: string | null;
  readonly reviewRef: string | null;
  readonly evidence: Evidence | null;
  readonly reviewResult: ReviewResult | null;
  /** The implementer who approved by force, as actor or as reviewer; a `ReviewerSelfApproval` row goes with it. */
  readonly approvingImplementer: string | null;
}

type Guard = (request: TransitionRequest) => GuardCode | undefined;

const needsActor: Guard = ({ actor }) => (isBlank(actor) ? 'GUARD_ACTOR' : undefined);
const needsWorkspace: Guard = ({ workspaceContext }) =>
  isBlank(workspaceContext) ? 'GUARD_WORKSPACE' : undefined;
const needsReason: Guard = ({ reason }) => (isBlank(reason) ? 'GUARD_REASON' : undefined);
const needsReference: Guard = ({ reviewRef }) => (isBlank(reviewRef) ? 'GUARD_REVIEW_REF' : undefined);
const needsWork: Guard = ({ subtasksComplete, implementationEvidence }) => {
  if (subtasksComplete !== true) return 'SUBTASKS_OPEN';
  return implementationEvidence === true ? undefined : 'NO_COMMITS';
};
const needsApproval: Guard = ({ evidence }) =>
  isComplete(evidence?.review) && evidence.review.verdict === 'approved' ? undefined : 'GUARD_APPROVAL';
const needsResult: Guard = (request) =>
  isComplete(request.reviewResult) ? inconsistency(request, request.reviewResult) : 'GUARD_REVIEW_RESULT';
const needsApprovingResult: Guard = (request) =>
  isComplete(request.reviewResult) && request.reviewResult.verdict !== 'approved'
    ? 'GUARD_VERDICT'
    : needsResult(request);

const GUARDS: { readonly [from in SourceLane]?: { readonly [to in Lane]?: Guard } } = {
  planned: { claimed: needsActor },
  claimed: { in_progress: needsWorkspace },
  in_progress: { for_review: needsWork, approved: needsApproval, planned: needsReason },
  for_review: { in_review: needsActor },
  in_review: {
    approved: needsApprovingResult,
    done: needsApprovingResult,
    in_progress: needsResult,
    planned: needsResult,
    blocked: needsResult,
    canceled: needsResult,
  },
  approved: { done: needsApproval, in_progress: needsReference, planned: needsReference },
};

/**
 * Decides one move (L§3.2) of a package as its log leaves it; `undefined` is a package without rows.
 *
 * Force overrides the edge, its guards, the holder and the ban on approving one's own work, for a
 * named actor with a reason; it never leads outside the nine lanes.
 */
export function decideTransition(
  pkg: PackageState | undefined,
  request: TransitionRequest,
): Decision<Transition> {
  const to = parseLane(request.to);
  if (to === undefined) return refuseTarget(request);
  const from = sourceLane(pkg);
  const implementer = ownApproval(pkg, request, to);
  const refusal =
    request.force === true
      ? forceRefusal(request, to)
      : (edgeRefusal(request, from, to) ??
        holderRefusal(pkg, request, to) ??
        ownRefusal(request, to, implementer));
  return refusal
    ? refuse(refusal)
    : accept(transition(request, { from, to, approvingImplementer: implementer ?? null }));
}

function forceRefusal({ wpId, actor, reason }: TransitionRequest, to: Lane): Refusal | undefined {
  if (isBlank(actor)) return { code: 'FORCE_NEEDS_ACTOR', wpId, to };
  return isBlank(reason) ? { code: 'FORCE_NEEDS_REASON', wpId, to } : undefined;
}

function edgeRefusal(request: TransitionRequest, from: SourceLane, to: Lane): Refusal | undefined {
  const { wpId } = request;
  const allowed = NEXT_LANES[from];
  if (!allowed.includes(to)) return { code: 'LANE_EDGE_FORBIDDEN', wpId, from, to, allowed };
  const unmet = GUARDS[from]?.[to]?.(request);
  return unmet && { code: unmet, wpId, from, to };
}

/** Elsewhere the next lane has no holder, or a reviewer: only from here would one implementer oust another. */
function holderRefusal(
  pkg: PackageState | undefined,
  request: TransitionRequest,
  to: Lane,
): Refusal | undefined {
  const lane = sourceLane(pkg);
  if (to !== 'in_progress' || (lane !== 'claimed' && lane !== 'blocked')) return undefined;
  const holder = (lane === 'claimed' ? heldByOther : awaitsOther)(pkg, request.actor);
  return holder === undefined ? undefined : { code: 'HELD_BY_OTHER', wpId: request.wpId, lane, holder };
}

function ownRefusal(
  { wpId }: TransitionRequest,
  to: Lane,
  implementer: string | undefined,
): Refusal | undefined {
  return implementer === undefined ? undefined : { code: 'SELF_APPROVAL', wpId, to, implementer };
}

function refuseTarget({ wpId, to: text }: TransitionRequest): Decision<never> {
  const name = text.trim().toLowerCase();
  return name === 'genesis' || name === 'uninitialized'
    ? refuse({ code: 'LANE_NOT_A_TARGET', wpId, lane: name })
    : refuse({ code: 'LANE_UNKNOWN', wpId, text });
}

/** Name of the implementer who would approve, as actor or as the reviewer named; merging what is approved is none. */
function ownApproval(
  pkg: PackageState | undefined,
  request: TransitionRequest,
  to: Lane,
): string | undefined {
  const approves = to === 'approved' || (to === 'done' && sourceLane(pkg) !== 'approved');
  if (!approves || pkg === undefined) return undefined;
  const { actor, evidence, reviewResult } = request;
  return [actor, evidence?.review.reviewer, reviewResult?.reviewer].find(
    (name) => name !== undefined && hasImplemented(pkg, name),
  );
}

function transition(
  request: TransitionRequest,
  decided: Pick<Transition, 'from' | 'to' | 'approvingImplementer'>,
): Transition {
  const reviewResult = request.reviewResult ?? null;
  const rewinds = decided.from === 'for_review' && decided.to === 'in_progress';
  const settled = decided.to === 'approved' || decided.to === 'done';
  return {
    ...decided,
    wpId: request.wpId,
    actor: request.actor,
    force: request.force === true,
    reason: request.reason ?? null,
    // Going back from for_review without a reference is a finding (L§3.8); this one marks that there is none.
    reviewRef: request.reviewRef ?? (rewinds ? 'force-override' : null),
    // `done` without evidence is a finding (L§3.8), and the result says the same thing.
    evidence: request.evidence ?? (settled && reviewResult ? { review: triple(reviewResult) } : null),
    reviewResult,
  };
}

function inconsistency(
  { reviewRef, evidence }: TransitionRequest,
  result: ReviewResult,
): GuardCode | undefined {
  if (!isBlank(reviewRef) && reviewRef !== result.reference) return 'REVIEW_REF_MISMATCH';
  if (!evidence) return undefined;
  const { reviewer, verdict, reference } = evidence.review;
  const same = reviewer === result.reviewer && verdict === result.verdict && reference === result.reference;
  return same ? undefined : 'EVIDENCE_MISMATCH';
}

function triple({ reviewer, verdict, reference }: ReviewResult): Evidence['review'] {
  return { reviewer, verdict, reference };
}

function isComplete(result: ReviewResult | null | undefined): result is ReviewResult {
  return !!result && !isBlank(result.reviewer) && !isBlank(result.verdict) && !isBlank(result.reference);
}

function isBlank(text: string | null | undefined): boolean {
  return (text ?? '').trim() === '';
}
