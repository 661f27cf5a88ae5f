import { sameActor } from '@spec-kitty/protocol/actor';
import type { Transition } from './decide-transition.ts';
import { hasImplemented, heldByOther, sourceLane, takeStep, type PackageState } from './package-state.ts';
import { planHops, REVIEW_CLAIM, stepOf } from './plan-hops.ts';
import { accept, refuse, type Decision } from './refusal.ts';

/** Somebody wants to implement a package. */
export interface ImplementationClaim {
  readonly wpId: string;
  readonly actor: string;
  /** Anything that says where the work happens, such as the workspace path. */
  readonly workspaceContext: string;
  /** Takes a package back from review; recorded as forced, with a reason. */
  readonly allowRework?: boolean | undefined;
}

/** Decides an implementation claim (L§3.11): the transitions to append at once, none when the actor has it already. */
export function decideImplementationClaim(
  pkg: PackageState | undefined,
  claim: ImplementationClaim,
): Decision<readonly Transition[]> {
  const { wpId, actor } = claim;
  const lane = sourceLane(pkg);
  if (lane === 'genesis') return refuse({ code: 'NOT_FINALIZED', wpId });
  if (lane === 'planned' || lane === 'claimed') return planHops(pkg, { ...claim, to: 'in_progress' });
  if (lane === 'in_progress') {
    // A generic holder counts here: somebody's work is under way.
    const holder = pkg?.holder ?? '';
    return sameActor(holder, actor) ? accept([]) : refuse({ code: 'HELD_BY_OTHER', wpId, lane, holder });
  }
  const rework = lane === 'for_review' || lane === 'in_review' || lane === 'approved';
  if (!rework || claim.allowRework !== true) return refuse({ code: 'NOT_CLAIMABLE', wpId, lane, rework });
  const reason = `${actor} implements again what was ${lane}`;
  return planHops(pkg, { ...claim, to: 'in_progress', force: true, reason });
}

/** Somebody wants to review a package. */
export interface ReviewClaim {
  readonly wpId: string;
  readonly actor: string;
  readonly reviewRef?: string | undefined;
  /** A reviewer who is known to be gone, whom the package is taken from. */
  readonly releasedBy?: string | undefined;
}

/** Decides a review claim (L§3.11): one transition, two from a reviewer who is gone, or none when the actor reviews the package already. */
export function decideReviewClaim(
  pkg: PackageState | undefined,
  claim: ReviewClaim,
): Decision<readonly Transition[]> {
  const { wpId, actor, reviewRef = REVIEW_CLAIM } = claim;
  const lane = sourceLane(pkg);
  if (lane === 'for_review') {
    // Their approval would be refused, and until then they would keep everybody else from it.
    if (pkg && hasImplemented(pkg, actor))
      return refuse({ code: 'SELF_APPROVAL', wpId, to: 'in_review', implementer: actor });
    return planHops(pkg, {
      wpId,
      actor,
      to: 'in_review',
      reason: `${actor} starts the review`,
      reviewRef,
    });
  }
  if (lane !== 'in_review') return refuse({ code: 'NOT_REVIEWABLE', wpId, lane });
  return decideHeldReview(pkg, claim);
}

function decideHeldReview(
  pkg: PackageState | undefined,
  claim: ReviewClaim,
): Decision<readonly Transition[]> {
  const { wpId, actor, releasedBy } = claim;
  const holder = heldByOther(pkg, actor);
  if (pkg && holder !== undefined && releasedBy !== undefined && sameActor(holder, releasedBy))
    return takeOver(pkg, claim, holder);
  if (holder !== undefined) return refuse({ code: 'HELD_BY_OTHER', wpId, lane: 'in_review', holder });
  return sameActor(pkg?.holder ?? '', actor)
    ? accept([])
    : refuse({ code: 'NOT_REVIEWABLE', wpId, lane: 'in_review' });
}

/** It goes through the lane in which a review is waited for, so that whoever reads the log sees who let go of it. */
function takeOver(pkg: PackageState, claim: ReviewClaim, holder: string): Decision<readonly Transition[]> {
  const { wpId, actor } = claim;
  const reason = `Given back: ${actor} reviews it.`;
  const back = planHops(pkg, { wpId, actor: holder, to: 'for_review', force: true, reason });
  if (!back.ok) return back;
  const waiting = { ...pkg, slot: { ...pkg.slot } };
  for (const step of back.value) takeStep(waiting, stepOf(step));
  const taken = decideReviewClaim(waiting, claim);
  return taken.ok ? accept([...back.value, ...taken.value]) : taken;
}
