import { counted } from '@spec-kitty/core/counted';
import { few } from '@spec-kitty/core/few';
import type { LaneConflict } from '@spec-kitty/core/run/conflicts/lane-conflict';
import type { ForecastRecord } from '@spec-kitty/core/run/forecast/forecast-record';
import { forecastSentence } from '@spec-kitty/core/run/forecast/likely-conflicts';
import { leftSentence, type LeftWork } from '@spec-kitty/core/run/fence/left-work';
import { movedSentences } from '@spec-kitty/core/run/fence/moved-refs';
import { outsideSentence } from '@spec-kitty/core/run/fence/outside-changes';
import type { AttemptEnd, RunOptions, RunOutcome, RunRecord, Waiting } from '@spec-kitty/core/run/run-record';
import type { Attempt } from '@spec-kitty/core/run/run-state';
import { shellWord } from '@spec-kitty/core/shell-word';

/** A record of the journal for a person; nothing for what only programs care about. */
export function recordSentence(
  record: RunRecord,
  attempt: Attempt | undefined,
  number: number,
): string | undefined {
  switch (record.kind) {
    case 'run_started':
      return `The run starts: ${optionsSentence(record.options)} ${record.fence}`;
    case 'run_resumed':
      return `The run goes on: ${optionsSentence(record.options)} ${record.fence}`;
    case 'stop_asked':
      return 'The run is told to stop; its agents are ended.';
    case 'run_ended':
      return outcomeSentence(record.outcome, record.reason, record.waiting);
    default:
      return 'attempt' in record ? ofAttempt(record, attempt, number) : missionSentence(record);
  }
}

type OfMission = Exclude<
  RunRecord,
  { readonly attempt: string } | { kind: 'run_started' | 'run_resumed' | 'stop_asked' | 'run_ended' }
>;

function missionSentence(record: OfMission): string | undefined {
  switch (record.kind) {
    case 'mission_accepted':
      return 'The mission is accepted.';
    case 'mission_landed':
      return landedSentence(record);
    case 'forecast_made':
      return forecastText(record);
    case 'conflict_seen':
      return conflictSentence(record);
    case 'conflict_gone':
      return `${record.lane} no longer conflicts with ${record.other ?? 'the target'}.`;
    case 'conflicts_unknown':
      return `Whether lanes conflict is not known: ${record.reason}`;
  }
}

function ofAttempt(
  record: Extract<RunRecord, { readonly attempt: string }>,
  attempt: Attempt | undefined,
  number: number,
): string | undefined {
  if (attempt === undefined || record.kind === 'attempt_spawned') return undefined;
  return attemptSentence(record, attempt, number);
}

type OfAttempt = Extract<RunRecord, { kind: 'attempt_started' | 'attempt_ended' | 'attempt_concluded' }>;

function attemptSentence(
  record: OfAttempt,
  { wp, role, agent }: Attempt,
  number: number,
): string | undefined {
  switch (record.kind) {
    case 'attempt_started':
      return role === 'reviewer'
        ? `${wp}  ${agent} reviews`
        : `${wp}  ${agent} implements${number > 1 ? `, attempt ${number}` : ''}`;
    case 'attempt_ended':
      return endedSentence(record, `${wp}  ${agent}`) ?? checkedSentence(role, `${wp}  ${agent}`);
    case 'attempt_concluded':
      return `${wp}  ${concluded(record, agent)}`;
  }
}

/** Why it ended, unless that was by itself, and what changed elsewhere meanwhile. */
function endedSentence({ how, reason, ...found }: AttemptEnd, who: string): string | undefined {
  const says = [...(how === 'exited' ? [] : [brief(reason)]), ...foundSentences(found)];
  return says.length === 0 ? undefined : `${who}: ${says.join(' ')}`;
}

/** The validation of a project may take minutes, in which nothing else would be said. */
function checkedSentence(role: Attempt['role'], who: string): string | undefined {
  return role === 'implementer' ? `${who} has ended; its evidence is checked` : undefined;
}

/** What is told of an attempt beside its work. */
interface Found extends Pick<AttemptEnd, 'outside' | 'moved'> {
  readonly left?: LeftWork | null | undefined;
}

/** What an attempt has left, and what changed elsewhere meanwhile. */
export function foundSentences({ outside = [], moved = [], left }: Found): readonly string[] {
  return [...(left ? [leftSentence(left)] : []), ...outside.map(outsideSentence), ...movedSentences(moved)];
}

