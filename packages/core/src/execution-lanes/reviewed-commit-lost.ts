import { Fault } from '../fault.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import { shellWord } from '../shell-word.ts';

/** A commit that events name, and the lane that it is from, as far as that is known. */
export interface HandedIn {
  readonly wp: string;
  readonly commit: string;
  readonly laneId?: string;
  readonly branch?: string | undefined;
}

/** What was handed in is not here: the log has come from another clone, and the lane has not. */
export function reviewedCommitLost({ wp, commit, laneId, branch }: HandedIn): Fault {
  const sentence = `The commit on record for ${wp} is not in this repository: ${commit}`;
  return new Fault('refused', 'REVIEWED_COMMIT_LOST', sentence, {
    hints: [
      branch === undefined
        ? "In the clone that has it run `git push <remote> <lane's branch>`, here `git fetch <remote> <lane's branch>`, then the command again."
        : `In the clone that has it run \`git push <remote> ${shellWord(branch)}\`, here \`git fetch <remote> ${shellWord(branch)}\`, then the command again.`,
    ],
    details: { wp_id: wp, commit, ...(laneId === undefined ? {} : { lane_id: laneId }) },
  });
}

/** Nobody judges what is not here. @throws Fault `REVIEWED_COMMIT_LOST`. */
export async function requireHere(lanes: LaneRepository, handedIn: HandedIn): Promise<void> {
  if ((await lanes.resolve(handedIn.commit)) === undefined) throw reviewedCommitLost(handedIn);
}
