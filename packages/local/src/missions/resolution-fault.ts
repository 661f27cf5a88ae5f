import { Fault } from '@spec-kitty/core/fault';
import { mid8, type Resolution } from '@spec-kitty/core/mission/resolve-handle';

/** Explains why a handle names no mission, or more than one; every mission that it could be is listed in the details. */
export function resolutionFault(
  handle: string,
  { failure, candidates }: Exclude<Resolution, { found: unknown }>,
): Fault {
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
      hints: ['Run `spec-kitty agent mission list` to see what there is.'],
      details,
    });
  }
  const names = candidates.map(({ directory }) => directory).join(', ');
  return new Fault(
    'refused',
    'MISSION_AMBIGUOUS_SELECTOR',
    `"${handle}" names more than one mission: ${names}.`,
    {
      hints: ['Pass the whole directory name with --mission.'],
      details,
    },
  );
}
