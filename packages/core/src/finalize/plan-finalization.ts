import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { editFrontmatter } from '../planning/frontmatter/edit-frontmatter.ts';
import { hiddenDependencies } from '../planning/hidden-dependencies.ts';
import type { PlanningFinding } from '../planning/planning-finding.ts';
import type { RequirementCoverage } from '../planning/requirements.ts';
import { renderTasksMd } from '../planning/tasks-md/render-tasks-md.ts';
import { documentsRefusals } from './documents-refusal.ts';
import { coverageOf, planningRefusals } from './check-planning.ts';
import { draftPackage, type PackageDraft } from './draft-package.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';
import { checkOwnershipRules } from './ownership-refusal.ts';
import { fileExistence } from './ownership.ts';
import { planLanes, takenRefusal } from './plan-lanes.ts';
import { readPlanning, type FinalizationInput, type Planning } from './read-planning.ts';

/** A file that finalizing changes. */
export interface FileEdit {
  /** Relative to the mission directory. */
  readonly path: string;
  readonly text: string;
}

/** Everything finalizing would do, as data: this is the dry run, and applying it is all there is to do. */
export interface FinalizationPlan {
  /** Files whose text changes, and no others. */
  readonly edits: readonly FileEdit[];
  /** Packages to move from genesis to planned, in order of ids. */
  readonly seeds: readonly string[];
  /** Packages that nobody has begun and whose file was taken away: they are canceled. */
  readonly dropped: readonly string[];
  readonly lanes: LanesManifest;
  /** In order of file names; `changes` are the frontmatter keys that get a value. */
  readonly packages: readonly PackageDraft[];
  readonly modified: readonly string[];
  readonly unchanged: readonly string[];
  /** Packages whose frontmatter dependencies stay although tasks.md names none. */
  readonly preserved: readonly string[];
  readonly coverage: RequirementCoverage;
  readonly ownershipWarnings: readonly string[];
  readonly extractionWarnings: readonly string[];
  /** Near misses in tasks.md, and what it says in vain. */
  readonly findings: readonly PlanningFinding[];
}

/** A plan, or the first reason in the order of L§4.8 why there is none. */
export type FinalizationOutcome =
  | { readonly ok: true; readonly plan: FinalizationPlan }
  | { readonly ok: false; readonly refusal: FinalizationRefusal };

/** Everything that finalizing finds wrong or doubtful, whether or not the first of it would have stopped it. */
export interface PlanJudgement {
  readonly planning: Planning;
  /** In the order of L§4.8: `finalize-tasks` stops at the first. */
  readonly refusals: readonly FinalizationRefusal[];
  readonly ownershipWarnings: readonly PlanningFinding[];
}

/** Judges a plan by the rules of `finalize-tasks`; files that cannot be read are named, and the others judged without them. */
export function judgePlan(input: FinalizationInput): PlanJudgement {
  const { drafts: _, ...judgement } = judged(input);
  return judgement;
}

function judged(input: FinalizationInput): PlanJudgement & { readonly drafts: readonly PackageDraft[] } {
  const { planning, refusals } = readPlanning(input);
  const drafts = draftPackages(input, planning);
  const ownership = checkOwnershipRules(input, planning, drafts);
  const taken = takenRefusal(input, planning, drafts);
  return {
    planning,
    drafts,
    refusals: [
      ...refusals,
      ...(taken ? [taken] : []),
      ...documentsRefusals(input, planning),
      ...planningRefusals(planning, input.spec),
      ...ownership.refusals,
    ],
    ownershipWarnings: ownership.warnings,
  };
}

/** Plans `finalize-tasks`: validates everything first and writes nothing (L§4.8, L§15.3). */
export function planFinalization(input: FinalizationInput): FinalizationOutcome {
  const { planning, drafts, refusals, ownershipWarnings } = judged(input);
  const [refused] = refusals;
  if (refused) return { ok: false, refusal: refused };
  const lanes = planLanes(input, planning, drafts);
  if (!lanes.ok) return lanes;
  const files = frontmatterEdits(planning, drafts);
  if (!files.ok) return files;

  const lanesJson = { path: 'lanes.json', text: `${JSON.stringify(lanes.manifest, null, 2)}\n` };
  const preserved = drafts.filter((draft) => isPreserved(planning, draft));
  const others = drafts.filter((draft) => !preserved.includes(draft));
  const plan: FinalizationPlan = {
    edits: [...tasksMdEdit(input, planning, drafts), ...files.edits, ...(lanes.changed ? [lanesJson] : [])],
    seeds: ids(drafts).filter((id) => !input.progress.has(id)),
    dropped: droppedFrom(input, drafts),
    lanes: lanes.manifest,
    packages: drafts,
    modified: ids(others.filter(isChanged)),
    unchanged: ids(others.filter((draft) => !isChanged(draft))),
    preserved: ids(preserved),
    coverage: coverageOf(planning, input.spec),
    ownershipWarnings: ownershipWarnings.map(({ message }) => message),
    extractionWarnings: planning.droppedRefs.map(({ message }) => message),
    findings: [...(planning.tasks?.warnings ?? []), ...hiddenDependencies(planning)],
  };
  return { ok: true, plan };
}

function droppedFrom({ progress }: FinalizationInput, drafts: readonly PackageDraft[]): readonly string[] {
  const known = new Set(ids(drafts));
  return [...progress].flatMap(([id, { lane, started }]) =>
    known.has(id) || started || lane === 'done' || lane === 'canceled' ? [] : [id],
  );
}

function draftPackages(input: FinalizationInput, planning: Planning): readonly PackageDraft[] {
  const topLevel = new Set(input.trackedFiles.flatMap((path) => /^([^/]+)\//.exec(path)?.[1] ?? []));
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

function tasksMdEdit(
  input: FinalizationInput,
  { wps }: Planning,
  drafts: readonly PackageDraft[],
): FileEdit[] {
  if (!wps) return [];
  const entries = wps.packages.map((entry) => ({ ...entry, ...drafts.find(({ id }) => id === entry.id) }));
  const text = renderTasksMd(input.mission, entries);
  return text === input.tasksMd ? [] : [{ path: 'tasks.md', text }];
}

function frontmatterEdits({ files }: Planning, drafts: readonly PackageDraft[]) {
  const edits: FileEdit[] = [];
  for (const { fileName, changes } of drafts) {
    const path = `tasks/${fileName}`;
    const text = files.find((file) => file.fileName === fileName)?.text ?? '';
    const edited = editFrontmatter(text, changes);
    if (!edited.ok) {
      const findings = [
        { file: path, line: 1, rule: 'frontmatter-not-editable' as const, message: edited.message },
      ];
      const what = `${path} cannot be changed safely; write its keys one per line.`;
      return { ok: false as const, refusal: refusal('FRONTMATTER_NOT_EDITABLE', what, findings) };
    }
    if (edited.text !== text) edits.push({ path, text: edited.text });
  }
  return { ok: true as const, edits };
}

function isPreserved({ wps, graph }: Planning, { id, dependencies }: PackageDraft): boolean {
  return !wps && dependencies.length > 0 && (graph.get(id)?.tasksMd ?? []).length === 0;
}

function isChanged({ changes }: PackageDraft): boolean {
  return Object.keys(changes).length > 0;
}

function ids(drafts: readonly PackageDraft[]): readonly string[] {
  return drafts.map(({ id }) => id);
}
