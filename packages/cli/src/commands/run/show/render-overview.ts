import { laneWords } from '@spec-kitty/core/lane-words';
import { renderTable } from '../../../render/table.ts';
import type { OverviewDocument, OverviewRow } from './overview-document.ts';
import { brief, conflictSentence, foundSentences, shortTime, usedWords } from './run-sentences.ts';

/**
 * Draws where a run stands; the time is that of showing it.
 *
 * @param room for so many packages; the others are counted. All have room unless given.
 */
export function renderOverview(
  document: OverviewDocument,
  nowMs: number,
  room = Number.POSITIVE_INFINITY,
): string {
  const { mission, packages, started_at: since, state } = document;
  const done = packages.filter(({ lane }) => lane === 'done').length;
  const facts = [
    mission,
    `${done} of ${packages.length} done`,
    ...(state === 'running' && since !== null ? [shortTime(nowMs - Date.parse(since))] : []),
    usedWords(document),
  ].filter((fact) => fact !== '');
  const shown = mostUrgent(packages, room);
  const more = packages.length - shown.length;
  const rest = more === 0 ? '' : `\n… and ${more} more`;
  const rows = shown.map((row) => [row.wp_id, laneWords(row.lane), who(row), note(row, nowMs)]);
  const found = document.found.map((one) => `${one.wp_id}  ${one.agent}: ${foundSentences(one).join(' ')}`);
  const below = [...document.conflicts.map(conflictSentence), ...found].map((line) => `\n${line}`).join('');
  return `${facts.join(' · ')}\n\n${renderTable(['WP', 'LANE', 'AGENT', 'NOTE'], rows)}${rest}${below && `\n${below}`}`;
}

/** What is worked on comes first, then what somebody has to do something about; in the order of the board. */
function mostUrgent(packages: readonly OverviewRow[], room: number): readonly OverviewRow[] {
  if (packages.length <= room) return packages;
  const urgent = new Set(packages.toSorted((one, other) => urgency(one) - urgency(other)).slice(0, room));
  return packages.filter((row) => urgent.has(row));
}

function urgency({ current, is_checked: isChecked, lane }: OverviewRow): number {
  if (current !== null || isChecked) return 0;
  if (lane === 'planned') return 2;
  return lane === 'done' || lane === 'approved' || lane === 'canceled' ? 3 : 1;
}

function who({ current, holder, lane }: OverviewRow): string {
  if (current === null) return lane === 'done' || lane === 'approved' ? '' : (holder ?? '');
  return current.role === 'reviewer' ? `${current.agent} reviews` : current.agent;
}

function note(row: OverviewRow, nowMs: number): string {
  const { current, waits_for: waits, last, attempts, forced_by: forced } = row;
  if (current !== null) {
    const age = shortTime(nowMs - Date.parse(current.started_at));
    const used = usedWords(row);
    const action =
      current.last_action === null
        ? []
        : [`${current.last_action} (${shortTime(nowMs - Date.parse(current.last_action_at))} ago)`];
    return [
      `${age}${attempts > 1 ? `, attempt ${attempts}` : ''}`,
      ...(used === '' ? [] : [used]),
      ...action,
    ].join('; ');
  }
  if (row.is_checked) return 'its evidence is checked';
  if (waits.length > 0) return `waits for ${waits.join(', ')}`;
  return [
    ...(forced === null ? [] : [`a rule was overridden by ${forced}`]),
    ...(last === null || row.lane === 'done' ? [] : [lastWords(last, row.moved_by)]),
  ].join('; ');
}

/** What somebody has moved since is theirs, whatever an attempt came to before. */
function lastWords(
  { result, agent, reason }: NonNullable<OverviewRow['last']>,
  movedBy: string | null,
): string {
  if (movedBy !== null) return `moved here by ${movedBy}`;
  return `${result.replaceAll('_', ' ')} (${agent})${reason === '' ? '' : `: ${brief(reason)}`}`;
}

/** Commands that open what agents have said to no end, for a person who wants to know more. */
export function resumeLines({ packages }: OverviewDocument): readonly string[] {
  return packages.flatMap(({ wp_id: wp, current, last, moved_by: movedBy }) =>
    current === null &&
    movedBy === null &&
    last !== null &&
    last.resume !== null &&
    cameToNothing(last.result)
      ? [`The session of ${last.agent} on ${wp} is opened by \`${last.resume}\`.`]
      : [],
  );
}

/** Whether an attempt ended without a result that its package goes on with. */
export function cameToNothing(result: string | null): boolean {
  return result === null || result === 'void' || result === 'not_enough';
}
