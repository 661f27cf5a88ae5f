import { reviewPackage } from '@spec-kitty/core/work/review-package';
import { reviewPrompt } from '@spec-kitty/core/prompts/review-prompt';
import { nextCycle } from '@spec-kitty/core/move/reject-package';
import { feedbackPath } from '@spec-kitty/local/prompts/feedback-path';
import { writePrompt } from '@spec-kitty/local/prompts/write-prompt';
import type { AppContext } from '../../../context.ts';
import { promptPackage } from './prompt-package.ts';
import { requireAgent } from './require-agent.ts';

interface Flags {
  readonly agent?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Takes a package for review and writes the instructions for judging it. */
export async function review(
  this: AppContext,
  { json, mission, ...flags }: Flags,
  wp?: string,
): Promise<void> {
  const agent = requireAgent(flags.agent);
  const workspace = await this.workspace();
  const taken = await reviewPackage(workspace, { mission, wp, agent });
  const { view, lane } = taken;
  const directory = view.mission.directory;
  const cycle = nextCycle(view.mission.files.list(`tasks/${taken.wp.fileName.replace(/\.md$/, '')}`));
  const feedback = feedbackPath(workspace.repository, `${directory}-${taken.wp.id}-feedback-${cycle}.md`);
  const subject = promptPackage(workspace, {
    view,
    wp: taken.wp,
    lane,
    agent,
    workspace: taken.workspace,
    config: await workspace.config(),
  });
  const prompt = reviewPrompt(subject, {
    implementers: view.state.packages.get(taken.wp.id)?.implementers ?? [],
    commit: taken.commit,
    from: taken.from,
    fixFrom: taken.fixFrom,
    commitCount: taken.commitCount,
    changedFiles: taken.changedFiles,
    startedDependents: taken.startedDependents,
    feedbackFile: feedback,
  });
  const file = writePrompt(workspace.repository, `${directory}-${taken.wp.id}-review`, prompt);
  const document = {
    result: 'success',
    wp_id: taken.wp.id,
    mission_slug: directory,
    lane_id: lane.laneId,
    workspace_path: taken.workspace.path,
    branch: taken.workspace.branch,
    base_ref: lane.target,
    base_commit: taken.from,
    commit: taken.commit,
    commit_count: taken.commitCount,
    changed_files: taken.changedFiles,
    feedback_file: feedback,
    prompt_file: file,
    agent,
    already_claimed: !taken.fresh,
  };
  this.show(json, document, () =>
    [
      `${taken.wp.id} is yours to review: ${taken.wp.title}`,
      `  Commit    ${taken.commit} (${taken.commitCount} since ${taken.from.slice(0, 12)})`,
      `  Look in   ${taken.workspace.path}`,
      `  Read      ${file}`,
      `Approve:    \`spec-kitty agent tasks move-task ${taken.wp.id} --to approved --agent ${agent} --mission ${directory}\``,
      `Send back:  \`spec-kitty agent tasks move-task ${taken.wp.id} --to planned --agent ${agent} --review-feedback-file ${feedback} --mission ${directory}\``,
    ].join('\n'),
  );
}
