import { sourceLane } from '@spec-kitty/core/status/package-state';
import { reviewPackage } from '@spec-kitty/core/work/review-package';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';
import { promptPath } from './contract/place-of.ts';
import { readPolicy } from './contract/policy.ts';

interface Flags {
  readonly mission: string;
  readonly wp: string;
  readonly actor: string;
  readonly policy?: string;
  readonly reviewRef?: string;
}

/** Takes the package for review, as `agent action review` does, and tells what there is to judge. */
export async function startReview(
  this: AppContext,
  { mission, wp, actor, policy: given, reviewRef }: Flags,
): Promise<void> {
  await answer(this, { command: 'start-review', mission, actor, wp }, async (workspace) => {
    const policy = readPolicy(given, 'in_review');
    const taken = await reviewPackage(workspace, { mission, wp, agent: actor, reviewRef, policy });
    const { view, fresh } = taken;
    return {
      wp_id: taken.wp.id,
      from_lane: sourceLane(view.state.packages.get(taken.wp.id)),
      to_lane: 'in_review',
      policy_metadata_recorded: fresh,
      no_op: !fresh,
      workspace_path: taken.workspace.path,
      prompt_path: promptPath(workspace.repository.primary, view.mission.directory, taken.wp),
      base_commit: taken.from,
      commit: taken.commit,
      changed_files: [...taken.changedFiles],
      changed_outside_owned: [...taken.changedOutsideOwned],
    };
  });
}
