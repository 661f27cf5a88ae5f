import type { Lane, SlotLane } from './lane.ts';
import type { ReviewOverride, ReviewResult } from './status-row.ts';

/** The reduced state of one work package, with exactly the keys of `status.json`. */
export interface WpSlot {
  lane: SlotLane;
  actor: string | null;
  last_transition_at: string | null;
  last_event_id: string | null;
  force_count: number;
  shell_pid?: number | null;
  shell_pid_created_at?: string | null;
  subtasks?: Record<string, string>;
  notes?: string[];
  tracker_refs?: string[];
  agent?: string | null;
  assignee?: string;
  review?: ReviewOverride | null;
  role?: string;
  agent_profile?: string;
  agent_profile_version?: string;
  model?: string;
  provider?: string;
  review_result?: ReviewResult | null;
}

/** `status.json`: a projection of the event log, never read back by us. */
export interface Snapshot {
  event_count: number;
  last_event_id: string | null;
  materialized_at: string;
  /** Decimal text, or `""` when unassigned. */
  mission_number: string;
  mission_slug: string;
  mission_type: string;
  summary: Record<Lane, number>;
  work_packages: Record<string, WpSlot>;
  retrospective?: Record<string, unknown>;
}
