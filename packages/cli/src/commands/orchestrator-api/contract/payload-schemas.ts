import { LANES } from '@spec-kitty/protocol/lane';
import { MERGE_STRATEGIES } from '@spec-kitty/core/project/merge-strategy';
import * as v from 'valibot';
import type { OrchestratorCommand } from './envelope.ts';

const text = v.string();
const texts = v.array(text);
const wpId = v.pipe(text, v.regex(/^WP\d{2,}$/));
const lane = v.picklist([...LANES, 'genesis', 'uninitialized']);
const commit = v.pipe(text, v.regex(/^[0-9a-f]{40,64}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const workspace = {
  workspace_path: text,
  prompt_path: text,
  lane_id: text,
  lane_branch: text,
  lane_base_ref: text,
};
const moved = { wp_id: wpId, from_lane: lane, to_lane: lane, policy_metadata_recorded: v.boolean() };

/** What each command tells beside the identity of the mission. The one source: types, and the JSON Schemas that are kept. */
export const FACTS = {
  'contract-version': v.strictObject({ api_version: text, min_supported_provider_version: text }),
  'mission-state': v.strictObject({
    summary: v.strictObject({
      total: count,
      ...(Object.fromEntries(LANES.map((name) => [name, count])) as Record<
        (typeof LANES)[number],
        typeof count
      >),
    }),
    work_packages: v.array(
      v.strictObject({
        wp_id: wpId,
        lane,
        dependencies: texts,
        last_actor: v.nullable(text),
        holder: v.nullable(text),
        agent: v.nullable(text),
        subtasks: v.record(text, text),
        notes: texts,
      }),
    ),
  }),
  'list-ready': v.strictObject({
    ready_work_packages: v.array(
      v.strictObject({ wp_id: wpId, lane: v.literal('planned'), dependencies_satisfied: v.literal(true) }),
    ),
  }),
  'resolve-workspace': v.strictObject({ wp_id: wpId, workspace_present: v.boolean(), ...workspace }),
  'start-implementation': v.strictObject({
    ...moved,
    no_op: v.boolean(),
    ...workspace,
    base_commit: commit,
    review_feedback_path: v.nullable(text),
  }),
  'start-review': v.strictObject({
    ...moved,
    no_op: v.boolean(),
    workspace_path: text,
    prompt_path: text,
    base_commit: commit,
    commit,
    changed_files: texts,
    changed_outside_owned: texts,
  }),
  transition: v.strictObject({ ...moved, event_id: text, commit: v.nullable(commit) }),
  'append-history': v.strictObject({
    wp_id: wpId,
    history_entry_id: v.pipe(text, v.regex(/^hist-[0-9a-f]{32}$/)),
    event_id: text,
  }),
  'accept-mission': v.strictObject({
    accepted: v.literal(true),
    already_accepted: v.boolean(),
    mode: text,
    accepted_at: v.nullable(text),
    accepted_wps: texts,
    approved_wps: texts,
    done_wps: texts,
    merge_pending_wps: texts,
    commit: v.nullable(commit),
  }),
  'merge-mission': v.strictObject({
    merged: v.boolean(),
    target_branch: text,
    strategy: v.nullable(v.picklist([...MERGE_STRATEGIES, 'landed'])),
    commit: v.nullable(commit),
    merged_wps: texts,
    worktree_removed: v.boolean(),
    proposed_branch: v.nullable(text),
  }),
} satisfies Record<OrchestratorCommand, v.GenericSchema>;

/** The part of a command's payload that it makes itself. */
export type Facts<C extends OrchestratorCommand> = v.InferOutput<(typeof FACTS)[C]>;
