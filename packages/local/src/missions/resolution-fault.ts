import { Fault } from '@spec-kitty/core/fault';
import { listed } from '@spec-kitty/core/listed';
import { mid8, type Resolution } from '@spec-kitty/core/mission/resolve-handle';
import { missionHints } from './mission-hints.ts';

/** Explains why a handle names no mission, or more than one; every mission that it could be is listed in the details. */
export function resolutionFault(
  handle: string,
  { failure, candidates }: Exclude<Resolution, { found: unknown }>,
  isOpen: (directory: string) => boolean,
): Fault {
  const names = candidates.map(({ directory }) => directory);
  const details = {
    handle,
    candidates: candidates.map(({ directory, missionId }) => ({
      mission_id: missionId ?? null,
      mid8: missionId === undefined ? null : mid8(missionId),
      slug: directory,
      feature_dir: `kitty-specs/${directory}`,
    })),
  };
  if (failure === 'not-found') {
    return new Fault('refused', 'MISSION_NOT_FOUND', `There is no mission "${handle}".`, {
      hints: missionHints(names),
      details,
    });
  }
  return new Fault(
    'refused',
    'MISSION_AMBIGUOUS_SELECTOR',
    `"${handle}" names more than one mission: ${listed(names)}.`,
    {
      hints: [...endedHints(names, isOpen), 'Pass the whole directory name with --mission.'],
      details,
    },
  );
}

/** An ended mission is as good a match as an open one (L§2.2), though hardly the one that is meant. */
function endedHints(names: readonly string[], isOpen: (directory: string) => boolean): readonly string[] {
  const open = names.filter((name) => isOpen(name));
  if (open.length === names.length) return [];
  return [
    open.length === 0 ? 'None of them is open.' : `Open: ${listed(open)}; the others are merged or given up.`,
  ];
}
