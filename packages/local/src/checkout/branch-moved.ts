import { Fault } from '@spec-kitty/core/fault';

/** Somebody moved a branch in the same moment; it stays where they put it. @param expected where it was before. */
export function branchMoved(branch: string, expected: string | null): Fault {
  return new Fault('refused', 'TARGET_MOVED', `${branch} has moved meanwhile and was left as it is.`, {
    hints: ['Run the command again.'],
    details: { target_branch: branch, expected },
  });
}
