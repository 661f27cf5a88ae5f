import type { PlanningFinding } from '../planning/planning-finding.ts';

/** Why `finalize-tasks` turns a mission down; one code for each step that can fail (L§4.8). */
export type FinalizationCode =
  | 'NO_WORK_PACKAGES'
  | 'PLANNING_UNFINISHED'
  | 'WP_FILE_INVALID'
  | 'WP_DUPLICATE'
  | 'WP_ID_TAKEN'
  | 'WPS_YAML_INVALID'
  | 'LANES_CORRUPT'
  | 'WP_SECTIONS_MISMATCH'
  | 'DEPENDENCY_UNKNOWN'
  | 'DEPENDENCY_SELF'
  | 'DEPENDENCY_CYCLE'
  | 'REQUIREMENT_MAPPING_INVALID'
  | 'DEPENDENCY_CONFLICTS'
  | 'PATH_OUTSIDE_REPOSITORY'
  | 'INVALID_WP_OWNED_FILES_KITTY_SPECS'
  | 'OWNERSHIP_MISSING'
  | 'OWNERSHIP_INVALID'
  | 'BRANCH_IDENTITY_UNRESOLVED'
  | 'STARTED_WORK_WOULD_MOVE'
  | 'FRONTMATTER_NOT_EDITABLE';

/** The one thing that stops a mission from being finalized. */
export interface FinalizationRefusal {
  readonly code: FinalizationCode;
  /** Sentences for the reader. */
  readonly message: string;
  /** Facts for programs, under the predecessor's JSON keys where it has them. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Where it is, as far as that is known. */
  readonly findings: readonly PlanningFinding[];
  /** Ways out, besides correcting the plan. */
  readonly hints?: readonly string[];
}

/** Builds a refusal; its message is `what`, then the sentence of every finding, each once. */
export function refusal(
  code: FinalizationCode,
  what: string,
  findings: readonly PlanningFinding[] = [],
  details: Readonly<Record<string, unknown>> = {},
): FinalizationRefusal {
  const sentences = new Set([what, ...findings.map(({ message }) => message)]);
  return { code, message: [...sentences].filter((text) => text !== '').join(' '), details, findings };
}
