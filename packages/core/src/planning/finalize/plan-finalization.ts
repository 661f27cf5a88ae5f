import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { missionBranch } from '../../execution-lanes/branch-names.ts';
import { collapseReport, computeLanes } from '../../execution-lanes/compute-lanes.ts';
import { PLANNING_LANE } from '../../execution-lanes/lane-ids.ts';
import { laneOf } from '../../execution-lanes/read-lanes.ts';
import { sameJson } from '../../status/json-value.ts';
import { editFrontmatter, type EditableValue } from '../frontmatter/edit-frontmatter.ts';
import type { PlanningFinding } from '../planning-finding.ts';
import type { RequirementCoverage } from '../requirements.ts';
import { renderTasksMd } from '../tasks-md/render-tasks-md.ts';
import { coverageOf, planningRefusal } from './check-planning.ts';
import { draftPackage, type PackageDraft } from './draft-package.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';
import { checkOwnershipRules } from './ownership-refusal.ts';
import { fileExistence } from './ownership.ts';
import { readPlanning, type FinalizationInput, type Planning } from './read-planning.ts';

/** A file that finalizing changes. */
export interface FileEdit {
  /** Relative to the mission directory. */
  readonly path: string;
  readonly text: string;
}

/** One package of a finalized mission. */
export interface PlannedPackage {
  readonly id: string;
  readonly title: string;
  readonly fileName: string;
  readonly dependencies: readonly string[];
  readonly requirementRefs: readonly string[];
  /** Frontmatter keys that get a value. */
  readonly changes: Readonly<Record<string, EditableValue>>;
}

/** Everything finalizing would do, as data: this is the dry run, and applying it is all there is to do. */
export interface FinalizationPlan {
  /** Files whose text changes, and no others. */
  readonly edits: readonly FileEdit[];
  /** Packages to move from genesis to planned, in order of ids. */
  readonly seeds: readonly string[];
  readonly lanes: LanesManifest;
  readonly packages: readonly PlannedPackage[];
  readonly modified: readonly string[];
  readonly unchanged: readonly string[];
  /** Packages whose frontmatter dependencies stay although tasks.md names none. */
  readonly preserved: readonly string[];
  readonly coverage: RequirementCoverage;
  readonly ownershipWarnings: readonly string[];
  readonly extractionWarnings: readonly string[];
  /** Near misses in tasks.md. */
  readonly findings: readonly PlanningFinding[];
}

/** A plan, or the first reason in the order of L§4.8 why there is none. */
export type FinalizationOutcome =
  | { readonly ok: true; readonly plan: FinalizationPlan }
  | { readonly ok: false; readonly refusal: FinalizationRefusal };

/** Plans `finalize-tasks`: validates everything first and writes nothing (L§4.8, L§15.3). */
export function planFinalization(input: FinalizationInput): FinalizationOutcome {
  const read = readPlanning(input);
  if (!read.ok) return read;
  const { planning } = read;
  const drafts = draftPackages(input, planning);
  const ownership = checkOwnershipRules(input, planning, drafts);
  const refused = planningRefusal(planning, input.spec) ?? ownership.refusal;
  if (refused) return { ok: false, refusal: refused };

  const lanes = planLanes(input, planning, drafts);
  if (!lanes.ok) return lanes;
  const files = frontmatterEdits(planning, drafts);
  if (!files.ok) return files;
  const tasksMd = planning.wps && renderTasksMd(input.mission, tasksEntries(planning, drafts));
  const edits = [
    ...(tasksMd === undefined || tasksMd === input.tasksMd ? [] : [{ path: 'tasks.md', text: tasksMd }]),
    ...files.edits,
    ...lanes.edits,
  ];
  return {
    ok: true,
    plan: {
      ...summary(input, planning, drafts),
      edits,
      lanes: lanes.manifest,
      ownershipWarnings: ownership.warnings,
    },
  };
}

function draftPackages(input: FinalizationInput, planning: Planning): readonly PackageDraft[] {
  const topLevel = new Set(
    input.trackedFiles.flatMap((path) => (path.includes('/') ? [path.slice(0, path.indexOf('/'))] : [])),
  );
  const exists = fileExistence(input.trackedFiles);
  return planning.files.map((file) =>
    draftPackage({
      file,
      entry: planning.wps?.packages.find(({ id }) => id === file.id),
      dependencies: planning.graph.get(file.id)?.dependencies ?? [],
      requirementRefs: planning.refs.get(file.id) ?? [],
      targetBranch: input.targetBranch,
      topLevel,
      exists,
    }),
  );
}

type PlannedLanes =
  | { readonly ok: true; readonly manifest: LanesManifest; readonly edits: readonly FileEdit[] }
  | { readonly ok: false; readonly refusal: FinalizationRefusal };

