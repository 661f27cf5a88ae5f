import type { Actor } from './actor.ts';
import type { Lane, SourceLane } from './lane.ts';

/** A reviewer's decision about one work package. */
export interface ReviewResult {
  readonly reviewer: string;
  readonly verdict: string;
  readonly reference: string;
  readonly feedback_path?: string;
}

/** Proof attached to a transition; `review` is what approval and completion rest on. */
export interface Evidence {
  readonly review: { readonly reviewer: string; readonly verdict: string; readonly reference: string };
  readonly repos?: readonly {
    readonly repo: string;
    readonly branch: string;
    readonly commit: string;
    readonly files_touched?: readonly string[];
  }[];
  readonly verification?: readonly {
    readonly command: string;
    readonly result: 'pass' | 'fail' | 'skip';
    readonly summary: string;
  }[];
}

/** One lane transition of one work package, as stored (keys sorted, all present but the last two). */
export interface LaneEvent {
  readonly event_id: string;
  readonly mission_slug: string;
  readonly wp_id: string;
  readonly from_lane: SourceLane;
  readonly to_lane: Lane;
  /** ISO 8601 UTC with microseconds and `+00:00`; compared as text. */
  readonly at: string;
  readonly actor: Actor;
  readonly force: boolean;
  readonly execution_mode: 'worktree' | 'direct_repo';
  readonly reason: string | null;
  readonly review_ref: string | null;
  readonly evidence: Evidence | null;
  readonly policy_metadata: Readonly<Record<string, unknown>> | null;
  readonly mission_id?: string;
  readonly review_result?: ReviewResult | null;
}

/** What an annotation changes; only the keys present count, and unknown keys are kept and ignored. */
export interface AnnotationDelta {
  readonly shell_pid?: number;
  readonly shell_pid_created_at?: string;
  readonly agent?: string;
  readonly assignee?: string;
  readonly role?: string;
  readonly agent_profile?: string;
  readonly agent_profile_version?: string;
  readonly model?: string;
  readonly provider?: string;
  /** Subtask id to `done` or `planned`. */
  readonly subtasks?: Readonly<Record<string, string>>;
  readonly note?: string;
  readonly tracker_refs?: readonly string[];
  readonly tracker_refs_replace?: readonly string[];
  readonly review?: ReviewOverride;
  readonly release_runtime_claim?: true;
}

/** An arbiter's override of a review; all four empty means cleared. */
export interface ReviewOverride {
  readonly at: string;
  readonly actor: string;
  readonly wp_id: string;
  readonly reason: string;
}

/** A change to a package that is not a transition: notes, subtasks, bindings. */
export interface Annotation {
  readonly event_id: string;
  readonly kind: 'annotation';
  readonly wp_id: string;
  readonly at: string;
  readonly actor: Actor;
  readonly delta: AnnotationDelta;
}

/** A row about the mission itself. Every new kind of row uses `event_type`; old readers skip those. */
export interface LifecycleRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly aggregate_id?: string;
  readonly aggregate_type?: string;
  readonly schema_version?: string;
  /** Lifecycle rows carry `timestamp`, decision rows `at`. */
  readonly timestamp?: string;
  readonly at?: string;
  readonly project_uuid?: string | null;
  readonly project_slug?: string | null;
}

/** Any row of `status.events.jsonl`, before it is classified. */
export type RawRow = Readonly<Record<string, unknown>>;

/** A row that this version may write. */
export type NewRow = LaneEvent | Annotation | LifecycleRow;
