/** `meta.json`. Unknown keys are kept on rewrite; only `mission_id` is identity. */
export interface MissionMeta {
  readonly mission_id?: string;
  readonly mission_slug?: string;
  readonly slug?: string;
  readonly friendly_name?: string;
  readonly mission_type?: string;
  readonly mission_number?: number | string | null;
  readonly target_branch?: string;
  readonly merge_target_branch?: string;
  readonly created_at?: string;
  readonly pr_bound?: boolean;
  readonly change_mode?: string;
  readonly accepted_at?: string;
  readonly accepted_by?: string;
  readonly acceptance_mode?: string;
  readonly accepted_from_commit?: string;
  readonly acceptance_history?: readonly Readonly<Record<string, unknown>>[];
  readonly baseline_merge_commit?: string;
  readonly [key: string]: unknown;
}
