import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { missionBranch } from '../execution-lanes/branch-names.ts';
import { collapseReport, computeLanes } from '../execution-lanes/compute-lanes.ts';
import { PLANNING_LANE } from '../execution-lanes/lane-ids.ts';
import { laneOf } from '../execution-lanes/read-lanes.ts';
import { shellWord } from '../shell-word.ts';
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
  const started = new Map(
    [...input.progress].flatMap(([id, known]) => {
      const lane = known.started ? ((previous && laneOf(previous, id)?.lane_id) ?? known.laneId) : undefined;
      return lane === undefined ? [] : [[id, lane] as const];
    }),
  );
  const computed = computeLanes(
    drafts.map((draft) => ({ ...draft, startedIn: started.get(draft.id) })),
    new Set(started.values()),
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

/**
 * Turns down a package that the plan did not have any more, under a number that the log has as ended: it would count as done,
 * or as given up, before anybody has begun it.
 */
export function takenRefusal(
  input: FinalizationInput,
  { previousLanes: previous }: Planning,
  drafts: readonly PackageDraft[],
): FinalizationRefusal | undefined {
  const taken = drafts.flatMap(({ id, fileName }) => {
    const { lane, laneId } = input.progress.get(id) ?? {};
    // The predecessor leaves packages out of lanes.json, and its claims name no lane.
    const ended = lane === 'canceled' || (lane === 'done' && laneId !== undefined);
    return ended && previous && !laneOf(previous, id) ? [{ id, fileName, lane }] : [];
  });
  if (taken.length === 0) return undefined;
  const findings = taken.map(({ id, fileName, lane }) => ({
    file: `tasks/${fileName}`,
    line: undefined,
    rule: 'id-taken' as const,
    message: `${id} is ${lane} by the log, and new in the plan.`,
  }));
  const message = 'A number stays that of its package; give other work a number that the log does not have.';
  const hints = taken.map(
    ({ id }) =>
      `If ${id} is the same work and shall be done after all: \`spec-kitty agent tasks move-task ${id} --to planned --force --note "<reason>" --mission ${shellWord(input.mission)}\`.`,
  );
  const details = { work_packages: taken.map(({ id }) => id) };
  return { ...refusal('WP_ID_TAKEN', message, findings, details), hints };
}

function branchOf({ mission, meta, targetBranch }: FinalizationInput, previous: LanesManifest | undefined) {
  const recorded = typeof meta['mission_branch'] === 'string' ? meta['mission_branch'] : undefined;
  const storedBranch = previous?.mission_branch || recorded;
  return missionBranch({ directory: mission, missionId: meta.mission_id, storedBranch, targetBranch });
}
