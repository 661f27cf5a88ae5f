import { counted, numbered } from '@spec-kitty/core/counted';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Merged, NothingMerged, Proposed, RetiredLane } from '@spec-kitty/core/merge/merge-request';
import { overrideLines } from '../../render/overrides.ts';

/** What a merge did, or would do, for people. */
export function mergeSentences(merged: Merged): readonly string[] {
  const { view, plan, integration, commit, validation, retired } = merged;
  const { target, lanes, changed, strategy } = integration;
  if (strategy === 'landed') return landedSentences(merged);
  const are = commit === null ? 'would be' : numbered(plan.completes, 'is', 'are');
  return [
    `${commit === null ? 'Would merge' : 'Merged'} ${view.mission.directory} into ${target} by ${integration.strategy}:`,
    ...lanes.map(laneSentence),
    `${counted(changed.length, 'file')} ${numbered(changed, 'changes', 'change')}; ${plan.completes.join(', ')} ${are} done.`,
    proofSentence(merged),
    ...unacceptedLines(merged),
    ...overrideLines(view),
    ...(validation ? ['The validation passed on the merged result.'] : []),
    ...(commit === null ? dryRunLines(merged) : landedLines(merged, commit)),
    ...keptSentence(retired),
  ];
}

/** What nobody accepted says so, to whoever merges it and in the log. */
function unacceptedLines({ plan, commit }: Merged): readonly string[] {
  if (!plan.unaccepted) return [];
  return [
    commit === null
      ? 'It would be merged without acceptance, and the event log would say so.'
      : 'It was merged without acceptance; the event log says so.',
  ];
}

function landedLines({ integration, swept }: Merged, commit: string): readonly string[] {
  const { target, before, merged } = integration;
  const along = swept.length > 0 ? `, with what was not committed of ${swept.join(', ')}` : '';
  return [
    ...(commit === merged ? [] : [`Committed the mission's files as ${commit.slice(0, 12)}${along}.`]),
    `${target}: ${before.slice(0, 12)} → ${commit.slice(0, 12)}.`,
  ];
}

function short(commit: string | null): string {
  return commit?.slice(0, 12) ?? 'nothing';
}

/** A merge that waits on a branch, and how it goes on. */
export function proposalSentences({
  view,
  plan,
  integration,
  validation,
  branch,
  remote,
}: Proposed): readonly string[] {
  const { target, strategy, lanes, changed, merged } = integration;
  return [
    `Left ${view.mission.directory} on ${branch} at ${merged.slice(0, 12)}, by ${strategy} onto ${target}:`,
    ...lanes.map(laneSentence),
    `${counted(changed.length, 'file')} ${numbered(changed, 'changes', 'change')}.`,
    ...(plan.unaccepted ? ['Nobody has accepted it.'] : []),
    ...(validation ? ['The validation passed on the merged result.'] : []),
    remote === null
      ? 'There is no remote: add one, then push the branch.'
      : `Push it: \`git push -u ${shellWord(remote)} ${shellWord(branch)}\``,
    `When it has landed, bring ${target} up to date and run \`spec-kitty merge --landed --mission ${shellWord(view.mission.directory)}\`.`,
  ];
}

function landedSentences(landing: Merged): readonly string[] {
  const { view, plan, integration, commit } = landing;
  const { target, landed } = integration;
  const are = commit === null ? 'would be' : numbered(plan.completes, 'is', 'are');
  return [
    `${target} has ${view.mission.directory} already:`,
    ...landed.map(
      ({ lane, by }) =>
        `  ${lane}: ${by === 'ancestry' ? 'its commit itself' : 'a commit with the same changes'}`,
    ),
    `${plan.completes.join(', ')} ${are} done.`,
    ...unacceptedLines(landing),
    ...(commit === null ? ['Nothing was recorded.'] : landedLines(landing, commit)),
    ...proposalLines(landing),
    ...keptSentence(landing.retired),
  ];
}

function proposalLines({ proposal }: Merged): readonly string[] {
  if (proposal === null) return [];
  const { branch, removed, backup } = proposal;
  return [
    removed
      ? `Removed ${branch}; its commit stays under ${backup}.`
      : `Kept ${branch}: it is checked out, has moved on, or was to be kept.`,
  ];
}

/** As `git merge` says that it is up to date. */
export function nothingSentences({ view, landed, retired }: NothingMerged): readonly string[] {
  const { directory } = view.mission;
  const at = landed?.commit ? ` at ${landed.commit.slice(0, 12)}` : '';
  return [
    landed
      ? `${directory} is already merged into ${landed.target}${at}.`
      : `There is nothing to merge: every package of ${directory} is done or canceled.`,
    ...keptSentence(retired),
  ];
}

function laneSentence({
  laneId,
  packages,
  commit,
  commits,
  files,
}: Merged['integration']['lanes'][number]): string {
  return `  ${laneId}: ${packages.join(', ')} at ${commit.slice(0, 12)}, ${counted(commits, 'commit')}, ${counted(files.length, 'file')}`;
}

function proofSentence({ integration: { proof } }: Merged): string {
  const total = (key: 'paths' | 'both') => proof.reduce((sum, step) => sum + step[key], 0);
  return `Proved path by path: ${counted(total('paths'), 'path')} as one side has it or as Git merges it alone, ${total('both')} of them changed on both.`;
}

function dryRunLines({ refs, swept }: Merged): readonly string[] {
  return [
    ...(swept.length > 0 ? [`It would also commit what is not committed of ${swept.join(', ')}.`] : []),
    'Nothing was moved. These refs would move:',
    ...refs.map(({ ref, from, to }) => `  ${ref}: ${short(from)} → ${short(to)}`),
  ];
}

/** Uncommitted changes keep a worktree, and commits that are not on the target a branch. */
function keptSentence(retired: readonly RetiredLane[]): readonly string[] {
  const kept = retired
    .filter(({ worktreeRemoved, branchRemoved }) => !worktreeRemoved || !branchRemoved)
    .map(({ laneId }) => laneId);
  return kept.length > 0 ? [`Kept the worktree or branch of: ${kept.join(', ')}.`] : [];
}
