import { readFileSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { openLock } from '../lock/open-lock.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { unfinishedMerges } from './unfinished-merge.ts';

/** Sentences that tell of every interrupted merge, with the commands that end it; none of one that still runs. */
export async function interruptedMerges(repository: Repository): Promise<readonly string[]> {
  const files = unfinishedMerges(repository);
  if (files.length === 0 || (await isMerging(repository))) return [];
  return files.map((file) => {
    const mission = missionOf(file);
    if (mission === undefined) return 'A merge was interrupted: `spec-kitty agent status doctor` says more.';
    return (
      `A merge of ${mission} was interrupted. Before you commit anything, finish it with ` +
      `\`spec-kitty merge --resume --mission ${shellWord(mission)}\`, or undo it with \`spec-kitty merge --abort --mission ${shellWord(mission)}\`.`
    );
  });
}

/** Whether somebody holds the lock of merges now. */
async function isMerging(repository: Repository): Promise<boolean> {
  const lock = openLock({ folder: privateDir(repository, 'locks'), waitMs: 0 });
  try {
    return await lock.hold('merge', 'look for interrupted merges', async () => false);
  } catch (error) {
    if (error instanceof Fault && error.code === 'LOCK_BUSY') return true;
    // A folder that cannot be written, for example: nobody merges there either.
    if (error instanceof Fault) return false;
    throw error;
  }
}

/** Directory of the mission, as the merge has noted it; `undefined` for a record that cannot be read. */
function missionOf(file: string): string | undefined {
  try {
    const { note }: { readonly note: string } = JSON.parse(readFileSync(file, 'utf8'));
    const { mission }: { readonly mission?: string } = JSON.parse(note);
    return mission;
  } catch {
    // It has just ended, or somebody has damaged it; the commands say so.
    return undefined;
  }
}
