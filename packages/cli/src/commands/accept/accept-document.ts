import path from 'node:path';
import type { Accepted } from '@spec-kitty/core/accept/accept-mission';
import { openProposal } from '@spec-kitty/core/log/latest-proposal';
import { revertedWords } from '@spec-kitty/core/merged/reverted-merge';
import { proposedOn } from '@spec-kitty/core/next/ask-next';
import { missionNumber } from '@spec-kitty/core/mission/mission-number';
import { shellWord } from '@spec-kitty/core/shell-word';
import { overrideLines, overridesDocument } from '../../render/overrides.ts';

/** Where a command ran, and what it found that no package delivers. */
interface CommandPlace {
  readonly branch: string | undefined;
  readonly primary: string;
  readonly worktree: string;
  readonly undelivered: readonly string[];
}

const OPTIONAL = ['research.md', 'data-model.md', 'quickstart.md'];

/** Checks of the predecessor that do not exist here: what they list is empty for that reason alone. */
const SKIPPED = [
  { check: 'git_dirty', detail: "only the mission's own files are committed, whatever else has changed" },
  { check: 'path_conventions', detail: 'where files are is for the owned files of each package to say' },
];

/** The JSON document of `accept`, with every key of L§8.1. */
export function acceptDocument(accepted: Accepted, place: CommandPlace) {
  const { view, readiness, mode, at, by, fromCommit, commit, committed, already, reverted } = accepted;
  const { mission } = view;
  const { inLane, ...packages } = packagesOf(accepted);
  const approved = inLane('approved');
  const folder = path.join(place.primary, 'kitty-specs', mission.directory);
  return {
    mission_slug: mission.directory,
    mission_number: missionNumber(mission.meta),
    mission_type: mission.meta.mission_type ?? '',
    branch: place.branch ?? null,
    repo_root: place.primary,
    primary_repo_root: place.primary,
    worktree_root: place.worktree,
    feature_dir: folder,
    tasks_dir: path.join(folder, 'tasks'),
    ok: readiness.ok,
    all_done: readiness.incomplete.length === 0,
    ...packages,
    overrides: overridesDocument(view),
    warnings: [...overrideLines(view).map((line) => line.replace(/^Note: /, '')), ...place.undelivered],
    failed_checks: readiness.failedChecks,
    skipped_checks: SKIPPED,
    blocked_checks: [],
    recommended_fix_order: readiness.failedChecks.map(({ detail }) => detail),
    missing_artifacts: readiness.missingArtifacts,
    optional_missing: optionalMissing(view),
    needs_clarification: readiness.needsClarification,
    git_dirty: [],
    path_violations: [],
    mode,
    accepted: at !== null,
    already_accepted: already,
    accepted_at: at,
    accepted_by: by,
    parent_commit: fromCommit,
    accept_commit: commit,
    commit_created: committed,
    instructions: at !== null && approved.length > 0 ? [mergeCommand(view)] : [],
    cleanup_instructions: [],
    notes: reverted ? [revertedWords(mission.directory, reverted).sentence] : [],
    accepted_wps: at === null ? [] : [...approved, ...inLane('done')],
    approved_wps: approved,
    done_wps: inLane('done'),
    merge_pending_wps: approved,
  };
}

/** The command that takes an accepted mission on: past an open pull request a plain merge would be refused. */
function mergeCommand(view: Accepted['view']): string {
  const { directory } = view.mission;
  if (proposedOn(view) !== null) return `spec-kitty merge --landed --mission ${shellWord(directory)}`;
  return openProposal(view) === null
    ? `spec-kitty merge --mission ${shellWord(directory)}`
    : `spec-kitty merge --to-branch --mission ${shellWord(directory)}`;
}

function packagesOf({ view: { mission, packages, state }, readiness }: Accepted) {
  const laneOf = (id: string) => state.packages.get(id)?.slot.lane ?? 'genesis';
  const hasEntry = (id: string) => state.packages.get(id)?.slot.last_event_id != null;
  const inLane = (lane: string) => packages.filter(({ id }) => laneOf(id) === lane).map(({ id }) => id);
  const lanes = [...new Set(packages.map(({ id }) => laneOf(id)))];
  return {
    inLane,
    lanes: Object.fromEntries(lanes.map((lane) => [lane, inLane(lane)])),
    work_packages: packages.map(({ id, title, fileName, agent, agentProfile, role, model }) => ({
      id,
      title,
      lane: laneOf(id),
      latest_lane: laneOf(id),
      has_lane_entry: hasEntry(id),
      path: `kitty-specs/${mission.directory}/tasks/${fileName}`,
      metadata: { agent, agent_profile: agentProfile, role, model },
    })),
    metadata_issues: packages.flatMap(({ problem }) =>
      problem ? [`${problem.file}: ${problem.message}`] : [],
    ),
    activity_issues: [
      ...packages.filter(({ id }) => !hasEntry(id)).map(({ id }) => `${id} has no lane entry.`),
      ...readiness.matrices.map(({ detail }) => detail),
    ],
    unchecked_tasks: packages
      .filter(({ id }) => readiness.incomplete.includes(id))
      .flatMap(({ id, subtasks }) => {
        const ticked = state.packages.get(id)?.slot.subtasks ?? {};
        return subtasks.filter((task) => ticked[task] !== 'done').map((task) => `${id}: ${task}`);
      }),
  };
}

function optionalMissing({ mission: { files } }: Accepted['view']): readonly string[] {
  const missing = OPTIONAL.filter((file) => files.read(file) === undefined);
  return files.list('contracts').length === 0 ? [...missing, 'contracts/'] : missing;
}
