import { dependencyConflicts, graphProblems } from '../dependency-graph.ts';
import { lineOfKey, type WorkPackageFile } from '../frontmatter/work-package-file.ts';
import type { PlanningFinding } from '../planning-finding.ts';
import { requirementCoverage, specRequirements, type RequirementCoverage } from '../requirements.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';
import type { Planning } from './read-planning.ts';

/**
 * Steps 7 to 10 of L§4.8, in that order: sections, graph, requirements, conflicts. Answers with the
 * first that fails.
 */
export function planningRefusal(
  planning: Planning,
  spec: string | undefined,
): FinalizationRefusal | undefined {
  return (
    sectionsRefusal(planning) ??
    graphRefusal(planning) ??
    requirementsRefusal(planning, coverageOf(planning, spec)) ??
    conflictsRefusal(planning)
  );
}

/** How the packages cover the spec; a mission without spec.md declares nothing. */
export function coverageOf({ refs }: Planning, spec: string | undefined): RequirementCoverage {
  return requirementCoverage(specRequirements(spec ?? ''), refs);
}

/** Each file needs a section and each section a file; with wps.yaml its entries are the sections. Without both there is nothing to compare. */
function sectionsRefusal({ files, tasks, wps }: Planning): FinalizationRefusal | undefined {
  const lines = tasks && new Map([...tasks.sections].map(([id, { line }]) => [id, line]));
  const sections = wps ? new Map(wps.packages.map(({ id }) => [id, undefined])) : lines;
  if (!sections) return undefined;
  const missing = files.filter(({ id }) => !sections.has(id));
  const extra = [...sections].filter(([id]) => files.every((file) => file.id !== id)).toSorted();
  if (missing.length + extra.length === 0) return undefined;
  const source = wps ? 'wps.yaml' : 'tasks.md';
  const findings: PlanningFinding[] = [
    ...missing.map(({ id, fileName }) => ({
      file: `tasks/${fileName}`,
      rule: 'section-missing',
      message: `${source} does not have ${id}.`,
    })),
    ...extra.map(([id, line]) => ({
      file: source,
      ...(line === undefined ? {} : { line }),
      rule: 'section-extra',
      message: `${id} has no file in tasks/.`,
    })),
  ];
  const message = `${source} and the files in tasks/ do not name the same work packages: ${findings.map((one) => one.message).join(' ')}`;
  const details = {
    missing_wp_sections: missing.map(({ id }) => id),
    extra_wp_sections: extra.map(([id]) => id),
  };
  return refusal('WP_SECTIONS_MISMATCH', message, details, findings);
}

function graphRefusal(planning: Planning): FinalizationRefusal | undefined {
  const graph = new Map([...planning.graph].map(([id, { dependencies }]) => [id, dependencies]));
  const { unknown, self, cycles } = graphProblems(graph);
  const all = (ids: readonly string[], rule: string, message: string) =>
    ids.map((id) => where(planning, id, rule, message));
  const [first] = Object.entries(unknown);
  if (first) {
    const message = `${first[0]} depends on ${first[1].join(', ')}, which is no work package of this mission.`;
    const details = { wp_id: first[0], unknown_dependencies: unknown };
    return refusal(
      'DEPENDENCY_UNKNOWN',
      message,
      details,
      all(Object.keys(unknown), 'dependency-unknown', message),
    );
  }
  if (self.length > 0) {
    const message = `${self.join(', ')} depends on itself.`;
    return refusal(
      'DEPENDENCY_SELF',
      message,
      { self_dependencies: self },
      all(self, 'dependency-self', message),
    );
  }
  const [cycle] = cycles;
  if (!cycle) return undefined;
  const message = `Work packages wait for each other: ${cycles.map((path) => path.join(' -> ')).join('; ')}.`;
  return refusal(
    'DEPENDENCY_CYCLE',
    message,
    { cycles },
    all(cycle.slice(0, -1), 'dependency-cycle', message),
  );
}

