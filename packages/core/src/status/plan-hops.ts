import { parseLane, type Lane, type SourceLane } from '@spec-kitty/protocol/lane';
import { decideTransition, type Transition, type TransitionRequest } from './decide-transition.ts';
import { sourceLane, takeStep, uninitializedPackage, type PackageState, type Step } from './package-state.ts';
import { accept, type Decision } from './refusal.ts';

/** `review_ref` of an event by which a reviewer takes a package (L§3.11). */
export const REVIEW_CLAIM = 'action-review-claim';

const FORWARD: readonly SourceLane[] = [
  'planned',
  'claimed',
  'in_progress',
  'for_review',
  'in_review',
  'approved',
  'done',
];

/**
 * Decides a move of any distance (L§7.6): forward without force it is one transition per lane passed,
 * each under its own guards; every other move is one transition. All of them or none.
 */
export function planHops(
  pkg: PackageState | undefined,
  request: TransitionRequest,
): Decision<readonly Transition[]> {
  const to = parseLane(request.to);
  const lanes = to === undefined || request.force === true ? [request.to] : hopLanes(sourceLane(pkg), to);
  const draft = { ...(pkg ?? uninitializedPackage()) };
  draft.slot = { ...draft.slot };
  const steps: Transition[] = [];
  for (const lane of lanes) {
    const decision = decideTransition(draft, lanes.length === 1 ? request : hop(request, lane, steps.at(-1)));
    if (!decision.ok) return decision;
    steps.push(decision.value);
    takeStep(draft, stepOf(decision.value));
  }
  return accept(steps);
}

/** Each hop says only what belongs to it: the result where in_review is left, evidence from approval on. */
function hop(request: TransitionRequest, lane: string, before: Transition | undefined): TransitionRequest {
  const last = lane === parseLane(request.to);
  const settles = lane === 'approved' || lane === 'done';
  return {
    ...request,
    to: lane,
    reviewRef: last ? request.reviewRef : lane === 'in_review' ? REVIEW_CLAIM : null,
    reviewResult: before?.to === 'in_review' ? request.reviewResult : null,
    evidence: settles ? (request.evidence ?? before?.evidence) : null,
  };
}

/** Lanes that a move without force enters on its way, the target last. */
export function hopLanes(from: SourceLane, to: Lane): readonly SourceLane[] {
  const start = FORWARD.indexOf(from);
  const end = FORWARD.indexOf(to);
  return start === -1 || end <= start ? [to] : FORWARD.slice(start + 1, end + 1);
}

/** The facts of a transition that {@link takeStep} folds. */
export function stepOf({ from, to, actor, force, reviewRef, reviewResult }: Transition): Step {
  return { from_lane: from, to_lane: to, actor, force, review_ref: reviewRef, review_result: reviewResult };
}
