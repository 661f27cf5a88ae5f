import { abortResolution } from '@spec-kitty/core/conflicts/abort-resolution';
import { continueResolution } from '@spec-kitty/core/conflicts/continue-resolution';
import { howToEnd } from '@spec-kitty/core/conflicts/resolution-sentences';
import { startResolution } from '@spec-kitty/core/conflicts/start-resolution';
import { few } from '@spec-kitty/core/few';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly lane?: string;
  readonly json: boolean;
}

/** Opens conflicts in a scratch worktree, or says where they are open. */
export async function conflictsStart(
  this: AppContext,
  { mission: handle, lane, json }: Flags,
): Promise<void> {
  const { mission, resolution, fresh, again, others } = await startResolution(await this.workspace(), {
    mission: handle,
    lane,
  });
  const { laneId, wp, folder, paths, met } = resolution;
  const document = {
    result: fresh ? 'started' : 'under_way',
    folder_was_deleted: again,
    mission_slug: mission.directory,
    lane_id: laneId,
    wp_id: wp,
    folder,
    paths,
    commit: resolution.lane,
    other_lanes: others,
    meets: met.map((line) => ({ lane_id: line.laneId, name: line.name, commit: line.commit })),
  };
  this.show(json, document, () =>
    [
      ...(again
        ? ['The folder of an earlier start was deleted, and what was done there with it: this is a new one.']
        : []),
      `${laneId} meets ${met.map(({ name }) => name).join(', ')}; its conflicts are ${fresh ? 'open' : 'open already'} in ${folder}`,
      ...paths.map((path) => `  ${path}`),
      howToEnd(mission.directory, resolution),
      ...others.map(
        (other) =>
          `${other} conflicts, too: run \`spec-kitty conflicts start --lane ${shellWord(other)} --mission ${shellWord(mission.directory)}\` now or after this one, and both can be reviewed together.`,
      ),
    ].join('\n'),
  );
}

/** Makes a resolution a commit of its lane. */
export async function conflictsContinue(
  this: AppContext,
  { mission: handle, lane, agent, json }: Flags & { readonly agent?: string },
): Promise<void> {
  const { mission, resolution, commit, besides, thinned, validation, to } = await continueResolution(
    await this.workspace(),
    {
      mission: handle,
      lane,
      agent,
    },
  );
  const document = {
    result: 'success',
    mission_slug: mission.directory,
    lane_id: resolution.laneId,
    wp_id: resolution.wp,
    commit,
    changed_besides_conflicts: besides,
    lacks_added_lines: thinned,
    validated: validation !== null,
    validation_log: validation?.log ?? null,
    to_lane: to,
  };
  this.show(json, document, () =>
    [
      `${resolution.laneId}: ${resolution.lane.slice(0, 12)} → ${commit.slice(0, 12)}, the resolution.`,
      ...(besides.length > 0
        ? [`Besides the conflicts it has files otherwise than Git alone merges them: ${few(besides)}.`]
        : []),
      ...(thinned.length > 0
        ? [
            `It lacks lines that one side has added beside the conflicts: ${few(thinned)}. Its reviewer is told.`,
          ]
        : []),
      ...(validation ? ['The validation passed on it.'] : []),
      `${resolution.wp} is ${to}: once it is approved and the mission accepted, \`spec-kitty merge --mission ${shellWord(mission.directory)}\` goes on.`,
    ].join('\n'),
  );
}

/** Gives a resolution up. */
export async function conflictsAbort(
  this: AppContext,
  { mission: handle, lane, json }: Flags,
): Promise<void> {
  const { mission, resolution, backup } = await abortResolution(await this.workspace(), {
    mission: handle,
    lane,
  });
  const { laneId, folder } = resolution;
  const document = { result: 'aborted', mission_slug: mission.directory, lane_id: laneId, folder, backup };
  this.show(json, document, () =>
    [
      `Removed ${folder}; nothing was changed on ${laneId}.`,
      `What was done there is kept: \`spec-kitty recover restore ${shellWord(backup)}\` makes it a branch.`,
    ].join('\n'),
  );
}
