import { Fault } from '../fault.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { MISSION_MERGED } from '../status/latest-merge.ts';
import { reduce } from '../status/reduce.ts';
import { shellWord } from '../shell-word.ts';

/**
 * Tells whether a log has come to its end: it was merged, and no package has been taken up again since.
 *
 * Its last commit is made, so another row would stay behind as an uncommitted change.
 */
export function hasEnded(log: LogRows): boolean {
  if (!log.lifecycle.some((row) => row['event_type'] === MISSION_MERGED)) return false;
  return [...reduce(log).packages.values()].every(({ slot }) => ENDED.has(slot.lane));
}

const ENDED = new Set(['done', 'canceled', 'uninitialized']);

/** Refuses to add to a log that has come to its end. @throws Fault `MISSION_MERGED` with what opens it again. */
export function requireUnmerged(directory: string, log: LogRows): void {
  if (!hasEnded(log)) return;
  throw new Fault('refused', 'MISSION_MERGED', `${directory} is merged, and its log ended with that.`, {
    hints: [
      'Write it down in the mission that goes on with the work.',
      `To take a package up again, run \`spec-kitty agent tasks move-task <WPnn> --to planned --force --agent <you> --note "<reason>" --mission ${shellWord(directory)}\`.`,
    ],
    details: { mission_slug: directory },
  });
}
