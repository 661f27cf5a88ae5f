import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import type { Transition } from './decide-transition.ts';

/** What the world adds to a decision: identity, time, and what policy records beside it. */
export interface EventStamp {
  readonly eventId: string;
  /** ISO 8601 UTC with microseconds and `+00:00`; later rows of one append must carry later texts. */
  readonly at: string;
  readonly missionId: string;
  readonly missionSlug: string;
  readonly executionMode: LaneEvent['execution_mode'];
  /** `commit`, `base_commit`, `agent` and the like; null when there is nothing to say. */
  readonly policy: Readonly<Record<string, unknown>> | null;
}

/** Builds the row to append (L§3.3); `from_lane` is the lane decided on, so the chain never breaks. */
export function laneEvent(transition: Transition, stamp: EventStamp): LaneEvent {
  return {
    event_id: stamp.eventId,
    mission_id: stamp.missionId,
    mission_slug: stamp.missionSlug,
    wp_id: transition.wpId,
    from_lane: transition.from,
    to_lane: transition.to,
    at: stamp.at,
    actor: transition.actor,
    force: transition.force,
    execution_mode: stamp.executionMode,
    reason: transition.reason,
    review_ref: transition.reviewRef,
    evidence: transition.evidence,
    policy_metadata: stamp.policy,
    review_result: transition.reviewResult,
  };
}
