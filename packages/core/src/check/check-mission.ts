import { judgePlan } from '../finalize/plan-finalization.ts';
import type { FinalizationInput } from '../finalize/read-planning.ts';
import { coverageOf } from '../finalize/check-planning.ts';
import { DECISIONS, readDecisions } from '../mission/decisions.ts';
import { planState, specState } from '../mission/substance.ts';
import { hiddenDependencies } from '../planning/hidden-dependencies.ts';
import { requirementDeclarations } from '../planning/requirements.ts';
import type { MissionFiles } from '../ports/mission-store.ts';
import { type CheckFinding, type PlanningDocument, planningDocument } from './check-finding.ts';
import { CHECK_RULES } from './check-rules.ts';
import { linkFindings, questionFindings, scaffoldFindings, typeFindings } from './document-rules.ts';
import { packageFindings } from './package-rules.ts';
import { referenceFindings } from './reference-rules.ts';
import { requirementFindings } from './requirement-rules.ts';

/** What a mission is checked from. */
export interface CheckInput {
  readonly plan: FinalizationInput;
  readonly files: MissionFiles;
  /** What could not be read at all. */
  readonly unreadable: readonly CheckFinding[];
  /** Asked for paths relative to the repository; `undefined` where the mission is not checked out, and links lead elsewhere. */
  readonly exists: ((path: string) => boolean) | undefined;
}

/** What `check` found, and which requirement is delivered where. */
export interface CheckReport {
  /** By file, then line. */
  readonly findings: readonly CheckFinding[];
  readonly coverage: readonly RequirementRow[];
  readonly totalFunctional: number;
  readonly mappedFunctional: number;
}

/** A declared requirement with the packages that deliver it. */
export interface RequirementRow {
  readonly id: string;
  readonly line: number;
  readonly packages: readonly string[];
}

/** Applies every rule; nothing it finds depends on anything but its input. */
export function checkMission(input: CheckInput): CheckReport {
  const { plan, files, unreadable } = input;
  const { planning, refusals, ownershipWarnings } = judgePlan(plan);
  const documents = documentsOf(input);
  const citing = documents.filter(({ file }) => file === 'plan.md' || file === 'tasks.md');
  const packages = [...new Set([...planning.files.map(({ id }) => id), ...planning.unread])].toSorted();
  const findings = [
    ...unreadable,
    ...refusals.flatMap((refused) => refused.findings),
    ...ownershipWarnings,
    ...planning.droppedRefs,
    ...(planning.tasks?.warnings ?? []),
    ...hiddenDependencies(planning),
    ...typeFindings(plan.meta.mission_type, files, packages),
    ...requirementFindings(
      documents.find(({ file }) => file === 'spec.md' && specState(plan.spec) === 'substantive'),
      citing,
    ),
    ...packageFindings(planning),
    ...referenceFindings(citing, packages),
    ...documentFindings(input, documents),
  ];
  const { totalFunctional, mappedFunctional } = coverageOf(planning, plan.spec);
  return {
    findings: distinct(findings, new Set(unreadable.map(({ file }) => file))),
    coverage: coverage(plan.spec ?? '', planning.refs),
    totalFunctional,
    mappedFunctional,
  };
}

const DOCUMENTS = [
  'research.md',
  'data-model.md',
  'quickstart.md',
  'findings.md',
  'report.md',
  'gap-analysis.md',
];

function documentsOf({ plan, files }: CheckInput): readonly PlanningDocument[] {
  const others = Object.fromEntries(DOCUMENTS.map((file) => [file, files.read(file)]));
  const texts = { 'spec.md': plan.spec, 'plan.md': plan.plan, 'tasks.md': plan.tasksMd, ...others };
  return Object.entries(texts).flatMap(([file, text]) =>
    text === undefined ? [] : [planningDocument(file, text)],
  );
}

function documentFindings(
  { plan, files, exists }: CheckInput,
  documents: readonly PlanningDocument[],
): readonly CheckFinding[] {
  // Most packages link to nothing, and are not worth taking apart.
  const packages = plan.files.filter(({ text }) => exists && text.includes(']('));
  const linking = [
    ...documents,
    ...packages.map(({ name, text }) => planningDocument(`tasks/${name}`, text)),
  ];
  const index = files.read(DECISIONS);
  const root = `kitty-specs/${plan.mission}`;
  return [
    ...questionFindings(documents, readDecisions(index), index),
    // Of one that is nothing but a scaffold is said just that.
    ...documents.filter(isWritten).flatMap(scaffoldFindings),
    ...(exists ? linking.flatMap((document) => linkFindings(document, root, exists)) : []),
  ];
}

function isWritten({ file, text }: PlanningDocument): boolean {
  return (file === 'spec.md' ? specState(text) : planState(text)) === 'substantive';
}

function coverage(spec: string, refs: ReadonlyMap<string, readonly string[]>): readonly RequirementRow[] {
  const rows = new Map(
    requirementDeclarations(spec)
      .toReversed()
      .map(({ id, line }) => [id, line]),
  );
  return [...rows]
    .map(([id, line]) => ({
      id,
      line,
      packages: [...refs].flatMap(([wp, of]) => (of.includes(id) ? [wp] : [])).toSorted(),
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Several rules of finalizing may meet one line; of a file that cannot be read nothing else is to be said. */
function distinct(findings: readonly CheckFinding[], unread: ReadonlySet<string>): readonly CheckFinding[] {
  const known = new Map<string, CheckFinding>();
  for (const finding of findings) {
    const own = finding.rule === 'not-utf8' || finding.rule === 'not-a-file';
    if (own || !unread.has(finding.file))
      known.set(JSON.stringify([finding.file, finding.line, finding.rule, finding.message]), finding);
  }
  return [...known.values()].toSorted(byPlace);
}

function byPlace(a: CheckFinding, b: CheckFinding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  const order = (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  return order || (CHECK_RULES[a.rule].id < CHECK_RULES[b.rule].id ? -1 : 1);
}
