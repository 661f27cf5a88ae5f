import { Fault } from '../fault.ts';
import { type Mission, targetBranch } from '../ports/mission-store.ts';

/** Refuses to go on without the mission's files. @throws Fault `MISSION_NOT_ON_BRANCH` naming the branch that has them. */
export function requireCheckedOut(mission: Mission, current: string | undefined): void {
  if (mission.checkedOut) return;
  const { sentence, hint } = whereabouts(mission, current);
  throw new Fault('refused', 'MISSION_NOT_ON_BRANCH', sentence, {
    hints: [`${hint} Notes and status commands work on any branch.`],
    details: { branch: mission.branch ?? null, current_branch: current ?? null },
  });
}

function whereabouts(
  { directory, branch }: Mission,
  current: string | undefined,
): { sentence: string; hint: string } {
  if (branch === undefined) {
    const hint = 'If they were stashed, bring them back with `git stash pop`.';
    return { sentence: `The files of ${directory} are on no branch.`, hint };
  }
  if (branch === current) {
    const hint = `Bring them back with \`git restore -- kitty-specs/${directory}\`.`;
    return {
      sentence: `The files of ${directory} are on ${branch}, but were removed from the checkout.`,
      hint,
    };
  }
  const where = current ?? 'a detached HEAD';
  const sentence = `The files of ${directory} are on ${branch}, and ${where} is checked out.`;
  return { sentence, hint: `Run \`git switch ${branch}\` first.` };
}

/** Refuses to go on unless the primary checkout is on the mission's target. @throws Fault `WRONG_BRANCH` naming it. */
export function requireTarget(mission: Mission, current: string | undefined): void {
  const branch = targetBranch(mission.meta);
  if (current === branch) return;
  const where = current === undefined ? 'HEAD is detached' : `${current} is checked out`;
  throw new Fault('refused', 'WRONG_BRANCH', `This needs ${branch}, the mission's target branch; ${where}.`, {
    hints: [`Run \`git switch ${branch}\` first; nothing was changed.`],
    details: { branch, current_branch: current ?? null },
  });
}