/** The place that declares a package's dependencies. */
function where(planning: Planning, id: string, rule: string, message: string): PlanningFinding {
  const source = planning.graph.get(id)?.source;
  if (source === 'wps.yaml') return { file: 'wps.yaml', rule, message };
  if (source === 'tasks.md')
    return at('tasks.md', planning.tasks?.sections.get(id)?.dependencyLine, rule, message);
  return atKey(planning.files, id, 'dependencies', { rule, message });
}

function requirementsRefusal(
  planning: Planning,
  coverage: RequirementCoverage,
): FinalizationRefusal | undefined {
  const { packagesWithoutRefs: missing, unknownRefs, unmappedFunctional, bareProse } = coverage;
  const unknown = Object.entries(unknownRefs);
  const parts = [
    missing.length > 0 && `${missing.join(', ')} names no requirement`,
    unknown.length > 0 &&
      `spec.md does not declare ${unknown.map(([id, refs]) => `${refs.join(', ')} (${id})`).join('; ')}`,
    unmappedFunctional.length > 0 && `no work package covers ${unmappedFunctional.join(', ')}`,
    bareProse.length > 0 && `spec.md names ${bareProse.join(', ')} only in sentences, which declares nothing`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return undefined;
  const details = {
    missing_requirement_refs_wps: missing,
    unknown_requirement_refs: unknownRefs,
    unmapped_functional_requirements: unmappedFunctional,
    bare_prose_requirement_ids: bareProse,
    dependencies_parsed: Object.fromEntries([...planning.graph].map(([id, node]) => [id, node.dependencies])),
    requirement_refs_parsed: Object.fromEntries(planning.refs),
  };
  const findings = [
    ...missing.map((id) =>
      atKey(planning.files, id, 'requirement_refs', {
        rule: 'requirement-refs-missing',
        message: `${id} names no requirement.`,
      }),
    ),
    ...unknown.map(([id, refs]) =>
      atKey(planning.files, id, 'requirement_refs', {
        rule: 'requirement-unknown',
        message: `spec.md does not declare ${refs.join(', ')}.`,
      }),
    ),
  ];
  return refusal(
    'REQUIREMENT_MAPPING_INVALID',
    `Requirements and work packages do not match: ${parts.join('; ')}.`,
    details,
    findings,
  );
}

function conflictsRefusal(planning: Planning): FinalizationRefusal | undefined {
  const conflicts = dependencyConflicts(planning).map(({ id, frontmatter, other, otherSource }) => {
    const message = `${id}: frontmatter has ${list(frontmatter)}, ${otherSource} has ${list(other)}.`;
    return {
      message,
      finding: atKey(planning.files, id, 'dependencies', { rule: 'dependency-conflict', message }),
    };
  });
  if (conflicts.length === 0) return undefined;
  const lines = conflicts.map(({ message }) => message);
  const message = `Dependencies are given twice and differ; make them equal. ${lines.join(' ')}`;
  return refusal(
    'DEPENDENCY_CONFLICTS',
    message,
    { dependency_conflicts: lines },
    conflicts.map(({ finding }) => finding),
  );
}

function list(ids: readonly string[]): string {
  return `[${ids.toSorted().join(', ')}]`;
}

/** A finding at a frontmatter key of a package's file, or at the file where the key is not written. */
export function atKey(
  files: readonly WorkPackageFile[],
  id: string,
  key: string,
  { rule, message }: { readonly rule: string; readonly message: string },
): PlanningFinding {
  const file = files.find((one) => one.id === id);
  return file
    ? at(`tasks/${file.fileName}`, lineOfKey(file.text, key), rule, message)
    : at('tasks', undefined, rule, message);
}

function at(file: string, line: number | undefined, rule: string, message: string): PlanningFinding {
  return { file, ...(line === undefined ? {} : { line }), rule, message };
}
