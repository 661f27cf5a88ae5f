import { shellWord } from '@spec-kitty/core/shell-word';
import { ownIndexLocks } from '../checkout/left-locks.ts';
import { readText } from '../files/plain-file.ts';
import type { Repository } from '../repository/repository.ts';
import { isMerging } from './open-merges.ts';
import { unfinishedMerges } from './unfinished-merge.ts';

/** Sentences that tell of every interrupted merge, with the commands that end it; none of one that still runs. */
export async function interruptedMerges(repository: Repository): Promise<readonly string[]> {
  const files = unfinishedMerges(repository);
  if (files.length === 0 || (await isMerging(repository))) return [];
  return [
    ...files.map(endingOf),
    ...ownIndexLocks(repository).map((lock) => `Until then, Git changes nothing there: ${lock}`),
  ];
}

/** The same at once, for a process that is about to end while it merges. */
export function openEndings(repository: Repository): readonly string[] {
  return unfinishedMerges(repository).map(endingOf);
}

function endingOf(file: string): string {
  const mission = missionOf(file);
  if (mission === undefined) return 'A merge was interrupted: `spec-kitty agent status doctor` says more.';
  return (
    `A merge of ${mission} was interrupted. Before you commit anything, finish it with ` +
    `\`spec-kitty merge --resume --mission ${shellWord(mission)}\`, or undo it with \`spec-kitty merge --abort --mission ${shellWord(mission)}\`.`
  );
}

/** Directory of the mission, as the merge has noted it; `undefined` for a record that cannot be read. */
function missionOf(file: string): string | undefined {
  try {
    const { note }: { readonly note: string } = JSON.parse(readText(file) ?? '');
    const { mission }: { readonly mission?: string } = JSON.parse(note);
    return mission;
  } catch {
    // It has just ended, or somebody has damaged it; the commands say so.
    return undefined;
  }
}
