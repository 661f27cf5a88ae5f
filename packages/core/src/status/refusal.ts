import type { Lane, SourceLane } from '@spec-kitty/protocol/lane';

/** Guards of L§3.2 that a request did not meet, and the two consistency rules for leaving in_review. */
export type GuardCode =
  | 'GUARD_ACTOR'
  | 'GUARD_WORKSPACE'
  | 'SUBTASKS_OPEN'
  | 'NO_COMMITS'
  | 'GUARD_APPROVAL'
  | 'GUARD_REASON'
  | 'GUARD_REVIEW_RESULT'
  | 'GUARD_VERDICT'
  | 'GUARD_REVIEW_REF'
  | 'REVIEW_REF_MISMATCH'
  | 'EVIDENCE_MISMATCH';

/** Why a move or a claim is turned down. Data, not an exception: each front end words it for its reader. */
export type Refusal = { readonly wpId: string } & (
  | { readonly code: 'LANE_UNKNOWN'; readonly text: string }
  | { readonly code: 'LANE_NOT_A_TARGET'; readonly lane: 'genesis' | 'uninitialized' }
  | { readonly code: 'FORCE_NEEDS_ACTOR' | 'FORCE_NEEDS_REASON'; readonly to: Lane }
  | {
      readonly code: 'LANE_EDGE_FORBIDDEN';
      readonly from: SourceLane;
      readonly to: Lane;
      readonly allowed: readonly Lane[];
    }
  | { readonly code: GuardCode; readonly from: SourceLane; readonly to: Lane }
  | {
      readonly code: 'HELD_BY_OTHER';
      readonly lane: SourceLane;
      readonly holder: string;
      /** Where it was to go without being taken over. */
      readonly to?: 'canceled';
    }
  | { readonly code: 'SELF_APPROVAL'; readonly to: Lane; readonly implementer: string }
  /** The package has a file but was never finalized. */
  | { readonly code: 'NOT_FINALIZED' }
  | {
      readonly code: 'NOT_CLAIMABLE';
      readonly lane: SourceLane;
      /** Whether asking for rework would make the claim possible. */
      readonly rework: boolean;
    }
  | { readonly code: 'NOT_REVIEWABLE'; readonly lane: SourceLane }
);

/** What a rule answers: the facts to record, or why not. */
export type Decision<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Answers yes. */
export function accept<T>(value: T): Decision<T> {
  return { ok: true, value };
}

/** Answers no. */
export function refuse(refusal: Refusal): Decision<never> {
  return { ok: false, refusal };
}
