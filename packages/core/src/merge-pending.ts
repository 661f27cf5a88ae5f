import { Fault } from './fault.ts';
import { shellWord } from './shell-word.ts';

/** How far an interrupted merge came: once one of its events is in the log it can only be finished. */
export type UnfinishedMerge = 'open' | 'recorded';

/** How many of a merge's rows a log has. They are one append, of which a kill may leave any beginning. */
export function recordedPart(
  rows: readonly { readonly event_id: string }[],
  isKnown: (id: string) => boolean,
): 'none' | 'some' | 'all' {
  const known = rows.filter(({ event_id: id }) => isKnown(id)).length;
  if (known === 0) return 'none';
  return known < rows.length ? 'some' : 'all';
}

/** Refuses what cannot be done while a merge waits for its end. @param directory of the mission that is merged. */
export function mergePending(directory: string, stage: UnfinishedMerge): Fault {
  return new Fault('refused', 'MERGE_PENDING', `A merge of ${directory} was interrupted.`, {
    hints: [`Finish it ${endMerge(directory, stage)}`],
    details: { mission_slug: directory },
  });
}

/** By which command an interrupted merge is finished, or undone: what follows after `finish it`. */
export function endMerge(directory: string, stage: UnfinishedMerge): string {
  const finish = `with \`spec-kitty merge --resume --mission ${shellWord(directory)}\``;
  return stage === 'recorded'
    ? `${finish}; it is recorded, so it cannot be undone.`
    : `${finish}, or undo it with \`spec-kitty merge --abort --mission ${shellWord(directory)}\`.`;
}
