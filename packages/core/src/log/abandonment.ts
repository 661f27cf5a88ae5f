import { Fault } from '../fault.ts';
import { shellWord } from '../shell-word.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import type { LogState } from '../status/reduce.ts';

/** `event_type` of the row that gives a mission up. */
export const MISSION_ABANDONED = 'MissionAbandoned';

/** What is told whoever asks for more of such a mission. */
export const GIVEN_UP = 'The mission was given up; `spec-kitty recover list` shows what was put away.';

const OVER = new Set(['done', 'canceled', 'uninitialized']);

/** Tells whether a mission was given up, and no package has been taken up again since. */
export function isAbandoned({ lifecycle }: Pick<LogRows, 'lifecycle'>, { packages }: LogState): boolean {
  if (!lifecycle.some((row) => row['event_type'] === MISSION_ABANDONED)) return false;
  return [...packages.values()].every(({ slot }) => OVER.has(slot.lane));
}

/** Refuses to go on with a mission that was given up. @throws Fault `MISSION_ABANDONED` with what takes it up again. */
export function requireNotAbandoned({ mission: { directory }, abandoned }: Subject): void {
  if (!abandoned) return;
  throw new Fault('refused', 'MISSION_ABANDONED', `${directory} was given up.`, {
    hints: [
      'Run `spec-kitty recover list` to see what was put away.',
      `To take a package up again, run \`spec-kitty agent tasks move-task <WPnn> --to planned --force --agent <you> --note "<reason>" --mission ${shellWord(directory)}\`.`,
    ],
    details: { mission_slug: directory },
  });
}

interface Subject {
  readonly mission: { readonly directory: string };
  readonly abandoned: boolean;
}
