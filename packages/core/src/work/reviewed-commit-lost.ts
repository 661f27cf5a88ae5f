import { Fault } from '../fault.ts';

/** What a review approved is not here. */
export function reviewedCommitLost(wp: string, commit: string, laneId?: string): Fault {
  const sentence = `The approved commit of ${wp} is not in this repository: ${commit}`;
  return new Fault('refused', 'REVIEWED_COMMIT_LOST', sentence, {
    hints: ["Fetch the lane's branch, then run the command again."],
    details: { wp_id: wp, commit, ...(laneId === undefined ? {} : { lane_id: laneId }) },
  });
}
