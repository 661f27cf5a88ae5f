import { Fault } from '../fault.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { listed } from '../listed.ts';
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
  const names = last === undefined ? [] : await branchesWith(lanes, last);
  const file = `target_branch in kitty-specs/${mission.directory}/meta.json`;
  const renamed = `If the branch has another name now${names.length > 0 ? `, such as ${listed(names)}` : ''}, correct ${file}.`;
  throw new Fault(
    'refused',
    'TARGET_NOT_FOUND',
    `The target branch of ${mission.directory} is gone: ${target}`,
    {
      // A branch that is made again while the work goes on under another name would only be in the way.
      hints: names.length > 0 ? [renamed, again] : [again, renamed],
      details: { target_branch: target, commit: last ?? null },
    },
  );
}

/** More than anybody has renamed a branch to. */
const MOST_NAMES = 3;

/** Branches of people that have a commit: one of them may be what the target is called now. */
async function branchesWith(lanes: LaneRepository, commit: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [ref, tip] of await lanes.refs('refs/heads')) {
    const name = ref.slice('refs/heads/'.length);
    if (name.startsWith('kitty/') || !(await lanes.isAncestor(commit, tip))) continue;
    found.push(name);
    if (found.length === MOST_NAMES) break;
  }
  return found;
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