function planLanes(
  input: FinalizationInput,
  planning: Planning,
  drafts: readonly PackageDraft[],
): PlannedLanes {
  const { previousLanes: previous } = planning;
  const branch = branchOf(input, previous);
  if (branch === undefined) {
    const message =
      'The mission has no id, number or suffix to name its branch after: meta.json needs a mission_id.';
    return { ok: false, refusal: refusal('BRANCH_IDENTITY_UNRESOLVED', message) };
  }
  const computed = computeLanes(
    drafts.map((draft) => ({ ...draft, ...startedIn(input, planning, draft.id) })),
  );
  if (!computed.ok) {
    const named = computed.stranded.map(({ id, lane }) => `${id} (${lane})`).join(', ');
    const message = `Work has started where these packages could not stay: ${named}. Restore their execution_mode.`;
    return {
      ok: false,
      refusal: refusal('STARTED_WORK_WOULD_MOVE', message, { stranded: computed.stranded }),
    };
  }
  const report = collapseReport(
    computed.merges,
    new Map(drafts.map(({ id, dependencies }) => [id, dependencies])),
  );
  const manifest = (computedAt: string): LanesManifest => ({
    version: 1,
    mission_slug: input.mission,
    mission_id: input.meta.mission_id ?? null,
    mission_branch: branch,
    target_branch: input.targetBranch,
    lanes: computed.lanes,
    computed_at: computedAt,
    computed_from: 'dependency_graph+ownership',
    planning_artifact_wps: computed.lanes.find(({ lane_id }) => lane_id === PLANNING_LANE)?.wp_ids ?? [],
    ...(previous?.planning_commit_sha === undefined
      ? {}
      : { planning_commit_sha: previous.planning_commit_sha }),
    ...(report ? { collapse_report: report } : {}),
  });
  if (previous && sameJson(previous, manifest(previous.computed_at)))
    return { ok: true, manifest: previous, edits: [] };
  const fresh = manifest(input.computedAt);
  return {
    ok: true,
    manifest: fresh,
    edits: [{ path: 'lanes.json', text: `${JSON.stringify(fresh, null, 2)}\n` }],
  };
}

function branchOf({ mission, meta, targetBranch }: FinalizationInput, previous: LanesManifest | undefined) {
  const recorded = typeof meta['mission_branch'] === 'string' ? meta['mission_branch'] : undefined;
  const storedBranch = previous?.mission_branch || recorded;
  return missionBranch({ directory: mission, missionId: meta.mission_id, storedBranch, targetBranch });
}

function startedIn(
  { progress }: FinalizationInput,
  { previousLanes }: Planning,
  id: string,
): { startedIn?: string } {
  const lane = previousLanes && progress.get(id)?.started ? laneOf(previousLanes, id) : undefined;
  return lane ? { startedIn: lane.lane_id } : {};
}

function frontmatterEdits(planning: Planning, drafts: readonly PackageDraft[]) {
  const edits: FileEdit[] = [];
  for (const draft of drafts) {
    const text = planning.files.find(({ fileName }) => fileName === draft.fileName)?.text ?? '';
    const path = `tasks/${draft.fileName}`;
    const edited = editFrontmatter(text, draft.changes);
    if (!edited.ok) {
      const findings = [{ file: path, line: 1, rule: 'frontmatter-not-editable', message: edited.message }];
      const message = `${path} cannot be changed safely. ${edited.message} Write its keys one per line.`;
      return { ok: false as const, refusal: refusal('FRONTMATTER_NOT_EDITABLE', message, {}, findings) };
    }
    if (edited.text !== text) edits.push({ path, text: edited.text });
  }
  return { ok: true as const, edits };
}

function tasksEntries({ wps, graph }: Planning, drafts: readonly PackageDraft[]) {
  return (wps?.packages ?? []).map((entry) => ({
    ...entry,
    dependencies: graph.get(entry.id)?.dependencies,
    requirementRefs: drafts.find(({ id }) => id === entry.id)?.requirementRefs,
  }));
}

function summary(input: FinalizationInput, planning: Planning, drafts: readonly PackageDraft[]) {
  const isPreserved = ({ id, dependencies }: PackageDraft) =>
    !planning.wps && dependencies.length > 0 && (planning.graph.get(id)?.tasksMd ?? []).length === 0;
  const others = drafts.filter((draft) => !isPreserved(draft));
  return {
    seeds: ids(drafts).filter((id) => !input.progress.has(id)),
    packages: drafts.map(({ id, title, fileName, dependencies, requirementRefs, changes }) => ({
      id,
      title,
      fileName,
      dependencies,
      requirementRefs,
      changes,
    })),
    modified: ids(others.filter(({ changes }) => Object.keys(changes).length > 0)),
    unchanged: ids(others.filter(({ changes }) => Object.keys(changes).length === 0)),
    preserved: ids(drafts.filter(isPreserved)),
    coverage: coverageOf(planning, input.spec),
    extractionWarnings: planning.extractionWarnings,
    findings: planning.tasks?.warnings ?? [],
  };
}

function ids(drafts: readonly PackageDraft[]): readonly string[] {
  return drafts.map(({ id }) => id);
}
