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
  let known: ReturnType<typeof idLines> | undefined;
  const lines = () => (known ??= idLines(text));
  for (const [index, item] of list.entries()) {
    const id: unknown = isJsonObject(item) ? item['id'] : undefined;
    if (!isJsonObject(item) || !isWorkPackageId(id)) {
      problems.push(finding('wps-id', `Entry ${index + 1} of wps.yaml has no id of the form WP01.`));
    } else if (packages.has(id)) {
      problems.push(finding('wps-id-repeated', `wps.yaml has ${id} more than once.`, lines().get(id)?.[1]));
    } else {
      const wrong: ValueProblem[] = [];
      packages.set(id, readEntry(id, item, wrong));
      problems.push(
        ...wrong.map(({ message }) => finding('wps-value', `${id}: ${message}`, lines().get(id)?.[0])),
      );
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

/** The first two lines that have an entry's `id:`, found by their text: the parser keeps no positions. */
function idLines(text: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [index, line] of text.split('\n').entries()) {
    for (const [, id = ''] of line.matchAll(/\bid:\s*["']?(WP\d+)\b/g)) {
      const at = found.get(id) ?? [];
      if (at.length < 2 && at.at(-1) !== index + 1) found.set(id, [...at, index + 1]);
    }
  }
  return found;
}

function finding(rule: PlanningRule, message: string, line?: number): PlanningFinding {
  return { file: 'wps.yaml', line, rule, message };
}
