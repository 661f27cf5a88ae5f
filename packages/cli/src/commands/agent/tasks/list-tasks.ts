import { Fault } from '@spec-kitty/core/fault';
import { sourceLane } from '@spec-kitty/core/status/package-state';
import { hasFiles } from '@spec-kitty/core/mission/require-branch';
import { LANES, parseLane, type SourceLane } from '@spec-kitty/protocol/lane';
import type { AppContext } from '../../../context.ts';
import { renderTable } from '../../../render/table.ts';

interface Flags {
  readonly lane?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Lists packages with their lane and file. */
export async function listTasks(this: AppContext, { lane, mission, json }: Flags): Promise<void> {
  const wanted = lane === undefined ? undefined : requireLane(lane);
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  const root = `kitty-specs/${view.mission.directory}/tasks`;
  const tasks = view.packages
    .map((wp) => ({
      work_package_id: wp.id,
      title: wp.title,
      lane: sourceLane(view.state.packages.get(wp.id)),
      path: hasFiles(view.mission) ? `${root}/${wp.fileName}` : null,
    }))
    .filter((task) => wanted === undefined || task.lane === wanted);
  this.show(json, { tasks, count: tasks.length }, () =>
    tasks.length === 0
      ? `${view.mission.directory} has no work packages${wanted === undefined ? '' : ` in ${wanted}`}.`
      : renderTable(
          ['WP', 'LANE', 'TITLE', 'PATH'],
          tasks.map((task) => [task.work_package_id, task.lane, task.title, task.path ?? '-']),
        ),
  );
}

function requireLane(text: string): SourceLane {
  const lane = text.trim().toLowerCase() === 'genesis' ? 'genesis' : parseLane(text);
  if (lane !== undefined) return lane;
  throw new Fault('usage', 'LANE_UNKNOWN', `"${text}" is not a lane.`, {
    hints: [`Lanes: genesis, ${LANES.join(', ')}.`],
  });
}
