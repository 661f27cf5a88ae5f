import { Fault } from '../fault.ts';
import { shellWord } from '../shell-word.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from './target-branch.ts';

/** Where the files of a mission are that is not checked out, and how to get at them. */
export interface Whereabouts {
  readonly sentence: string;
  readonly hints: readonly string[];
}

/** Refuses to go on without the mission's files in the checkout. @throws Fault `MISSION_NOT_ON_BRANCH` naming the branch that has them. */
export function requireCheckedOut(mission: Mission, current: string | undefined): void {
  if (!mission.checkedOut) throw notOnBranch(mission, current);
}

/** Refuses to say what only the mission's files can say: another branch may have them. @throws Fault `MISSION_NOT_ON_BRANCH` when none has. */
export function requireFiles(mission: Mission): void {
  if (!hasFiles(mission)) throw notOnBranch(mission, undefined);
}

/** Tells whether the mission's files can be read, from the checkout or from a branch. */
export function hasFiles({ checkedOut, branch }: Mission): boolean {
  return checkedOut || branch !== undefined;
}

/** Says where the files of a mission are that is not checked out. */
export function whereabouts(
  { directory, missionId, branch, lastCommit }: Mission,
  current: string | undefined,
): Whereabouts {
  const root = `kitty-specs/${directory}`;
  if (branch === undefined) {
    const sentence = `The files of ${directory} are on no branch.`;
    const drop = `Unless it is merged, take it off the list with \`spec-kitty agent mission abandon --mission ${shellWord(directory)} --reason "<why>"\`; its events stay.`;
    if (lastCommit !== undefined)
      return {
        sentence,
        hints: [`Bring them back with \`git restore --source=${lastCommit} -- ${shellWord(root)}\`.`, drop],
      };
    return {
      sentence,
      hints: [
        `Run \`git log --all --reflog -- ${shellWord(root)}\` to look for a commit that has them.`,
        `If there is none, write ${root}/meta.json with {"mission_id":"${missionId}"}, and the plan anew; the events are safe.`,
        drop,
      ],
    };
  }
  if (branch === current) {
    const sentence = `The files of ${directory} are on ${branch}, but were removed from the checkout.`;
    return {
      sentence,
      hints: [
        `Bring them back with \`git restore -- ${shellWord(root)}\`.`,
        `If a sparse checkout leaves them out, run \`git sparse-checkout add ${shellWord(root)}\`.`,
      ],
    };
  }
  const where = current ?? 'a detached HEAD';
  const sentence = `The files of ${directory} are on ${branch}, and ${where} is checked out.`;
  return { sentence, hints: [`Run \`git switch ${shellWord(branch)}\` first.`] };
}

function notOnBranch(mission: Mission, current: string | undefined): Fault {
  const { sentence, hints } = whereabouts(mission, current);
  return new Fault('refused', 'MISSION_NOT_ON_BRANCH', sentence, {
    hints: [...hints, 'Notes and status commands work on any branch.'],
    details: { branch: mission.branch ?? null, current_branch: current ?? null },
  });
}

/** Refuses to go on unless the primary checkout is on the mission's target. @throws Fault `WRONG_BRANCH` naming it. */
export function requireTarget({ meta }: Pick<Mission, 'meta'>, current: string | undefined): void {
  requireBranch(targetBranch(meta), current);
}

/** The same for a target that is known already. */
export function requireBranch(branch: string, current: string | undefined): void {
  if (current === branch) return;
  const where = current === undefined ? 'HEAD is detached' : `${current} is checked out`;
  throw new Fault('refused', 'WRONG_BRANCH', `This needs ${branch}, the mission's target branch; ${where}.`, {
    hints: [
      `Run \`git switch ${shellWord(branch)}\`, then run the command again. Where Git says that another worktree has it: \`git -C <that worktree> switch --detach\` first.`,
    ],
    details: { branch, current_branch: current ?? null },
  });
}