function concluded(record: Extract<RunRecord, { kind: 'attempt_concluded' }>, agent: string): string {
  const { result, files = [], checks = [], independence } = record;
  const reason = brief(record.reason);
  const unchecked = checks.filter(({ state }) => state === 'not_checked').map(({ name }) => name);
  const session = independence === 'session' ? ', in a session of its own' : '';
  switch (result) {
    case 'handed_over':
      return `is handed over for review: ${counted(files.length, 'file')}${unchecked.length === 0 ? '' : `; not checked: ${few(unchecked)}`}`;
    case 'not_enough':
      return `is not done: ${reason}`;
    case 'approved':
      return `is approved by ${agent}${session}: ${reason}`;
    case 'rejected':
      return `is sent back by ${agent}${session}: ${reason}`;
    case 'void':
      return `nothing came of ${agent}: ${reason}`;
  }
}

function optionsSentence({ implementers, reviewer, maxParallel, until }: RunOptions): string {
  const reviewed =
    reviewer === null
      ? 'each package reviewed by somebody who has not implemented it'
      : `reviewed by ${reviewer}`;
  return `${implementers.join(', ')} ${implementers.length === 1 ? 'implements' : 'implement'}, ${reviewed}, at most ${maxParallel} at once, until ${until}.`;
}

/** What is likely to conflict; nothing where nothing is. */
export function forecastText({
  pairs,
  failed,
}: Pick<ForecastRecord, 'pairs' | 'failed'>): string | undefined {
  if (failed !== null) return `Nobody knows which packages may conflict: ${failed}`;
  return pairs.length === 0 ? undefined : `Forecast: ${pairs.map(forecastSentence).join('\n          ')}`;
}

function landedSentence({ commit, sent_back: back }: Extract<RunRecord, { kind: 'mission_landed' }>): string {
  const landed = commit === null ? 'Nothing is merged' : `Merged as ${commit.slice(0, 8)}`;
  if (back.length === 0) return `${landed}.`;
  const why = back.map(({ wp, reason }) => `${wp} (${brief(reason).replace(/\.$/, '')})`);
  return `${landed}; these are planned again: ${why.join(', ')}.`;
}

/** What of one lane does not merge with another, or with the target. */
export function conflictSentence({ lane, other, paths }: LaneConflict): string {
  const files = paths.length === 0 ? '' : `: ${few(paths)}`;
  return `Conflict: ${lane} does not merge with ${other ?? 'the target'}${files}`;
}

/** How a run that is not complete goes on. */
export function goesOn(mission: string, outcome: RunOutcome | null): string {
  const command = `spec-kitty run resume --mission ${shellWord(mission)}`;
  return outcome === 'budget'
    ? `\`${command} --budget-usd <X>\`, or \`--budget-tokens <N>\`, goes on with a larger one.`
    : `\`${command}\` goes on.`;
}

/** How a run ended, or stands. */
export function outcomeSentence(
  outcome: RunOutcome,
  reason: string,
  waiting: readonly Waiting[] = [],
): string {
  switch (outcome) {
    case 'complete':
      return `The run is complete. ${reason}`.trim();
    case 'waiting':
      return `The run waits for a person:\n${waitingLines(reason, waiting)}`;
    case 'budget':
      return 'The run has ended: its budget is used up.';
    case 'stopped':
      return 'The run was stopped. What was committed is kept.';
    case 'failed':
      return `The run has failed: ${reason}`;
  }
}

function waitingLines(reason: string, waiting: readonly Waiting[]): string {
  const lines = waiting.length === 0 ? [reason] : waiting.map((one) => `${one.wp} ${brief(one.reason)}`);
  return lines.join('\n').replaceAll(/^/gm, '  ');
}

const LONGEST = 400;

/** What somebody has said, on one line that a person reads; the whole of it is in the JSON and in the journal. */
export function brief(said: string): string {
  const line = said.replaceAll(/\s+/g, ' ').trim();
  const letters = Array.from(line);
  if (letters.length <= LONGEST) return line;
  return `${letters
    .slice(0, LONGEST)
    .join('')
    .replace(/ \S{0,40}$/, '')} …`;
}

/** Time for a person: `4 s`, `12 min`, `3 h 5 min`. */
export function shortTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What agents say that they have used; nothing where they say nothing. */
export function usedWords({
  tokens,
  usd,
}: {
  readonly tokens: number | null;
  readonly usd: number | null;
}): string {
  return [
    ...(tokens === null
      ? []
      : [tokens < 10_000 ? `${tokens} tokens` : `${Math.round(tokens / 1000)}k tokens`]),
    ...(usd === null ? [] : [`$${usd.toFixed(2)}`]),
  ].join(', ');
}
