import { sourceLane } from '@spec-kitty/core/status/package-state';
import { claimPackage } from '@spec-kitty/core/work/claim-package';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';
import { placeOf } from './contract/place-of.ts';
import { readPolicy } from './contract/policy.ts';

interface Flags {
  readonly mission: string;
  readonly wp: string;
  readonly actor: string;
  readonly policy?: string;
}

/** Prepares the worktree and claims the package, as `agent action implement` does. */
export async function startImplementation(
  this: AppContext,
  { mission, wp, actor, policy: given }: Flags,
): Promise<void> {
  await answer(this, { command: 'start-implementation', mission, actor, wp }, async (workspace) => {
    const policy = readPolicy(given, 'in_progress');
    const claim = await claimPackage(workspace, { mission, wp, agent: actor, policy });
    const { view, lane, fresh } = claim;
    const known = view.state.packages.get(claim.wp.id);
    return {
      wp_id: claim.wp.id,
      from_lane: sourceLane(known),
      to_lane: 'in_progress',
      policy_metadata_recorded: fresh,
      no_op: !fresh,
      ...placeOf(workspace, view, { wp: claim.wp, lane, at: claim.workspace }),
      base_commit: claim.workspace.head,
      review_feedback_path: known?.lastRejection?.feedbackPath ?? null,
    };
  });
}
