import { counted, numbered } from '@spec-kitty/core/counted';
import { listed } from '@spec-kitty/core/listed';
import { few } from '@spec-kitty/core/few';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Merged, NothingMerged, Proposed } from '@spec-kitty/core/merge/merge-request';
import { revertedWords } from '@spec-kitty/core/merged/reverted-merge';
import { isPart } from './merge-document.ts';
import { keptSentences, proposalSentence, removedSentences } from './kept-sentences.ts';
import { overrideLines } from '../../render/overrides.ts';

/** What a merge did, or would do, for people. */
export function mergeSentences(merged: Merged): readonly string[] {
  const { view, plan, integration, commit, validation } = merged;
  const { target, lanes, changed, strategy } = integration;
  if (strategy === 'landed') return landedSentences(merged);
  const are = commit === null ? 'would be' : numbered(plan.completes, 'is', 'are');
  return [
    `${commit === null ? 'Would merge' : 'Merged'} ${partOf(merged)}${view.mission.directory} into ${target} by ${integration.strategy}:`,
    ...lanes.map(laneSentence),
    ...droppingLines(merged),
    ...idleLines(merged),
    ...undoingLines(merged),
    `${counted(changed.length, 'file')} ${numbered(changed, 'changes', 'change')}; ${plan.completes.join(', ')} ${are} done.`,
    proofSentence(merged),
    ...unacceptedLines(merged),
    ...overrideLines(view),
    validationSentence(validation),
    ...trainLines(merged.train),
    ...(commit === null ? dryRunLines(merged) : landedLines(merged, commit)),
    ...keptLines(merged),
  ];
}

function partOf({ train }: Merged): string {
  return isPart(train) ? 'a part of ' : '';
}

/** What is not merged, and why; and what a validation says that is not steady. */
function trainLines(train: Merged['train']): readonly string[] {
  if (train === null) return [];
  const { sentBack, waiting, unsteady, validations } = train;
  return [
    ...unsteady.map(
      ({ packages }) =>
        `It is not steady: it had failed with ${listed(packages)}, and passed when the same was validated again.`,
    ),
    ...sentBack.map(
      ({ wp, reason, feedbackFile }) =>
        `${wp} is planned again. ${reason} What failed is in ${feedbackFile}.`,
    ),
    ...(waiting.length > 0
      ? [
          `${listed(waiting)} ${numbered(waiting, 'stays approved and waits', 'stay approved and wait')} for that.`,
        ]
      : []),
    ...(validations > 0 ? [`The validation ran ${counted(validations, 'time')}.`] : []),
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

function landedLines({ view, integration, swept, since }: Merged, commit: string): readonly string[] {
  const { target, before, merged } = integration;
  const along = swept.length > 0 ? `, with what was not committed of ${swept.join(', ')}` : '';
  return [
    ...(commit === merged ? [] : [`Committed the mission's files as ${commit.slice(0, 12)}${along}.`]),
    `${target}: ${before.slice(0, 12)} → ${commit.slice(0, 12)}${since ? `, and by others since → ${since.tip.slice(0, 12)}` : ''}.`,
    ...staleLines(view.mission.directory, since),
  ];
}

/** Files of the mission that the target does not have as the merge has written them. */
function staleLines(directory: string, since: Merged['since']): readonly string[] {
  if (!since || since.uncommitted.length === 0) return [];
  return [
    `What was committed since has the mission's files as they were before the merge; these are not committed: ${few(since.uncommitted)}.`,
    `Commit them: \`git add ${shellWord(`kitty-specs/${directory}`)}\`, then \`git commit\`.`,
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
    ...idleLines(proposed),
    ...undoingLines(proposed),
    `${counted(changed.length, 'file')} ${numbered(changed, 'changes', 'change')}.`,
    ...(plan.unaccepted ? ['Nobody has accepted it.'] : []),
    validationSentence(validation),
    ...trainLines(proposed.train),
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
    ...idleLines(landing),
    ...undoingLines(landing),
    `${plan.completes.join(', ')} ${are} done.`,
    ...unacceptedLines(landing),
    ...(commit === null ? dryRunLines(landing) : landedLines(landing, commit)),
    ...keptLines(landing),
  ];
}

/** As `git merge` says that it is up to date. */
export function nothingSentences(nothing: NothingMerged): readonly string[] {
  const { view, retired, dryRun } = nothing;
  return [
    ...standingSentences(nothing),
    ...removedSentences(retired, { dryRun }),
    ...keptSentences(retired, { view, dryRun }),
  ];
}

/** Where the mission is, or that it is not there any more. */
function standingSentences({ view, landed, reverted }: NothingMerged): readonly string[] {
  const { directory } = view.mission;
  if (reverted) {
    const { sentence, hints } = revertedWords(directory, reverted);
    return [sentence, ...hints];
  }
  const at = landed?.commit ? ` at ${landed.commit.slice(0, 12)}` : '';
  return [
    landed
      ? `${directory} is already merged into ${landed.target}${at}.`
      : `There is nothing to merge: every package of ${directory} is done or canceled.`,
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

/** No review is asked for such a lane; force, or an earlier version, may have approved it all the same. */
function idleLines({ idle }: Pick<Merged, 'idle'>): readonly string[] {
  return idle.map(
    ({ laneId, packages }) => `Note: ${laneId} changes no file; nothing is there of ${listed(packages)}.`,
  );
}

/** The difference of the package shows it only as what was there before. */
function undoingLines({
  undoing,
  integration: { target },
}: Pick<Merged, 'undoing' | 'integration'>): readonly string[] {
  return undoing.map(
    ({ laneId, commit, paths }) =>
      `Note: ${laneId} takes back what ${target} has changed in ${few(paths)}, last with ${commit.slice(0, 12)}.`,
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
