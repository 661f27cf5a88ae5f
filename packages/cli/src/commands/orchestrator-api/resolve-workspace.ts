import { laneContext } from '@spec-kitty/core/execution-lanes/lane-context';
import { findPackage } from '@spec-kitty/core/mission/find-package';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';
import type { Facts } from './contract/payload-schemas.ts';
import { placeOf } from './contract/place-of.ts';

interface Flags {
  readonly mission: string;
  readonly wp: string;
}

/** Tells where a package is worked on, without preparing anything. */
export async function resolveWorkspace(this: AppContext, { mission, wp }: Flags): Promise<void> {
  await answer(this, { command: 'resolve-workspace', mission, wp }, (workspace, view) =>
    resolveWorkspaceFacts(workspace, view, wp),
  );
}

/** The place of a package, whether or not it is there yet. */
export async function resolveWorkspaceFacts(
  workspace: Workspace,
  view: MissionView,
  named: string,
): Promise<Facts<'resolve-workspace'>> {
  const wp = findPackage(view, named);
  const lane = laneContext(view.mission, wp.id);
  const lanes = await workspace.lanes();
  const at = lane.planning
    ? { path: lanes.primary, branch: lane.target, present: true }
    : await lanes.inspect(lane.folder, lane.branches);
  return { wp_id: wp.id, workspace_present: at.present, ...placeOf(workspace, view, { wp, lane, at }) };
}
