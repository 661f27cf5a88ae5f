import type { BoardRow, MissionBoard } from '@spec-kitty/core/board/mission-board';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { hasFiles } from '@spec-kitty/core/mission/require-branch';
import { missionNumber } from '@spec-kitty/core/mission/mission-number';
import { overrideDocument } from './overrides.ts';

/**
 * The JSON document of a board, with every key of L§7.7.
 *
 * `stale_wps` is a count, as readers of the predecessor expect; which ones they are is in `is_stale` of each package.
 * `stale_verdicts` is always empty: it lists reviews whose file contradicts the lane, and here the event log is the
 * only record of a verdict.
 */
export function boardDocument({ mission }: MissionView, board: MissionBoard, autoCommit: boolean) {
  const { directory, missionId, meta } = mission;
  const { numbers } = board;
  return {
    mission_slug: directory,
    mission_id: missionId,
    mission_number: missionNumber(meta),
    mission_type: meta.mission_type ?? '',
    total_wps: numbers.total_wps,
    by_lane: numbers.by_lane,
    work_packages: board.rows.map((row) => ({
      ...packageDocument(row, board),
      file: hasFiles(mission) ? row.wp.fileName : null,
    })),
    progress_percentage: numbers.weighted_percentage,
    progress_semantics: 'weighted_readiness',
    weighted_percentage: numbers.weighted_percentage,
    done_count: numbers.done_count,
    done_percentage: numbers.done_percentage,
    stale_wps: board.stale.length,
    stale_verdicts: [],
    stalled_wps: board.stalledReviews.map(({ wpId, holder, minutes }) => ({
      wp_id: wpId,
      holder,
      age_minutes: minutes,
      mission_slug: directory,
    })),
    auto_commit: autoCommit,
  };
}

function packageDocument(
  { wp, lane, holder, slot, waitsFor, override, reason }: BoardRow,
  { stale }: MissionBoard,
) {
  return {
    id: wp.id,
    title: wp.title,
    lane,
    phase: wp.phase,
    agent: recorded(slot?.agent),
    agent_profile: wp.agentProfile,
    resolved_agent_profile: recorded(slot?.agent_profile),
    resolved_role: recorded(slot?.role),
    resolved_model: recorded(slot?.model),
    shell_pid: slot?.shell_pid ?? null,
    shell_pid_created_at: slot?.shell_pid_created_at ?? null,
    execution_mode: wp.executionMode,
    workspace_kind: wp.executionMode === 'planning_artifact' ? 'repo_root' : 'lane_workspace',
    holder,
    dependencies: wp.dependencies,
    waits_for: waitsFor,
    override: overrideDocument(override),
    reason,
    notes: slot?.notes ?? [],
    is_stale: stale.some(({ wpId }) => wpId === wp.id),
  };
}

/** Old logs store marker texts such as `__resolved_model_absent__` where nothing was known (L§7.7). */
function recorded(value: string | null | undefined): string | null {
  return value && !/^__resolved_\w+_absent__$/.test(value) ? value : null;
}
