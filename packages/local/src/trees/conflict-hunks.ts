import type { ConflictHunk } from '@spec-kitty/core/ports/integration';

/** First line of what Git has left marked as conflicting. */
export const BEGINS = /^<{7,}(?: |$)/;

const BASE = /^\|{7,}(?: |$)/;
const THEIRS = /^={7,}$/;

/** Last line of it. */
export const ENDS = /^>{7,}(?: |$)/;

/** Finds the places of a file that Git has left marked as conflicting; none in a binary file. */
export function conflictHunks(text: string): readonly ConflictHunk[] {
  if (text.includes('\0')) return [];
  const hunks: ConflictHunk[] = [];
  let open: { line: number; ours: string[]; theirs: string[]; side: 'ours' | 'base' | 'theirs' } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (BEGINS.test(line)) open = { line: index + 1, ours: [], theirs: [], side: 'ours' };
    else if (!open) continue;
    else if (BASE.test(line)) open.side = 'base';
    else if (THEIRS.test(line)) open.side = 'theirs';
    else if (ENDS.test(line)) {
      hunks.push({ line: open.line, ours: open.ours.join('\n'), theirs: open.theirs.join('\n') });
      open = undefined;
    } else if (open.side !== 'base') open[open.side].push(line);
  }
  return hunks;
}
