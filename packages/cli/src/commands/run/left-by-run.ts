import { few } from '@spec-kitty/core/few';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { isLeftBy } from '@spec-kitty/core/run/run-state';
import { shellWord } from '@spec-kitty/core/shell-word';
import { isSettled } from '@spec-kitty/core/status/package-state';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { openRun } from './open-run.ts';

/** How packages go on that agents of a run have, and nobody works on, since it has ended; nothing where there are none. */
export function leftByRun(
  workspace: Workspace,
  { mission, state }: Pick<MissionView, 'mission' | 'state'>,
): string | undefined {
  const { engine, runs } = openRun(workspace, mission);
  const run = runs.at(-1);
  if (engine !== null || run === undefined) return undefined;
  const left = [...state.packages].filter(
    ([wp, { holder, slot }]) => holder !== null && !isSettled(slot.lane) && isLeftBy(run, { wp, holder }),
  );
  if (left.length === 0) return undefined;
  return `No run is at ${few(left.map(([wp]) => wp))} any more: \`spec-kitty run resume --mission ${shellWord(mission.directory)}\` goes on.`;
}
