import { requireNoLane } from '@spec-kitty/core/execution-lanes/branch-names';
import { Fault } from '@spec-kitty/core/fault';
import { requireBranchName } from '@spec-kitty/core/mission/target-branch';

/** The branch that a new mission lands on. @throws Fault `DETACHED_HEAD` when none is checked out and none was named, or `TARGET_UNFIT`. */
export function landingBranch(current: string | undefined, named: string | undefined): string {
  const branch = named ?? current;
  if (branch !== undefined) {
    requireBranchName(branch, named === undefined ? undefined : '--target-branch');
    requireNoLane(branch);
    return branch;
  }
  throw new Fault(
    'refused',
    'DETACHED_HEAD',
    'HEAD is detached, so there is no branch for the work to land on.',
    {
      hints: ['Switch to a branch first.'],
    },
  );
}
