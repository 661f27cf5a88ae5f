import { counted } from '@spec-kitty/core/counted';
import type { BoardRow, MissionBoard } from '@spec-kitty/core/board/mission-board';
import { laneWords } from '@spec-kitty/core/lane-words';
import type { Override } from '@spec-kitty/core/status/package-state';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { LANES } from '@spec-kitty/protocol/lane';
import { oneLine, renderTable } from './table.ts';

const ORDER: readonly string[] = ['genesis', 'uninitialized', ...LANES];
const BAR_WIDTH = 20;

/** Draws a mission's board for a person: title, progress, and the packages grouped by lane in board order. */
export function renderBoard({ mission }: MissionView, board: MissionBoard): string {
  const title = oneLine(mission.meta.friendly_name ?? mission.directory);
  const heading = title === mission.directory ? title : `${title} (${mission.directory})`;
  if (board.rows.length === 0) return `${heading}\nThere are no work packages yet.`;
  const rows = board.rows.toSorted((a, b) => ORDER.indexOf(a.lane) - ORDER.indexOf(b.lane));
  const table = renderTable(
    ['LANE', 'WP', 'TITLE', 'HOLDER', 'NOTE'],
    rows.map((row) => [laneWords(row.lane), row.wp.id, row.wp.title, row.holder ?? '', note(row, board)]),
  );
  return `${heading}\n${progress(board)}\n\n${table}`;
}

function progress({ numbers }: MissionBoard): string {
  const filled = Math.floor((numbers.weighted_percentage / 100) * BAR_WIDTH);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
  return `${bar} readiness ${numbers.weighted_percentage} %, ${numbers.done_count} of ${numbers.total_wps} done`;
}

function note(row: BoardRow, board: MissionBoard): string {
  const { wp, lane, waitsFor, override } = row;
  if (wp.problem) return `unreadable: ${wp.problem.message}`;
  return [
    ...(waitsFor.length > 0 ? [`waits for ${waitsFor.join(', ')}`] : []),
    ...heldTooLong(wp.id, board),
    ...(row.bySession ? ['approved by another session of its agent'] : []),
    ...(override ? [onWord(override)] : lane === 'blocked' ? [blocked(row)] : []),
  ].join('; ');
}

function heldTooLong(id: string, { stale, stalledReviews }: MissionBoard): readonly string[] {
  const held = stale.find(({ wpId }) => wpId === id);
  if (held) return [`has not moved for ${counted(Math.floor(held.minutes / 1440), 'day')}`];
  const review = stalledReviews.find(({ wpId }) => wpId === id);
  return review ? [`in review for ${duration(review.minutes)}`] : [];
}

function onWord({ forced, to, actor, reason, review }: Override): string {
  const unreviewed = (to === 'approved' || to === 'done') && review === null ? ', without a review' : '';
  return `${forced ? 'by force of' : 'on the word of'} ${actor}${unreviewed}: ${reason}`;
}

/** Whoever meets an obstacle names it with the move, or in a note, whose time is left out. */
function blocked({ slot, reason }: BoardRow): string {
  const why = reason ?? slot?.notes?.at(-1)?.replace(/^- \[[^\]]*\] /, '');
  return `blocked by ${slot?.actor ?? 'somebody'}${why === undefined ? '' : `: ${why}`}`;
}

function duration(minutes: number): string {
  if (minutes < 120) return counted(minutes, 'minute');
  return minutes < 2 * 1440 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 1440)} days`;
}
