import { mid8 } from '@spec-kitty/core/mission/resolve-handle';
import { missionNumber } from '@spec-kitty/core/mission/mission-number';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { Summary } from '@spec-kitty/local/missions/summarize-missions';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';
import { renderTable } from '../../../render/table.ts';
import { missionEntry, parseEntry } from '../../status/all-missions.ts';

/** Lists every mission, also one that only the journal knows here; a broken one is listed with what is wrong. */
export async function list(this: AppContext, { json }: { json: boolean }): Promise<void> {
  const workspace = await this.workspace();
  const summaries = await workspace.summaries(missionEntry);
  const present = new Set(workspace.missions.directories());
  const away = summaries.map(({ directory }) => directory).filter((directory) => !present.has(directory));
  const places = { present, away: await workspace.onSomeBranch(away) };
  const missions = summaries.map((summary) => describe(workspace, summary, places));
  this.show(json, { missions, count: missions.length }, () =>
    missions.length === 0
      ? 'There are no missions. Create one with `spec-kitty specify <slug>`.'
      : renderTable(
          ['MISSION', 'TARGET', 'DONE', 'TITLE'],
          missions.map((row) =>
            'error' in row
              ? [row.mission_slug, '', '', `broken: ${row.error}`]
              : [
                  row.mission_slug,
                  row.target_branch || (row.has_files ? '(not here)' : '(on no branch)'),
                  `${row.done}/${row.total}`,
                  row.friendly_name,
                ],
          ),
        ),
  );
}

/** Directory names of the missions that are checked out, and of those whose files another branch has. */
interface Places {
  readonly present: ReadonlySet<string>;
  readonly away: ReadonlySet<string>;
}

function describe(workspace: Workspace, summary: Summary, { present, away }: Places) {
  const { directory } = summary;
  if (!('json' in summary))
    return { mission_slug: directory, error: summary.error, error_code: summary.errorCode };
  const { mission_id, summary: lanes } = parseEntry(summary.json);
  const meta = present.has(directory) ? workspace.missions.openDirectory(directory).meta : {};
  return {
    mission_slug: directory,
    mission_id,
    mid8: mid8(mission_id),
    mission_number: missionNumber(meta),
    friendly_name: meta.friendly_name ?? '',
    target_branch: present.has(directory) ? targetBranch(meta) : '',
    feature_dir: `kitty-specs/${directory}`,
    checked_out: present.has(directory),
    has_files: present.has(directory) || away.has(directory),
    total: Object.values(lanes).reduce((sum, count) => sum + count, 0),
    done: lanes.done,
  };
}
