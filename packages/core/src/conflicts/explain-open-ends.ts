import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import type { OpenEnds, OpenResolution } from '../ports/conflict-repository.ts';
import type { Mission } from '../ports/mission-store.ts';
import { shellWord } from '../shell-word.ts';

/** Refuses a resolution that is not finished, with every path that is left; `undefined` when none is. */
export function explainOpenEnds(
  { directory }: Mission,
  { laneId, folder }: OpenResolution,
  { unmerged, marked, unstaged }: OpenEnds,
): Fault | undefined {
  const left = [
    ...(marked.length > 0 ? [`conflict markers in ${few(marked)}`] : []),
    ...(unmerged.length > 0 ? [`unmerged: ${few(unmerged)}`] : []),
    ...(unstaged.length > 0 ? [`not staged: ${few(unstaged)}`] : []),
  ];
  if (left.length === 0) return undefined;
  const git = `git -C ${shellWord(folder)}`;
  const toStage = [...new Set([...unmerged, ...unstaged])].map(shellWord).join(' ');
  return new Fault(
    'refused',
    'RESOLUTION_INCOMPLETE',
    `The conflicts of ${laneId} are not resolved yet; ${left.join('; ')}.`,
    {
      hints: [
        ...(marked.length > 0 ? [`Edit what is marked in the folder: ${folder}`] : []),
        ...(toStage === '' ? [] : [`Stage what is as it should be: \`${git} add --all -- ${toStage}\`.`]),
        `Then run \`spec-kitty conflicts continue --lane ${shellWord(laneId)} --mission ${shellWord(directory)}\` again.`,
      ],
      details: { lane_id: laneId, folder, unmerged, marked, unstaged },
    },
  );
}
