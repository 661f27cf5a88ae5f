import { isJsonObject, type JsonObject } from '../../status/rows/json-value.ts';

/** The frontmatter keys of a work package's file that this product uses (L§4.7), read leniently. */
export interface WpFrontmatter {
  readonly workPackageId: string | undefined;
  readonly title: string | undefined;
  /** `undefined` only when the key is absent: `[]` is an explicit answer (L§4.3). */
  readonly dependencies: readonly string[] | undefined;
  readonly subtasks: readonly string[];
  readonly requirementRefs: readonly string[];
  readonly trackerRefs: readonly string[];
  /** `undefined` only when the key is absent: `[]` says that the package owns nothing. */
  readonly ownedFiles: readonly string[] | undefined;
  readonly createIntent: readonly string[];
  /** Free words of the project; `resource:<name>` says what no two packages may use at once. */
  readonly tags: readonly string[];
  readonly executionMode: string | undefined;
  readonly authoritativeSurface: string | undefined;
  readonly scope: string | undefined;
  readonly planningBaseBranch: string | undefined;
  readonly mergeTargetBranch: string | undefined;
  readonly branchStrategy: string | undefined;
  /** A recommendation, not who did the work; old files hold an object, of which the tool is taken. */
  readonly agent: string | undefined;
  readonly agentProfile: string | undefined;
  readonly role: string | undefined;
  readonly model: string | undefined;
  /** Every key of the file; lane and status keys in it are ignored everywhere. */
  readonly values: JsonObject;
}

/** A key whose value cannot be read as what the key means. */
export interface ValueProblem {
  readonly key: string;
  readonly message: string;
}

/** Reads frontmatter values leniently; a value of the wrong type counts as absent and is reported. */
export function readFrontmatter(values: JsonObject): {
  readonly frontmatter: WpFrontmatter;
  readonly problems: readonly ValueProblem[];
} {
  const problems: ValueProblem[] = [];
  const text = (key: string) => scalar(values, key, problems);
  const list = (key: string) => texts(values, key, problems);
  const frontmatter: WpFrontmatter = {
    workPackageId: text('work_package_id'),
    title: text('title') ?? text('work_package_title'),
    dependencies: list('dependencies')?.map((id) => id.toUpperCase()),
    subtasks: list('subtasks') ?? [],
    requirementRefs: list('requirement_refs') ?? [],
    trackerRefs: list('tracker_refs') ?? [],
    ownedFiles: texts(values, 'owned_files', problems, single),
    createIntent: texts(values, 'create_intent', problems, single) ?? [],
    // Nobody ever held people to a form of theirs: what is no list of texts is none of ours.
    tags: texts(values, 'tags', []) ?? [],
    executionMode: text('execution_mode'),
    authoritativeSurface: text('authoritative_surface'),
    scope: text('scope'),
    planningBaseBranch: text('planning_base_branch'),
    mergeTargetBranch: text('merge_target_branch'),
    branchStrategy: text('branch_strategy'),
    agent: agentName(values['agent']),
    agentProfile: text('agent_profile'),
    role: text('role'),
    model: text('model'),
    values,
  };
  return { frontmatter, problems };
}

/**
 * Reads a key as a list of texts, shared with wps.yaml; `[]` written as a text is empty, any other text
 * is a comma list, in brackets or not, unless `fromText` says otherwise.
 */
export function texts(
  values: JsonObject,
  key: string,
  problems: ValueProblem[],
  fromText: (text: string) => string[] = splitList,
): string[] | undefined {
  const value = values[key];
  if (value === undefined) return undefined;
  if (value === null) return [];
  const items = Array.isArray(value) ? value : isPlain(value) ? fromText(String(value)) : undefined;
  const read = items?.map((item: unknown) => (isJsonObject(item) ? item['id'] : item));
  if (read?.every(isPlain)) return read.map((item) => String(item).trim()).filter((item) => item !== '');
  problems.push({ key, message: `${key} must be a list of texts.` });
  return undefined;
}

/** Reads a key as one text; an empty one counts as absent. Shared with wps.yaml. */
export function scalar(values: JsonObject, key: string, problems: ValueProblem[]): string | undefined {
  const value = values[key];
  if (value === undefined || value === null) return undefined;
  if (isPlain(value)) return String(value).trim() || undefined;
  problems.push({ key, message: `${key} must be a text.` });
  return undefined;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Reads a text as a list of one: globs may contain commas. */
export function single(text: string): string[] {
  return text.trim() === '[]' ? [] : [text];
}

function splitList(text: string): string[] {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text;
  return inner.split(',').map((item) => item.trim().replace(/^(["'])(.*)\1$/, '$2'));
}

function agentName(value: unknown): string | undefined {
  const name = isJsonObject(value) ? (value['tool'] ?? value['name'] ?? value['role']) : value;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
