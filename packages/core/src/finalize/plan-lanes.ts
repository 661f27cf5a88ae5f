import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { missionBranch } from '../execution-lanes/branch-names.ts';
import { collapseReport, computeLanes } from '../execution-lanes/compute-lanes.ts';
import { PLANNING_LANE } from '../execution-lanes/lane-ids.ts';
import { laneOf } from '../execution-lanes/read-lanes.ts';
import { sameJson } from '../status/rows/json-value.ts';
import type { PackageDraft } from './draft-package.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';
import type { FinalizationInput, Planning } from './read-planning.ts';

/** The lanes a mission gets; the manifest is the earlier one, unchanged, wherever it still holds. */
export type PlannedLanes =
  | { readonly ok: true; readonly manifest: LanesManifest; readonly changed: boolean }
  | { readonly ok: false; readonly refusal: FinalizationRefusal };

/** Computes lanes.json (L§5.1-5.2); branch and planning commit of an earlier run are kept. */
export function planLanes(
  input: FinalizationInput,
  { previousLanes: previous }: Planning,
  drafts: readonly PackageDraft[],
): PlannedLanes {
  const branch = branchOf(input, previous);
  if (branch === undefined) {
    const message =
      'Nothing names the mission: meta.json has no mission_id, its directory no number or suffix.';
    return { ok: false, refusal: refusal('BRANCH_IDENTITY_UNRESOLVED', message) };
  }
  const isStarted = (id: string) => previous !== undefined && input.progress.get(id)?.started === true;
  const computed = computeLanes(
    drafts.map((draft) => {
      const startedIn = previous && isStarted(draft.id) ? laneOf(previous, draft.id)?.lane_id : undefined;
      return { ...draft, startedIn };
    }),
  );
  if (!computed.ok) {
    const named = computed.stranded.map(({ id, lane }) => `${id} (${lane})`).join(', ');
    const message = `Work has started where these packages could not stay: ${named}. Restore their execution_mode.`;
    const details = { stranded: computed.stranded };
    return { ok: false, refusal: refusal('STARTED_WORK_WOULD_MOVE', message, [], details) };
  }
  const commit = previous?.planning_commit_sha;
  const graph = new Map(drafts.map(({ id, dependencies }) => [id, dependencies]));
  const report = collapseReport(computed.merges, graph);
  const manifest: LanesManifest = {
    version: 1,
    mission_slug: input.mission,
    mission_id: input.meta.mission_id ?? null,
    mission_branch: branch,
    target_branch: input.targetBranch,
    lanes: computed.lanes,
    computed_at: input.computedAt,
    computed_from: 'dependency_graph+ownership',
    planning_artifact_wps: computed.lanes.find(({ lane_id }) => lane_id === PLANNING_LANE)?.wp_ids ?? [],
    ...(commit === undefined ? {} : { planning_commit_sha: commit }),
    ...(report ? { collapse_report: report } : {}),
  };
  const holds = previous && sameJson(previous, { ...manifest, computed_at: previous.computed_at });
  return holds ? { ok: true, manifest: previous, changed: false } : { ok: true, manifest, changed: true };
}

function branchOf({ mission, meta, targetBranch }: FinalizationInput, previous: LanesManifest | undefined) {
  const recorded = typeof meta['mission_branch'] === 'string' ? meta['mission_branch'] : undefined;
  const storedBranch = previous?.mission_branch || recorded;
  return missionBranch({ directory: mission, missionId: meta.mission_id, storedBranch, targetBranch });
}
