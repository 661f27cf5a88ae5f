import { Fault } from '../fault.ts';
import { type Mission, targetBranch } from '../ports/mission-store.ts';

/** Refuses to go on without the mission's files. @throws Fault `MISSION_NOT_ON_BRANCH` naming the branch. */
export function requireCheckedOut(mission: Mission, current: string | undefined): void {
  if (mission.checkedOut) return;
  const branch = targetBranch(mission.meta);
  throw new Fault(
    'refused',
    'MISSION_NOT_ON_BRANCH',
    `The files of ${mission.directory} are on ${branch}, and ${current ?? 'a detached HEAD'} is checked out.`,
    {
      hints: [`Run \`git switch ${branch}\` first. Notes and status commands work on any branch.`],
      details: { branch, current_branch: current ?? null },
    },
  );
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
