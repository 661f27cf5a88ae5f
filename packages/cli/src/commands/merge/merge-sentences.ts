import { counted, numbered } from '@spec-kitty/core/counted';
import { few } from '@spec-kitty/core/few';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Merged, NothingMerged, Proposed } from '@spec-kitty/core/merge/merge-request';
import { keptSentences, proposalSentence, removedSentences } from './kept-sentences.ts';
import { overrideLines } from '../../render/overrides.ts';

/** What a merge did, or would do, for people. */
export function mergeSentences(merged: Merged): readonly string[] {
  const { view, plan, integration, commit, validation } = merged;
  const { target, lanes, changed, strategy } = integration;
  if (strategy === 'landed') return landedSentences(merged);
  const are = commit === null ? 'would be' : numbered(plan.completes, 'is', 'are');
  return [
    `${commit === null ? 'Would merge' : 'Merged'} ${view.mission.directory} into ${target} by ${integration.strategy}:`,
    ...lanes.map(laneSentence),
    ...droppingLines(merged),
    `${counted(changed.length, 'file')} ${numbered(changed, 'changes', 'change')}; ${plan.completes.join(', ')} ${are} done.`,
    proofSentence(merged),
    ...unacceptedLines(merged),
    ...overrideLines(view),
    validationSentence(validation),
    ...(commit === null ? dryRunLines(merged) : landedLines(merged, commit)),
    ...keptLines(merged),
  ];
}

function keptLines({ view, retired, proposal, commit }: Merged): readonly string[] {
  const dryRun = commit === null;
  const branch = proposal === null ? [] : [proposalSentence(proposal, dryRun)];
  return [...branch, ...keptSentences(retired, { view, dryRun })];
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

/** A merge that waits on a branch, or would, and how it goes on. */
export function proposalSentences(proposed: Proposed): readonly string[] {
  const { dryRun, view, plan, integration, validation, offer, refs } = proposed;
  const { target, strategy, lanes, changed, merged } = integration;
  const { branch, from, to, checkouts, remote } = offer;
  const verb = from === to ? 'Left as it was:' : dryRun ? 'Would leave' : 'Left';
  return [
    `${verb} ${view.mission.directory} on ${branch} at ${merged.slice(0, 12)}, by ${strategy} onto ${target}:`,
    ...lanes.map(laneSentence),
    ...droppingLines(proposed),
    `${counted(changed.length, 'file')} ${numbered(changed, 'changes', 'change')}.`,
    ...(plan.unaccepted ? ['Nobody has accepted it.'] : []),
    validationSentence(validation),
    ...(dryRun ? refLines(refs) : movedLines(offer)),
    ...checkouts.map((root) => `Its checkout ${dryRun ? 'would go' : 'went'} along: ${root}`),
    ...(dryRun ? [] : pushLines(branch, remote)),
    ...(dryRun || from === to ? [] : recordLines(proposed)),
    `When it has landed, bring ${target} up to date and run \`spec-kitty merge --landed --mission ${shellWord(view.mission.directory)}\`.`,
  ];
}

function movedLines({ branch, from, to, backup }: Proposed['offer']): readonly string[] {
  return backup === null ? [] : [`${branch}: ${short(from)} → ${short(to)}; ${backup} keeps what it had.`];
}

function pushLines(branch: string, remote: string | null): readonly string[] {
  return [
    remote === null
      ? 'There is no remote: add one, then push the branch.'
      : `Push it: \`git push -u ${shellWord(remote)} ${shellWord(branch)}\``,
  ];
}

/** The row waits for a commit of somebody's, and `git pull --rebase` for a checkout without changes. */
function recordLines({ view: { mission }, integration: { target } }: Proposed): readonly string[] {
  if (!mission.checkedOut) return [];
  return [
    `That is recorded in kitty-specs/${mission.directory}/status.events.jsonl, which is not committed: commit it, or bring ${target} up to date with \`git pull --rebase --autostash\`.`,
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
    ...(commit === null ? dryRunLines(landing) : landedLines(landing, commit)),
    ...keptLines(landing),
  ];
}

/** As `git merge` says that it is up to date. */
export function nothingSentences({ view, landed, retired, dryRun }: NothingMerged): readonly string[] {
  const { directory } = view.mission;
  const at = landed?.commit ? ` at ${landed.commit.slice(0, 12)}` : '';
  return [
    landed
      ? `${directory} is already merged into ${landed.target}${at}.`
      : `There is nothing to merge: every package of ${directory} is done or canceled.`,
    ...removedSentences(retired, { dryRun }),
    ...keptSentences(retired, { view, dryRun }),
  ];
}

function laneSentence({
  laneId,
  packages,
  commit,
  commits,
  empty,
  files,
}: Merged['integration']['lanes'][number]): string {
  const idle = empty > 0 ? ` (${empty} of them without changes)` : '';
  return `  ${laneId}: ${packages.join(', ')} at ${commit.slice(0, 12)}, ${counted(commits, 'commit')}${idle}, ${counted(files.length, 'file')}`;
}

/** Of these no proof says anything: to Git the side is merged. */
function droppingLines({ dropping }: Pick<Merged, 'dropping'>): readonly string[] {
  return dropping.map(
    ({ laneId, commit, paths }) =>
      `Merge to judge: ${commit.slice(0, 12)} of ${laneId} lacks what another side had changed in ${few(paths)}.`,
  );
}

function proofSentence({ integration: { proof } }: Merged): string {
  const total = (key: 'paths' | 'both') => proof.reduce((sum, step) => sum + step[key], 0);
  return `Proved path by path: ${counted(total('paths'), 'path')} as one side has it or as Git merges it alone, ${total('both')} of them changed on both.`;
}

function validationSentence(validation: Merged['validation']): string {
  return validation
    ? 'The validation passed on the merged result.'
    : 'Nothing was run on the merged result: `validation.command` is not configured.';
}

function dryRunLines({ integration, refs, seals, swept }: Merged): readonly string[] {
  return [
    ...(swept.length > 0 ? [`It would also commit what is not committed of ${swept.join(', ')}.`] : []),
    ...refLines(refs.filter(({ from, to }) => from !== to)),
    ...(seals ? [`On top of it, ${integration.target} gets a commit of the mission's files.`] : []),
  ];
}

function refLines(refs: Merged['refs']): readonly string[] {
  if (refs.length === 0) return ['Nothing was moved, and no ref would move.'];
  return [
    'Nothing was moved. These refs would move:',
    ...refs.map(({ ref, from, to }) => `  ${ref}: ${short(from)} → ${short(to)}`),
  ];
}
