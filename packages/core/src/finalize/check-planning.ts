import {
  dependencyConflicts,
  graphIssues,
  graphProblems,
  type GraphIssue,
} from '../planning/dependency-graph.ts';
import type { PlanningFinding, PlanningRule } from '../planning/planning-finding.ts';
import {
  requirementCoverage,
  requirementDeclarations,
  specRequirements,
  type RequirementCoverage,
} from '../planning/requirements.ts';
import { refusal, type FinalizationCode, type FinalizationRefusal } from './finalization-refusal.ts';
import { dependenciesPlace, place, type Planning } from './read-planning.ts';

/** Steps 7 to 10 of L§4.8, in that order: sections, graph, requirements, conflicts. */
export function planningRefusals(
  planning: Planning,
  spec: string | undefined,
): readonly FinalizationRefusal[] {
  return [
    sectionsRefusal(planning),
    graphRefusal(planning),
    requirementsRefusal(planning, spec ?? ''),
    conflictsRefusal(planning),
  ].filter((refused) => refused !== undefined);
}

/** How the packages cover the spec; a mission without spec.md declares nothing. */
export function coverageOf({ refs }: Planning, spec: string | undefined): RequirementCoverage {
  return requirementCoverage(specRequirements(spec ?? ''), refs);
}

/**
 * Each file needs a section and each section a file; with wps.yaml its entries are the sections. Without
 * both there is nothing to compare.
 */
function sectionsRefusal({ files, unread, tasks, wps }: Planning): FinalizationRefusal | undefined {
  const sections = wps?.packages.map(({ id }) => ({ id, line: undefined })) ?? [
    ...(tasks?.sections.values() ?? []),
  ];
  if (!wps && !tasks) return undefined;
  const source = wps ? 'wps.yaml' : 'tasks.md';
  const missing = files.filter((file) => sections.every(({ id }) => id !== file.id));
  const present = new Set([...files.map(({ id }) => id), ...unread]);
  const extra = sections.filter(({ id }) => !present.has(id));
  const findings: PlanningFinding[] = [
    ...missing.map(({ id, fileName }): PlanningFinding => {
      const message = `${source} does not have ${id}.`;
      return { file: `tasks/${fileName}`, line: undefined, rule: 'section-missing', message };
    }),
    ...extra.map(({ id, line }): PlanningFinding => {
      return { file: source, line, rule: 'section-extra', message: `${id} has no file in tasks/.` };
    }),
  ];
  if (findings.length === 0) return undefined;
  const what = `${source} and the files in tasks/ do not name the same work packages.`;
  const details = { missing_wp_sections: ids(missing), extra_wp_sections: ids(extra) };
  return refusal('WP_SECTIONS_MISMATCH', what, findings, details);
}

const GRAPH_CODES: Readonly<Record<GraphIssue['rule'], FinalizationCode>> = {
  'dependency-unknown': 'DEPENDENCY_UNKNOWN',
  'dependency-self': 'DEPENDENCY_SELF',
  'dependency-cycle': 'DEPENDENCY_CYCLE',
};

function graphRefusal(planning: Planning): FinalizationRefusal | undefined {
  const problems = graphProblems(new Map([...planning.graph].map(([id, node]) => [id, node.dependencies])));
  const issues = graphIssues(problems);
  const [first] = issues;
  if (first === undefined) return undefined;
  const findings = issues.flatMap(({ ids: concerned, rule, message }) =>
    concerned.map((id) => ({ ...dependenciesPlace(planning, id), rule, message })),
  );
  const { unknown, self, cycles } = problems;
  const details = { cycles, unknown_dependencies: unknown, self_dependencies: self };
  return refusal(GRAPH_CODES[first.rule], '', findings, details);
}

function requirementsRefusal(planning: Planning, spec: string): FinalizationRefusal | undefined {
  const coverage = coverageOf(planning, spec);
  const { packagesWithoutRefs: missing, unknownRefs, unmappedFunctional: unmapped, bareProse } = coverage;
  const lines = new Map(
    requirementDeclarations(spec)
      .toReversed()
      .map(({ id, line }) => [id, line]),
  );
  const at = (id: string, rule: PlanningRule, message: string): PlanningFinding => ({
    ...place(planning, id, 'requirement_refs'),
    rule,
    message,
  });
  const bare = `spec.md names ${bareProse.join(', ')} only in sentences, which declares nothing.`;
  const findings = [
    ...missing.map((id) => at(id, 'requirement-refs-missing', `${id} names no requirement.`)),
    ...Object.entries(unknownRefs).map(([id, refs]) =>
      at(id, 'requirement-unknown', `${id} names ${refs.join(', ')}, which spec.md does not declare.`),
    ),
    // A file that cannot be read, or is still to be written, may cover any of them.
    ...(planning.unread.length > 0 || planning.files.length === 0
      ? []
      : unmapped.map((id) => inSpec('requirement-unmapped', `No work package covers ${id}.`, lines.get(id)))),
    ...(bareProse.length > 0 ? [inSpec('requirement-bare-prose', bare)] : []),
  ];
  if (findings.length === 0) return undefined;
  const details = {
    missing_requirement_refs_wps: missing,
    unknown_requirement_refs: unknownRefs,
    unmapped_functional_requirements: unmapped,
    bare_prose_requirement_ids: bareProse,
    dependencies_parsed: Object.fromEntries([...planning.graph].map(([id, node]) => [id, node.dependencies])),
    requirement_refs_parsed: Object.fromEntries(planning.refs),
  };
  const what = 'Requirements and work packages do not match.';
  return refusal('REQUIREMENT_MAPPING_INVALID', what, findings, details);
}

function conflictsRefusal(planning: Planning): FinalizationRefusal | undefined {
  const findings = dependencyConflicts(planning).map(
    ({ id, frontmatter, other, otherSource }): PlanningFinding => {
      const message = `${id}: frontmatter has ${list(frontmatter)}, ${otherSource} has ${list(other)}.`;
      return { ...place(planning, id, 'dependencies'), rule: 'dependency-conflict', message };
    },
  );
  if (findings.length === 0) return undefined;
  const details = { dependency_conflicts: findings.map(({ message }) => message) };
  const what = 'Dependencies are given twice and differ; make them equal.';
  return refusal('DEPENDENCY_CONFLICTS', what, findings, details);
}

function inSpec(rule: PlanningRule, message: string, line?: number): PlanningFinding {
  return { file: 'spec.md', line, rule, message };
}

function ids(of: readonly { readonly id: string }[]): readonly string[] {
  return of.map(({ id }) => id).toSorted();
}

function list(of: readonly string[]): string {
  return `[${of.toSorted().join(', ')}]`;
}
