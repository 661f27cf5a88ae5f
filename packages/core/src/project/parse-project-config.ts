import { Fault } from '../fault.ts';
import { FORECAST_MODES, type ForecastMode, isForecastMode } from './forecast-mode.ts';
import { isMergeStrategy, MERGE_STRATEGIES, type MergeStrategy } from './merge-strategy.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { parseYamlMapping } from '../planning/frontmatter/parse-yaml-mapping.ts';

const CONFIG = '.kittify/config.yaml';

/** The part of `.kittify/config.yaml` that this product reads; the file may hold more. */
export interface ProjectConfig {
  readonly project: { readonly uuid: string | null; readonly slug: string | null };
  readonly autoCommit: boolean;
  /** Keys under `agents.available`, known or not. */
  readonly agents: readonly string[];
  /** Agents to run that only this project knows, by key, as they stand in `agents.catalogue`; used only after trust. */
  readonly agentDefinitions: JsonObject;
  readonly mergeStrategy: MergeStrategy | undefined;
  /** Whether a merge whose validation fails goes on without the packages that break it. */
  readonly mergeTrain: boolean;
  /** Argument vector, run without a shell and only after trust. */
  readonly validationCommand: readonly string[] | undefined;
  readonly workspaceSetup: readonly string[] | undefined;
  /** Paths in the primary checkout that every new worktree gets a copy of. */
  readonly workspaceCopy: readonly string[];
  /** What a run does about conflicts that are foreseen. */
  readonly forecast: ForecastMode;
  /** Globs of files that an agent of a run may change beside those that its package owns. */
  readonly allowedOutside: readonly string[];
}

/** Configuration of a project without the file. */
export const DEFAULT_CONFIG: ProjectConfig = {
  project: { uuid: null, slug: null },
  autoCommit: true,
  agents: [],
  agentDefinitions: {},
  mergeStrategy: undefined,
  mergeTrain: false,
  validationCommand: undefined,
  workspaceSetup: undefined,
  workspaceCopy: [],
  forecast: 'warn',
  allowedOutside: [],
};

/**
 * Reads `.kittify/config.yaml`; unknown keys are left alone.
 *
 * @throws Fault `CONFIG_INVALID` naming the key, since a misread command must not be run or skipped.
 */
export function parseProjectConfig(text: string): ProjectConfig {
  const root = parse(text);
  const section = (key: string) => mapping(root[key] ?? {}, key);
  const project = section('project');
  const agents = section('agents');
  const workspace = section('workspace');
  return {
    project: { uuid: optionalString(project['uuid']), slug: optionalString(project['slug']) },
    agents: (texts(agents['available'], 'agents.available', 'such as [claude, codex]') ?? []).map((key) =>
      key.toLowerCase(),
    ),
    agentDefinitions: mapping(agents['catalogue'] ?? {}, 'agents.catalogue'),
    autoCommit: (agents['auto_commit'] ?? root['auto_commit']) !== false,
    mergeStrategy: strategy(section('merge')['strategy']),
    mergeTrain: section('merge')['train'] === true,
    validationCommand: argv(section('validation')['command'], 'validation.command'),
    workspaceSetup: argv(workspace['setup'], 'workspace.setup'),
    workspaceCopy: argv(workspace['copy'], 'workspace.copy') ?? [],
    forecast: forecastMode(section('run')['forecast']),
    allowedOutside: argv(section('run')['allow_outside'], 'run.allow_outside') ?? [],
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  const parsed = parseYamlMapping(text.replace(/^\uFEFF/, ''));
  if (parsed.ok) return parsed.values;
  const { message, line } = parsed;
  throw new Fault('refused', 'CONFIG_INVALID', `${CONFIG} cannot be read: ${message} (line ${line}).`, {
    hints: [
      `Correct line ${line} of ${CONFIG}, or the one before it; \`spec-kitty doctor\` then says whether it can be read.`,
    ],
    details: { file: CONFIG, line },
  });
}

function mapping(value: unknown, key: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw invalid(`has no mapping at ${key}`);
}

function optionalString(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function strategy(value: unknown): MergeStrategy | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (isMergeStrategy(value)) return value;
  throw invalid(`needs one of ${MERGE_STRATEGIES.join(', ')} at merge.strategy`);
}

function forecastMode(value: unknown): ForecastMode {
  if (value === undefined || value === null || value === '') return DEFAULT_CONFIG.forecast;
  // YAML has other words for it.
  if (value === false) return 'off';
  if (isForecastMode(value)) return value;
  throw invalid(`needs one of ${FORECAST_MODES.join(', ')} at run.forecast`);
}

function argv(value: unknown, key: string): readonly string[] | undefined {
  const words = texts(value, key, 'such as ["npm", "test"]');
  if (words?.length === 0) throw invalid(`needs a list of texts at ${key}, such as ["npm", "test"]`);
  return words;
}

function texts(value: unknown, key: string, example: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')) {
    return value as string[];
  }
  throw invalid(`needs a list of texts at ${key}, ${example}`);
}

function invalid(what: string): Fault {
  return new Fault('refused', 'CONFIG_INVALID', `${CONFIG} ${what}.`, {
    hints: ['Correct the file; `spec-kitty trust show` then lists what it wants to run.'],
    details: { file: CONFIG },
  });
}
