import { type Accepted, acceptMission } from '@spec-kitty/core/merge/accept-mission';
import { missionNumber } from '@spec-kitty/core/mission/mission-number';
import type { AppContext } from '../../context.ts';
import { overrideLines, overridesDocument } from '../../render/overrides.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

interface Flags {
  readonly mission?: string;
  readonly actor?: string;
  readonly mode: 'auto' | 'pr' | 'local' | 'checklist';
  readonly commit: boolean;
  readonly json: boolean;
}

/** Accepts a mission, or shows its checklist. */
export async function accept(this: AppContext, { mission, actor, mode, commit, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const { autoCommit } = await workspace.config();
  const accepted = await acceptMission(workspace, {
    mission,
    mode,
    actor: actor ?? 'user',
    commit: commit && autoCommit,
  });
  this.show(json, document(accepted), () => sentences(accepted).join('\n'));
  if (!accepted.readiness.ok) this.exit.code = 1;
}

function document(accepted: Accepted) {
  const { view, readiness, mode, at, by, fromCommit, commit, committed, already } = accepted;
  const { mission, packages, state } = view;
  const laneOf = (id: string) => state.packages.get(id)?.slot.lane ?? 'genesis';
  const inLane = (lane: string) => packages.filter(({ id }) => laneOf(id) === lane).map(({ id }) => id);
  const lanes = [...new Set(packages.map(({ id }) => laneOf(id)))];
  return {
    mission_slug: mission.directory,
    mission_number: missionNumber(mission.meta),
    mission_type: mission.meta.mission_type ?? '',
    ok: readiness.ok,
    all_done: readiness.incomplete.length === 0,
    lanes: Object.fromEntries(lanes.map((lane) => [lane, inLane(lane)])),
    work_packages: packages.map(({ id, title, fileName }) => ({
      id,
      title,
      lane: laneOf(id),
      path: `kitty-specs/${mission.directory}/tasks/${fileName}`,
    })),
    overrides: overridesDocument(view),
    failed_checks: readiness.failedChecks,
    missing_artifacts: readiness.missingArtifacts,
    needs_clarification: readiness.needsClarification,
    mode,
    accepted: at !== null,
    already_accepted: already,
    accepted_at: at,
    accepted_by: by,
    parent_commit: fromCommit,
    accept_commit: commit,
    commit_created: committed,
    approved_wps: inLane('approved'),
    done_wps: inLane('done'),
    merge_pending_wps: inLane('approved'),
  };
}

function sentences({ view, readiness, mode, commit, committed, already, at }: Accepted): readonly string[] {
  const name = view.mission.directory;
  if (at === null) {
    return [
      readiness.ok ? `${name} is ready to be accepted.` : `${name} is not ready:`,
      ...readiness.failedChecks.map(({ detail }) => `  - ${detail}`),
      ...overrideLines(view),
    ];
  }
  const left = [...view.state.packages.values()].some(({ slot }) => slot.lane === 'approved');
  return [
    already ? `${name} was accepted already (${at}).` : `Accepted ${name} (${mode}).`,
    ...overrideLines(view),
    commitSentence(commit, committed),
    left
      ? `Next: \`spec-kitty merge --mission ${shellWord(name)}\`.`
      : `Nothing is left to merge; \`spec-kitty merge --mission ${shellWord(name)}\` removes worktrees that are left.`,
  ];
}

function commitSentence(commit: string | null, committed: boolean): string {
  if (commit === null) return 'No commit was made.';
  const short = commit.slice(0, 12);
  return committed ? `Committed the mission's files as ${short}.` : `The commit is ${short}.`;
}
