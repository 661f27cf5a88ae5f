import { Fault } from '@spec-kitty/core/fault';
import { mid8 } from '@spec-kitty/core/mission/resolve-handle';
import { missionNumber, targetBranch } from '@spec-kitty/core/ports/mission-store';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';
import { renderTable } from '../../../render/table.ts';

/** Lists every mission; a broken one is listed with what is wrong. */
export async function list(this: AppContext, { json }: { json: boolean }): Promise<void> {
  const workspace = await this.workspace();
  const missions = workspace.missions.directories().map((directory) => describe(workspace, directory));
  this.show(json, { missions, count: missions.length }, () =>
    missions.length === 0
      ? 'There are no missions. Create one with `spec-kitty agent mission create <slug>`.'
      : renderTable(
          ['MISSION', 'TARGET', 'DONE', 'TITLE'],
          missions.map((row) =>
            'error' in row
              ? [row.mission_slug, '', '', `broken: ${row.error}`]
              : [row.mission_slug, row.target_branch, `${row.done}/${row.total}`, row.friendly_name],
          ),
        ),
  );
}

function describe(workspace: Workspace, directory: string) {
  try {
    const mission = workspace.missions.openDirectory(directory);
    const { state } = workspace.derived(mission);
    const lanes = [...state.packages.values()].map(({ slot }) => slot.lane);
    return {
      mission_slug: directory,
      mission_id: mission.missionId,
      mid8: mid8(mission.missionId),
      mission_number: missionNumber(mission.meta),
      friendly_name: mission.meta.friendly_name ?? '',
      target_branch: targetBranch(mission.meta),
      feature_dir: `kitty-specs/${directory}`,
      total: lanes.length,
      done: lanes.filter((lane) => lane === 'done').length,
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { mission_slug: directory, error: error.message, error_code: error.code };
  }
}
