import { counted } from '@spec-kitty/core/counted';
import { type AbandonedMission, abandonMission } from '@spec-kitty/core/abandon/abandon-mission';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { shellWord } from '@spec-kitty/core/shell-word';
import { unfinishedMerge } from '@spec-kitty/local/pending-merges/open-merges';
import { worktreeFolders } from '@spec-kitty/local/repository/worktree-folders';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly reason: string;
  readonly json: boolean;
}

type Lane = AbandonedMission['lanes'][number];

/** Gives a mission up, and says what that did and what takes it back. */
export async function abandon(this: AppContext, { mission, reason, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const actor = await workspace.actor();
  const abandoned = await abandonMission(portsOf(workspace), { mission, reason, actor });
  const { view, canceled, already, lanes, proposed } = abandoned;
  const document = {
    result: 'success',
    mission_slug: view.mission.directory,
    mission_id: view.mission.missionId,
    reason,
    already_abandoned: already,
    canceled,
    lanes: lanes.map(laneDocument),
    proposed_branch: proposed,
  };
  this.show(json, document, () => sentences(abandoned).join('\n'));
}

function laneDocument({ laneId, branch, uncommitted, trashId, worktreeKept }: Lane) {
  const { name, commit, backup, removed } = branch ?? NO_BRANCH;
  return {
    lane_id: laneId,
    branch: name,
    commit,
    backup,
    branch_removed: removed,
    uncommitted_ref: uncommitted?.ref ?? null,
    uncommitted_paths: uncommitted?.paths ?? 0,
    trash_id: trashId,
    worktree_kept: worktreeKept,
  };
}

const NO_BRANCH = { name: null, commit: null, backup: null, removed: false };

function portsOf(workspace: Workspace): Parameters<typeof abandonMission>[0] {
  return {
    clock: workspace.clock,
    ids: workspace.ids,
    missions: workspace.missions,
    log: workspace.log,
    lock: workspace.lock,
    files: workspace.files,
    view: (handle) => workspace.view(handle),
    viewOf: (mission) => workspace.viewOf(mission),
    branch: () => workspace.branch(),
    config: () => workspace.config(),
    lanes: () => workspace.lanes(),
    unfinishedMerge: (missionId) => unfinishedMerge(workspace.repository, missionId),
    worktreeFolders: () => worktreeFolders(workspace.repository),
  };
}

function sentences({ view, canceled, already, lanes, proposed }: AbandonedMission): readonly string[] {
  const name = view.mission.directory;
  return [
    already ? `${name} was given up before.` : `Gave ${name} up.`,
    ...(canceled.length === 0 ? [] : [`Canceled: ${canceled.join(', ')}.`]),
    ...lanes.flatMap(laneSentences),
    ...(proposed === null
      ? []
      : [
          `The branch of its pull request stays: ${proposed}. Close the pull request, then remove it with \`git branch -D ${shellWord(proposed)}\`.`,
        ]),
    ...wayBack(name, canceled, lanes),
  ];
}

function laneSentences(lane: Lane): readonly string[] {
  const { laneId, branch, uncommitted, trashId, worktreeKept } = lane;
  return [
    ...(uncommitted === null
      ? []
      : [
          `${laneId}: what was not committed in ${counted(uncommitted.paths, 'file')} is kept as ${uncommitted.ref}`,
        ]),
    ...(trashId === null ? [] : [`${laneId}: the worktree is in .worktrees/.trash/${trashId}`]),
    ...(worktreeKept === null
      ? []
      : [`${laneId}: the worktree is locked or in use and stays: ${worktreeKept}`]),
    ...(branch === null
      ? []
      : [
          branch.removed
            ? `${laneId}: removed the branch ${branch.name}, kept as ${branch.backup}`
            : `${laneId}: the branch ${branch.name} stays, as a checkout has it or it has moved on.`,
        ]),
  ];
}

function wayBack(
  name: string,
  canceled: readonly string[],
  lanes: AbandonedMission['lanes'],
): readonly string[] {
  const commands = lanes.flatMap(({ trashId, branch, wasOnBranch }) => {
    const alone = branch?.removed && !wasOnBranch ? [branch.backup.slice(BACKUPS.length)] : [];
    const ids = [...alone, ...(trashId === null ? [] : [trashId])];
    return ids.map((id) => `  spec-kitty recover restore ${shellWord(id)}`);
  });
  const packages = canceled.map(
    (wp) =>
      `  spec-kitty agent tasks move-task ${wp} --to planned --force --note "<reason>" --mission ${shellWord(name)}`,
  );
  if (commands.length + packages.length === 0) return [];
  return ['To take it back:', ...commands, ...packages];
}
