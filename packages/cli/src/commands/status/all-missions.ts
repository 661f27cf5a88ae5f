import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import type { Summarize, Summary } from '@spec-kitty/local/missions/summarize-missions';
import type { Snapshot } from '@spec-kitty/protocol/snapshot';
import { renderTable } from '../../render/table.ts';

/** One mission of `status --all --json`, in its keys. */
type MissionEntry = { readonly mission_slug: string; readonly mission_id: string } & Pick<
  Snapshot,
  'event_count' | 'last_event_id' | 'summary' | 'work_packages'
>;

/** Summarises one mission from its log; the directory name is its slug, whatever its events say. */
export const missionEntry: Summarize = ({ directory, missionId }, state): MissionEntry => {
  const { event_count, last_event_id, summary, work_packages } = toSnapshot(state, {});
  return {
    mission_slug: directory,
    mission_id: missionId,
    event_count,
    last_event_id,
    summary,
    work_packages,
  };
};

/** Reads a summary that {@link missionEntry} made. */
export function parseEntry(json: string): MissionEntry {
  const entry: MissionEntry = JSON.parse(json);
  return entry;
}

/** The document of `status --all --json`. */
export interface AllMissions {
  readonly missions: readonly (
    | MissionEntry
    | { readonly mission_slug: string; readonly error: string; readonly error_code: string }
  )[];
}

/** Joins the summaries into the document of `status --all --json` without parsing them again. */
export function missionsJson(summaries: readonly Summary[]): string {
  const entries = summaries.map((summary) =>
    'json' in summary
      ? summary.json
      : JSON.stringify({
          mission_slug: summary.directory,
          error: summary.error,
          error_code: summary.errorCode,
        }),
  );
  return `{"missions":[${entries.join(',\n')}]}`;
}

/** Draws the summaries as one line each; `isOpen` is asked for the missions whose packages do not say it. */
export function renderMissions(
  summaries: readonly Summary[],
  isOpen: (directory: string) => boolean,
): string {
  if (summaries.length === 0) return 'There are no missions. Create one with `spec-kitty specify <slug>`.';
  const rows = summaries.map((summary) => cells(summary, isOpen));
  const table = renderTable(['MISSION', 'DONE', 'LANES'], rows);
  return rows.some(([, , lanes]) => lanes === ALL_DONE) ? `${table}\n\n${BY_THE_LOGS}` : table;
}

const ALL_DONE = 'all done';
/** To ask for each of a thousand missions would take a minute. */
const BY_THE_LOGS =
  'Done is what the logs say; `spec-kitty doctor` asks Git whether the targets still have what was merged.';

function cells(mission: Summary, isOpen: (directory: string) => boolean): readonly string[] {
  if (!('json' in mission)) return [mission.directory, '', `broken: ${mission.error}`];
  const { summary } = parseEntry(mission.json);
  const lanes = Object.entries(summary).filter(([lane, count]) => count > 0 && lane !== 'done');
  const total = Object.values(summary).reduce((sum, count) => sum + count, 0);
  const done = total === 0 ? '' : `${summary.done}/${total}`;
  const open = lanes.map(([lane, count]) => `${lane} ${count}`).join(', ');
  const empty = total === 0 && (isOpen(mission.directory) ? 'not finalized' : 'ended');
  return [mission.directory, done, open || empty || ALL_DONE];
}
