/** One execution lane of `lanes.json`: packages that share a branch and a worktree. */
export interface ExecutionLane {
  readonly lane_id: string;
  readonly wp_ids: readonly string[];
  readonly write_scope: readonly string[];
  readonly predicted_surfaces: readonly string[];
  readonly depends_on_lanes: readonly string[];
  readonly parallel_group: number;
}

/** Why two packages ended in one lane. */
export interface CollapseEvent {
  readonly wp_a: string;
  readonly wp_b: string;
  readonly rule: string;
  readonly evidence: string;
}

/** `lanes.json`, in the key order in which it is written. */
export interface LanesManifest {
  readonly version: 1;
  readonly mission_slug: string;
  readonly mission_id: string | null;
  readonly mission_branch: string;
  readonly target_branch: string;
  readonly lanes: readonly ExecutionLane[];
  readonly computed_at: string;
  readonly computed_from: string;
  readonly planning_artifact_wps?: readonly string[];
  readonly planning_commit_sha?: string;
  readonly collapse_report?: {
    readonly events: readonly CollapseEvent[];
    readonly total_merges: number;
    readonly independent_wps_collapsed: number;
    readonly by_rule: Readonly<Record<string, number>>;
  };
}
