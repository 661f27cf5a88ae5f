import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import { type Agent, AGENTS, SHARED_SKILL } from '@spec-kitty/core/agents/agents';
import { MANIFEST_FILE } from '@spec-kitty/core/agents/command-manifest';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { formatInstant } from '@spec-kitty/core/instant';
import { editSection } from '@spec-kitty/core/project/edit-section';
import { planProject } from '@spec-kitty/core/project/plan-project';
import { projectSlug } from '@spec-kitty/core/project/project-slug';
import { adoptedMeta } from '@spec-kitty/core/doctor/adopt-meta';
import { type FoundCommand, planCommands } from '@spec-kitty/core/project/command-changes';
import type { FileChange, LeftFile } from '@spec-kitty/core/project/file-change';
import {
  isPredecessors,
  PREDECESSOR_FOLDERS,
  PREDECESSOR_PATHS,
} from '@spec-kitty/core/project/predecessor-commands';
import { metadataChange, missingFiles } from '@spec-kitty/core/project/project-changes';
import { isNewerVersion, projectVersion } from '@spec-kitty/core/project/project-version';
import { requireKnownProject } from '@spec-kitty/local/event-log/require-known-schema';
import type { SurveyedFile } from '@spec-kitty/local/agents/command-files';
import type { CheckoutProject } from '@spec-kitty/local/project/checkout-project';
import { requireCheckedOut } from '@spec-kitty/local/project/require-checked-out';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { UNPUBLISHED, version } from '../../version.ts';
import { AgentProject } from '../agent/config/agent-project.ts';

const CONFIG = '.kittify/config.yaml';
const METADATA = '.kittify/metadata.yaml';

/** Everything that an upgrade would do to a project, and what it leaves although it looks like its business. */
export interface UpgradePlan {
  readonly changes: readonly FileChange[];
  readonly left: readonly LeftFile[];
}

/**
 * Compares a project with what this version would make of it; writes nothing.
 *
 * @throws Fault `SPARSE_CHECKOUT` where files of it are left out, `NOT_INITIALIZED` where there is no project, `SCHEMA_TOO_NEW` and `PROJECT_TOO_NEW` where a newer version
 * has brought it further than this one can, `CONFIG_INVALID`, `MANIFEST_INVALID`, or `NOT_UTF8` for a
 * file that would have to be edited.
 */
export async function gatherUpgrade(
  workspace: Workspace,
  env: Readonly<Record<string, string | undefined>>,
): Promise<UpgradePlan> {
  const checkout = { repository: workspace.repository, env };
  if (!workspace.files.exists(CONFIG)) await requireCheckedOut(checkout, ['.kittify']);
  const plan = compare(workspace);
  await requireCheckedOut(
    checkout,
    plan.changes.map((change) => change.path),
  );
  return plan;
}

function compare(workspace: Workspace): UpgradePlan {
  const { files, clock, repository } = workspace;
  if (!files.exists('.kittify') && !files.exists('kitty-specs')) {
    throw new Fault('refused', 'NOT_INITIALIZED', 'There is no project here.', {
      hints: [
        `Run \`spec-kitty init ${shellWord(repository.primary)} --ai auto\` to make this a project with the agents that are found.`,
      ],
      details: { file: CONFIG },
    });
  }
  requireKnownProject(repository.primary);
  const stated = files.read(METADATA);
  requireNotNewer(stated);
  const at = formatInstant(clock.nowMicros());
  const slug = projectSlug(path.basename(repository.primary));
  const fresh = planProject({ uuid: randomUUID(), slug, version, agents: [], at });
  const config = files.read(CONFIG);
  const commands = commandChanges(files, config ?? fresh[CONFIG] ?? '', at);
  const metadata = metadataChange(stated, { version, at });
  const missions = missionChanges(workspace);
  const { [CONFIG]: _, ...others } = fresh;
  return {
    changes: [
      ...missingFiles(files, others),
      ...missions,
      ...commands.changes,
      ...(metadata ?? []),
      ...configChanges(config, commands),
    ],
    left: [
      ...commands.left,
      ...(metadata ? [] : [{ path: METADATA, why: 'its version is in a form that is not edited here' }]),
    ],
  };
}

/** What a newer version has made is not set back. A program that runs from its sources has no version to compare. */
function requireNotNewer(metadata: string | undefined): void {
  const stated = projectVersion(metadata ?? '');
  if (stated === undefined || version === UNPUBLISHED || !isNewerVersion(stated, version)) return;
  throw new Fault(
    'refused',
    'PROJECT_TOO_NEW',
    `The project is at ${stated}, and this program at ${version}.`,
    {
      hints: [
        'Upgrade the program with `npm install --global spec-kitty@latest`, then run the command again.',
      ],
      details: { project_version: stated, program_version: version, file: METADATA },
    },
  );
}

