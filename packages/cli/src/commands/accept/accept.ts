import { type Accepted, acceptMission } from '@spec-kitty/core/merge/accept-mission';
import { missionNumberText } from '@spec-kitty/core/ports/mission-store';
import type { AppContext } from '../../context.ts';

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
  this.show(json, document(accepted, actor ?? 'user'), () => sentences(accepted).join('\n'));
  if (!accepted.readiness.ok) this.exit.code = 1;
}

function document({ view, readiness, mode, at, fromCommit, commit, already }: Accepted, actor: string) {
  const { mission, packages, state } = view;
  const laneOf = (id: string) => state.packages.get(id)?.slot.lane ?? 'genesis';
  const inLane = (lane: string) => packages.filter(({ id }) => laneOf(id) === lane).map(({ id }) => id);
  const lanes = [...new Set(packages.map(({ id }) => laneOf(id)))];
  return {
    mission_slug: mission.directory,
    mission_number: missionNumberText(mission.meta),
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
    failed_checks: readiness.failedChecks,
    missing_artifacts: readiness.missingArtifacts,
    needs_clarification: readiness.needsClarification,
    mode,
    accepted: at !== null,
    already_accepted: already,
    accepted_at: at,
    accepted_by: at === null ? null : actor,
    parent_commit: fromCommit,
    accept_commit: commit,
    commit_created: commit !== null,
    approved_wps: inLane('approved'),
    done_wps: inLane('done'),
    merge_pending_wps: inLane('approved'),
  };
}

function sentences({ view, readiness, mode, commit, already, at }: Accepted): readonly string[] {
  const name = view.mission.directory;
  if (at === null) {
    return [
      readiness.ok ? `${name} is ready to be accepted.` : `${name} is not ready:`,
      ...readiness.failedChecks.map(({ detail }) => `  - ${detail}`),
    ];
  }
  return [
    already ? `${name} was accepted already (${at}).` : `Accepted ${name} (${mode}).`,
    commit === null ? 'No commit was made.' : `Committed the mission's files as ${commit.slice(0, 12)}.`,
    `Next: \`spec-kitty merge --mission ${name}\`.`,
  ];
}
