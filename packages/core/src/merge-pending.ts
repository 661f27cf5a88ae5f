import { Fault } from './fault.ts';
import { shellWord } from './shell-word.ts';

/** Refuses what cannot be done while a merge waits for its end. @param directory of the mission that is merged. */
export function mergePending(directory: string): Fault {
  return new Fault('refused', 'MERGE_PENDING', `A merge of ${directory} was interrupted.`, {
    hints: [
      `Finish it with \`spec-kitty merge --resume --mission ${shellWord(directory)}\`, or undo it with \`spec-kitty merge --abort --mission ${shellWord(directory)}\`.`,
    ],
    details: { mission_slug: directory },
  });
}
