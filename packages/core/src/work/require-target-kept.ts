import { Fault } from '../fault.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';

/** Refuses a mission whose target branch is gone. @throws Fault `TARGET_NOT_FOUND` with where the branch last was. */
export async function requireTargetKept(
  lanes: LaneRepository,
  { mission, acceptance, state }: Pick<MissionView, 'mission' | 'acceptance' | 'state'>,
): Promise<void> {
  const target = targetBranch(mission.meta);
  if ((await lanes.resolve(`refs/heads/${target}`)) !== undefined) return;
  const last = await lastSeen(lanes, { mission, acceptance, state }, target);
  const again =
    last === undefined
      ? `Make it again from its last commit, which \`git reflog\` may show: \`git branch ${shellWord(target)} <commit>\`.`
      : `Make it again where the mission saw it last: \`git branch ${shellWord(target)} ${shellWord(last)}\`. \`git reflog\` may show a later commit of it.`;
  throw new Fault(
    'refused',
    'TARGET_NOT_FOUND',
    `The target branch of ${mission.directory} is gone: ${target}`,
    {
      hints: [again, 'If the branch has another name now, correct target_branch in meta.json.'],
      details: { target_branch: target, commit: last ?? null },
    },
  );
}

/** The latest commit that is certain to have been on the branch. */
async function lastSeen(
  lanes: LaneRepository,
  { mission, acceptance, state }: Pick<MissionView, 'mission' | 'acceptance' | 'state'>,
  target: string,
): Promise<string | undefined> {
  const named = [
    `refs/remotes/origin/${target}`,
    `refs/spec-kitty/backup/${mission.missionId}/target`,
    acceptance?.fromCommit ?? '',
  ];
  for (const revision of named) {
    const commit = revision === '' ? undefined : await lanes.resolve(revision);
    if (commit !== undefined) return commit;
  }
  // The first claim began at the branch itself; later ones may have begun at work that is on their lane alone.
  let first: string | undefined;
  for (const { firstBaseCommit } of state.packages.values()) {
    const base = firstBaseCommit === null ? undefined : await lanes.resolve(firstBaseCommit);
    if (base !== undefined && (first === undefined || (await lanes.isAncestor(base, first)))) first = base;
  }
  return first;
}
