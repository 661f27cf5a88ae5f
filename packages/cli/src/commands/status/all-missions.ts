import { Fault } from '@spec-kitty/core/fault';
import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import { errorCode } from '@spec-kitty/local/files/disk-fault';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { Snapshot } from '@spec-kitty/protocol/snapshot';
import { renderTable } from '../../render/table.ts';

/** One mission of `status --all`: what its log says, or what is wrong with it. */
export type MissionSummary =
  | ({ readonly mission_slug: string; readonly mission_id: string } & Pick<
      Snapshot,
      'event_count' | 'last_event_id' | 'summary' | 'work_packages'
    >)
  | { readonly mission_slug: string; readonly error: string; readonly error_code: string };

/** Summarises every mission of the checkout, in byte order of directory names; a broken one never hides the others. */
export function describeMissions(workspace: Workspace): readonly MissionSummary[] {
  return workspace.missions.directories().map((directory) => {
    try {
      return summaryOf(workspace, directory);
    } catch (error) {
      return { mission_slug: directory, ...failureOf(error) };
    }
  });
}

function summaryOf(workspace: Workspace, directory: string): MissionSummary {
  const mission = workspace.missions.openDirectory(directory);
  const { state } = workspace.derived(mission);
  const { event_count, last_event_id, summary, work_packages } = toSnapshot(state, mission.meta);
  return { mission_slug: directory, mission_id: mission.missionId, event_count, last_event_id, summary, work_packages };
}

/** A file that cannot be read is the mission's trouble; anything else is a bug and is thrown on. */
function failureOf(error: unknown): { readonly error: string; readonly error_code: string } {
  if (error instanceof Fault) return { error: error.message, error_code: error.code };
  const code = errorCode(error);
  if (code === undefined || !(error instanceof Error)) throw error;
  return { error: error.message, error_code: code };
}

/** Draws the summaries as one line each. */
export function renderMissions(missions: readonly MissionSummary[]): string {
  if (missions.length === 0) return 'There are no missions. Create one with `spec-kitty agent mission create <slug>`.';
  return renderTable(['MISSION', 'DONE', 'LANES'], missions.map(cells));
}

function cells(mission: MissionSummary): readonly string[] {
  if ('error' in mission) return [mission.mission_slug, '', `broken: ${mission.error}`];
  const lanes = Object.entries(mission.summary).filter(([lane, count]) => count > 0 && lane !== 'done');
  const total = Object.values(mission.summary).reduce((sum, count) => sum + count, 0);
  const done = total === 0 ? '' : `${mission.summary.done}/${total}`;
  return [mission.mission_slug, done, lanes.map(([lane, count]) => `${lane} ${count}`).join(', ')];
}
