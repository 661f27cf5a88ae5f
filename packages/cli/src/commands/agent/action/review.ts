import { few } from '@spec-kitty/core/few';
import { type Review, reviewPackage } from '@spec-kitty/core/work/review-package';
import { reviewPrompt } from '@spec-kitty/core/prompts/review-prompt';
import { nextCycle } from '@spec-kitty/core/move/reject-package';
import { feedbackPath } from '@spec-kitty/local/prompts/feedback-path';
import { CHARTER, charterPart } from '@spec-kitty/core/project/charter';
import { writePrompt } from '@spec-kitty/local/prompts/write-prompt';
import type { AppContext } from '../../../context.ts';
import { promptPackage, requirementsOf } from './prompt-package.ts';
import { requireAgent } from './require-agent.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

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
  // Before anything is claimed: a charter that cannot be read is a refusal.
  const charter = charterPart(workspace.files.read(CHARTER), 'review');
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
    charter,
  });
  const implementers = view.state.packages.get(taken.wp.id)?.implementers ?? [];
  const requirements = requirementsOf(view, taken.wp);
  const prompt = reviewPrompt(subject, { ...taken, implementers, requirements, feedbackFile: feedback });
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
    changed_outside_owned: taken.changedOutsideOwned,
    merges: taken.merges.map(shownMerge),
    takes_back: taken.undone,
    feedback_file: feedback,
    prompt_file: file,
    agent,
    already_claimed: !taken.fresh,
  };
  this.show(json, document, () => textOf(taken, { agent, file, feedback }));
}

function shownMerge({ commit, names, conflicts, thinned, besides, dropped }: Review['merges'][number]) {
  return { commit, merges: names, conflicts, lacks_added_lines: thinned, besides, lacks: dropped };
}

function textOf(
  { view, wp, lane, commit, commitCount, from, changedOutsideOwned, merges, undone, workspace }: Review,
  { agent, file, feedback }: { agent: string; file: string; feedback: string },
): string {
  const at = `--agent ${shellWord(agent)} --mission ${shellWord(view.mission.directory)}`;
  return [
    `${wp.id} is yours to review: ${wp.title}`,
    `  Commit    ${commit} (${commitCount} since ${from.slice(0, 12)})`,
    ...outsideOwned(changedOutsideOwned),
    ...merges.map(({ names, conflicts, dropped }) => {
      const sides = names.join(', ');
      if (dropped.length > 0)
        return `  Warning   A merge of ${sides} lacks what was changed in: ${few(dropped)}`;
      return `  Merge     Of ${sides}, decided by hand${conflicts.length > 0 ? `; conflicts: ${few(conflicts)}` : ''}`;
    }),
    ...(undone === null
      ? []
      : [`  Warning   Takes back what ${lane.target} has changed in: ${few(undone.paths)}`]),
    `  Look in   ${workspace.path}`,
    `  Read      ${file}`,
    `Approve:    \`spec-kitty agent tasks move-task ${wp.id} --to approved ${at}\``,
    `Send back:  \`spec-kitty agent tasks move-task ${wp.id} --to planned --review-feedback-file ${shellWord(feedback)} ${at}\``,
  ].join('\n');
}

function outsideOwned(paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? [] : [`  Warning   Changed outside the owned files: ${few(paths)}`];
}
