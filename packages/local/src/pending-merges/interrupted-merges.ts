import { endMerge } from '@spec-kitty/core/merge-pending';
import { ownIndexLocks } from '../checkout/left-locks.ts';
import { readText } from '../files/plain-file.ts';
import type { Repository } from '../repository/repository.ts';
import { isMerging, missionIdOf, unfinishedMerge } from './open-merges.ts';
import { unfinishedMerges } from './unfinished-merge.ts';

/** Sentences that tell of every interrupted merge, with the commands that end it; none of one that still runs. */
export async function interruptedMerges(repository: Repository): Promise<readonly string[]> {
  const files = unfinishedMerges(repository);
  if (files.length === 0 || (await isMerging(repository))) return [];
  return [
    ...files.map((file) => endingOf(repository, file)),
    ...ownIndexLocks(repository).map((lock) => `Until then, Git changes nothing there: ${lock}`),
  ];
}

/** The same at once, for a process that is about to end while it merges. */
export function openEndings(repository: Repository): readonly string[] {
  return unfinishedMerges(repository).map((file) => endingOf(repository, file));
}

function endingOf(repository: Repository, file: string): string {
  const mission = missionOf(file);
  if (mission === undefined) return 'A merge was interrupted: `spec-kitty agent status doctor` says more.';
  const stage = unfinishedMerge(repository, missionIdOf(file)) ?? 'open';
  return `A merge of ${mission} was interrupted. Before you commit anything, finish it ${endMerge(mission, stage)}`;
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
