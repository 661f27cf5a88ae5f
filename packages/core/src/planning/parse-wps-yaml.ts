import { isWorkPackageId } from '@spec-kitty/protocol/work-package-id';
import { scalar, single, texts, type ValueProblem } from './frontmatter/read-frontmatter.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { parseYamlMapping } from './frontmatter/parse-yaml-mapping.ts';
import type { PlanningFinding, PlanningRule } from './planning-finding.ts';

/** One package of wps.yaml (L§4.6); `undefined` means that the entry does not have the key. */
export interface WpsEntry {
  readonly id: string;
  readonly title: string;
  readonly dependencies: readonly string[] | undefined;
  /** Relative to the mission directory. */
  readonly promptFile: string | undefined;
  readonly ownedFiles: readonly string[] | undefined;
  readonly requirementRefs: readonly string[] | undefined;
  readonly subtasks: readonly string[] | undefined;
  readonly planConcernRefs: readonly string[];
  readonly createIntent: readonly string[] | undefined;
  readonly executionMode: string | undefined;
  readonly authoritativeSurface: string | undefined;
}

/** wps.yaml, read as far as it can be; `problems` is empty for a sound file. */
export interface ParsedWps {
  readonly packages: readonly WpsEntry[];
  readonly problems: readonly PlanningFinding[];
}

/** Reads wps.yaml leniently: unknown keys are left alone, an entry that has no id or repeats one is left out. */
export function parseWpsYaml(text: string): ParsedWps {
  const parsed = parseYamlMapping(text.replace(/^\uFEFF/, ''));
  if (!parsed.ok)
    return { packages: [], problems: [finding('wps-invalid', `${parsed.message}.`, parsed.line)] };
  const list = parsed.values['work_packages'];
  if (!Array.isArray(list)) {
    return { packages: [], problems: [finding('wps-invalid', 'wps.yaml has no list under work_packages.')] };
  }
  const packages = new Map<string, WpsEntry>();
  const problems: PlanningFinding[] = [];
  for (const [index, item] of list.entries()) {
    const id: unknown = isJsonObject(item) ? item['id'] : undefined;
    if (!isJsonObject(item) || !isWorkPackageId(id)) {
      problems.push(finding('wps-id', `Entry ${index + 1} of wps.yaml has no id of the form WP01.`));
    } else if (packages.has(id)) {
      problems.push(finding('wps-id-repeated', `wps.yaml has ${id} more than once.`, idLine(text, id, 1)));
    } else {
      const wrong: ValueProblem[] = [];
      packages.set(id, readEntry(id, item, wrong));
      const line = idLine(text, id, 0);
      problems.push(...wrong.map(({ message }) => finding('wps-value', `${id}: ${message}`, line)));
    }
  }
  return { packages: [...packages.values()], problems };
}

function readEntry(id: string, item: JsonObject, problems: ValueProblem[]): WpsEntry {
  const list = (key: string) => texts(item, key, problems);
  return {
    id,
    title: scalar(item, 'title', problems) ?? id,
    dependencies: list('dependencies')?.map((dependency) => dependency.toUpperCase()),
    promptFile: scalar(item, 'prompt_file', problems),
    ownedFiles: texts(item, 'owned_files', problems, single),
    requirementRefs: list('requirement_refs'),
    subtasks: list('subtasks'),
    planConcernRefs: list('plan_concern_refs') ?? [],
    createIntent: texts(item, 'create_intent', problems, single),
    executionMode: scalar(item, 'execution_mode', problems),
    authoritativeSurface: scalar(item, 'authoritative_surface', problems),
  };
}

/** Line of an entry's `id:`, found by its text: the parser keeps no positions. */
function idLine(text: string, id: string, occurrence: number): number | undefined {
  const lines = text
    .split('\n')
    .flatMap((line, index) => (new RegExp(`\\bid:\\s*["']?${id}\\b`).test(line) ? [index + 1] : []));
  return lines[occurrence];
}

function finding(rule: PlanningRule, message: string, line?: number): PlanningFinding {
  return { file: 'wps.yaml', line, rule, message };
}
