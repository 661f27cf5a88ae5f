import { few } from '../few.ts';
import type { OpenResolution } from '../ports/conflict-repository.ts';
import { shellWord } from '../shell-word.ts';

/** Tells of a resolution under way: which lane meets what, where, and how it comes to an end. */
export function underWay(handle: string, resolution: OpenResolution): string {
  const { laneId, wp, met, folder, paths } = resolution;
  const sides = met.map(({ name }) => name).join(', ');
  return `Conflicts of ${laneId} (${wp}) with ${sides} are being resolved in ${folder}: ${few(paths)}. ${howToEnd(handle, resolution)}`;
}

/** What to do in the folder, and the two commands one of which ends it. */
export function howToEnd(handle: string, { laneId, folder, paths }: OpenResolution): string {
  const rest = `--lane ${shellWord(laneId)} --mission ${shellWord(handle)}`;
  const stage = `git -C ${shellWord(folder)} add --all -- ${paths.map(shellWord).join(' ')}`;
  return `Resolve them there and stage them with \`${stage}\`. Then run \`spec-kitty conflicts continue ${rest}\`, or \`spec-kitty conflicts abort ${rest}\`.`;
}