interface Commands extends UpgradePlan {
  /** Text of the configuration with the agents in it, where it had none. */
  readonly config: string;
}

/** The agents are those of the configuration; where it names none, those that files of ours or the predecessor's are of. */
function commandChanges(files: CheckoutProject, config: string, at: string): Commands {
  const named = new AgentProject(files, config, () => at);
  const known = new Set(named.known);
  const found = PREDECESSOR_PATHS.filter(({ path: file }) => !known.has(file)).flatMap(
    (place): readonly FoundCommand[] => {
      const text = textOf(files, place.path);
      return text === undefined ? [] : [{ ...place, recognised: isPredecessors(text) }];
    },
  );
  const theirs = new Set(found.filter(({ recognised }) => recognised).map(({ agent }) => agent));
  const none = named.config.agents.length === 0;
  const agents = none
    ? AGENTS.filter((agent) => theirs.has(agent.key) || hasSome(agent, known))
    : named.agents;
  const keys = agents.map(({ key }) => key);
  const { survey, left } = planCommands(named.survey(agents), found, new Set(keys));
  const edited = none && keys.length > 0 ? editSection(config, 'agents', { available: keys }) : config;
  return {
    changes: named.writes(survey).map(({ path: file, text }) => changeOf(files, file, text)),
    left: [
      ...[...left, ...strange(files, [...survey, ...found])].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      ...(edited === undefined
        ? [{ path: CONFIG, why: `add by hand: available: [${keys.join(', ')}]` }]
        : []),
    ],
    config: edited ?? config,
  };
}

/** What is named like a command where agents read commands, and is none of any version. */
function strange(
  files: CheckoutProject,
  commands: readonly { readonly path: string }[],
): readonly LeftFile[] {
  return PREDECESSOR_FOLDERS.flatMap((folder) => files.names(folder).map((name) => `${folder}/${name}`))
    .filter((one) => one.includes('/spec-kitty.'))
    .filter((one) => !commands.some(({ path: known }) => known === one || known.startsWith(`${one}/`)))
    .map((one) => ({ path: one, why: 'no version of spec-kitty has this command there' }));
}

/** Whether one of the files that the manifest knows is of an agent. */
function hasSome({ file = SHARED_SKILL }: Agent, known: ReadonlySet<string>): boolean {
  const [beginning = ''] = file.split('*');
  return [...known].some((one) => one.startsWith(beginning));
}

/** Nothing that can be read counts as a text that says nothing of itself. */
function textOf(files: CheckoutProject, file: string): string | undefined {
  try {
    return files.exists(file) ? (files.read(file) ?? '') : undefined;
  } catch (error) {
    if (error instanceof Fault) return '';
    throw error;
  }
}

/** What writing or removing one command file, or the manifest, is in a plan. */
function changeOf(
  files: Pick<CheckoutProject, 'exists'>,
  file: string,
  text: string | undefined,
): FileChange {
  const why = file === MANIFEST_FILE ? 'which command files are ours' : 'command of an agent';
  if (text === undefined) return { path: file, kind: 'remove', text, why: 'no agent needs it any more' };
  return { path: file, kind: files.exists(file) ? 'replace' : 'create', text, why };
}

function configChanges(config: string | undefined, { config: text }: Commands): readonly FileChange[] {
  if (config === undefined) return [{ path: CONFIG, kind: 'create', text, why: 'settings of the project' }];
  return config === text
    ? []
    : [{ path: CONFIG, kind: 'replace', text, why: 'names the agents whose commands are here' }];
}

/** Logs are read for an id and never written. */
function missionChanges(workspace: Workspace): readonly FileChange[] {
  const { files, missions } = workspace;
  const sources = {
    taken: workspace.takenMid8(),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  return missions.directories().flatMap((directory) => {
    const file = `kitty-specs/${directory}/meta.json`;
    const meta = textOf(files, file);
    if (meta === undefined || /"mission_id"\s*:\s*"[^"]/.test(meta)) return [];
    const log = textOf(files, `kitty-specs/${directory}/status.events.jsonl`) ?? '';
    const text = adoptedMeta({ directory, text: meta, log }, sources);
    return text === undefined ? [] : [{ path: file, kind: 'replace', text, why: 'the mission has no id' }];
  });
}

/** Command files of configured agents that are missing, with the manifest that knows them. */
export function missingCommands(files: CheckoutProject, project: AgentProject): readonly FileChange[] {
  const survey = project.survey(project.agents);
  const missing = survey.filter(({ decision }: SurveyedFile) => decision === 'create');
  return missing.length === 0
    ? []
    : project.writes(missing).map(({ path: file, text }) => changeOf(files, file, text));
}
