import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { counted } from '@spec-kitty/core/counted';
import { listed } from '@spec-kitty/core/listed';
import type { FileChange } from '@spec-kitty/core/project/file-change';
import { damagedBlocks, lackingBlocks } from '@spec-kitty/core/project/project-changes';
import { parseProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { requireKnownProject } from '@spec-kitty/local/event-log/require-known-schema';
import { containedPath } from '@spec-kitty/local/files/contained-path';
import { Git } from '@spec-kitty/local/git/git';
import { namedProgram } from '@spec-kitty/local/process/program-on-path';
import { KeptChanges } from '@spec-kitty/local/upgrade/kept-changes';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { packageFolder } from '../../agents/command-prompts.ts';
import type { AppContext } from '../../context.ts';
import { AgentProject } from '../agent/config/agent-project.ts';
import { isSetUp, setUpCommand } from '../agent/mission/set-up-note.ts';
import { gatherUpgrade, missingCommands } from '../upgrade/gather-upgrade.ts';
import { examineMissions, findingOf } from './examine-missions.ts';
import type { ProjectFinding } from './project-finding.ts';

const CONFIG = '.kittify/config.yaml';
const METADATA = '.kittify/metadata.yaml';
const FIX = 'Run `spec-kitty doctor --fix`, which';

/** Everything that is wrong, and what `--fix` would do about it. */
export interface Examination {
  readonly findings: readonly ProjectFinding[];
  readonly fixes: readonly FileChange[];
  /** What was looked at, for a sentence; the rest could not be. */
  readonly checked: readonly string[];
  readonly workspace: Workspace | undefined;
}

/** Looks at the program, Git, the project, its files and its missions; changes nothing. */
export async function examineProject(context: AppContext): Promise<Examination> {
  const { value: workspace, findings: outside } = await refused(() => context.workspace());
  const git = await refused(() => new Git(context.cwd, context.env).requireVersion());
  if (!workspace) {
    const findings = [...programFindings(context, false), ...git.findings, ...outside];
    return { findings, fixes: [], checked: ['the program', 'Git'], workspace };
  }
  const project = await refused(() => examineFiles(workspace, context));
  const { findings = [], fixes = [], hasCommands = false } = project.value ?? {};
  return {
    findings: [
      ...programFindings(context, hasCommands),
      ...git.findings,
      ...project.findings,
      ...findings,
      ...(git.findings.length === 0 ? await examineMissions(workspace) : []),
    ].toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error')),
    fixes,
    checked: [
      'the program',
      'Git',
      ...(project.value ? ['the files of the project'] : []),
      ...(git.findings.length === 0 ? [counted(workspace.missions.directories().length, 'mission')] : []),
    ],
    workspace,
  };
}

/** A folder that keeps itself out of commits is in no fresh clone, and made anew once something belongs into it. */
function ignoresItself(files: Workspace['files'], file: string): boolean {
  return (
    /\/(?:runtime|\.worktrees)\/\.gitignore$/.test(`/${file}`) && !files.exists(path.posix.dirname(file))
  );
}

interface ExaminedFiles extends Pick<Examination, 'findings' | 'fixes'> {
  readonly hasCommands: boolean;
}

async function examineFiles(workspace: Workspace, { clock, env }: AppContext): Promise<ExaminedFiles> {
  const { files } = workspace;
  requireKnownProject(workspace.repository.primary);
  const config = files.read(CONFIG);
  const plan = await gatherUpgrade(workspace, env);
  if (config === undefined) {
    return { findings: [withoutSettings(workspace)], fixes: [], hasCommands: false };
  }
  const project = new AgentProject(files, config, () => String(clock.nowMicros()));
  const changes = plan.changes.filter(({ path: file }) => !ignoresItself(files, file));
  const made = changes.filter(({ path: file, kind }) => kind === 'create' && isOurs(file));
  const blocks = lackingBlocks(files).map((block) => ({
    ...block,
    path: behindLinks(workspace, block.path),
  }));
  const commands = missingCommands(files, project);
  const fixes = [...made, ...blocks, ...commands];
  const fixed = new Set(fixes.map((change) => change.path));
  const more = changes.filter((change) => !fixed.has(change.path)).map((change) => change.path);
  return {
    findings: [
      ...made.map(({ path: file, why }) =>
        about('missing_file', `A file is missing that ${why}: ${file}`, {
          action: `${FIX} makes it.`,
          fixes: [file],
        }),
      ),
      ...blocks.map(({ path: file, why }) =>
        about('missing_block', `A part is missing that ${why}: ${file}`, {
          action: `${FIX} appends them.`,
          fixes: [file],
        }),
      ),
      ...metadataFindings(plan.left),
      ...damagedBlocks(files).map(({ path: file, mark, missing, line }) =>
        about('damaged_block', `A part of ours has lost its mark \`${missing}\`: ${file}, line ${line}`, {
          action: `Put that mark back where the part ${mark.includes('begin') ? 'ends' : 'begins'}, or remove \`${mark}\` with the part, then run \`spec-kitty doctor --fix\`.`,
        }),
      ),
      ...commandFindings(commands),
      ...copyFindings(workspace, config),
      ...project.unknown.map((key) =>
        about('unknown_agent', `agents.available names an agent that is not known here: ${key}`, {
          action: `Run \`spec-kitty agent config list\` to see which there are, and correct ${CONFIG}.`,
        }),
      ),
      ...upgradeFindings(more, new KeptChanges(workspace.repository, files).unfinished() !== undefined),
    ],
    fixes,
    hasCommands: project.known.length > 0,
  };
}

function metadataFindings(left: readonly { readonly path: string }[]): readonly ProjectFinding[] {
  if (!left.some(({ path: file }) => file === METADATA)) return [];
  const message = `Nothing says which version the project is at: ${METADATA} cannot be read.`;
  const action = `Correct ${METADATA}, or move it away and run \`spec-kitty upgrade\`, which makes it anew.`;
  return [about('unreadable_metadata', message, { action })];
}

/** A claim is refused over a path that leads away, and says nothing of one that is not there. */
function copyFindings({ repository: { primary } }: Workspace, config: string): readonly ProjectFinding[] {
  const action = `Correct workspace.copy in ${CONFIG}, or remove the entry.`;
  return parseProjectConfig(config).workspaceCopy.flatMap((named) => {
    try {
      if (existsSync(containedPath(primary, named))) return [];
      const message = `workspace.copy names what is not there, so no worktree gets it: ${named}`;
      return [about('missing_copy', message, { action })];
    } catch (error) {
      const { message } = findingOf(error);
      return [about('unusable_copy', `workspace.copy: ${message}`, { severity: 'error', action })];
    }
  });
}

function withoutSettings(workspace: Workspace): ProjectFinding {
  if (!isSetUp(workspace))
    return about('not_initialized', 'Spec Kitty is not set up in this repository.', {
      severity: 'error',
      action: `Run \`${setUpCommand(workspace)}\`; the missions that there are stay as they are.`,
    });
  return about('not_upgraded', `The project has lost its settings: there is no ${CONFIG}.`, {
    severity: 'error',
    action: 'Run `spec-kitty upgrade --plan` to see what would make this a project of this version.',
  });
}

/** `AGENTS.md` is often a link to the file of one agent, and nothing is written through links. */
function behindLinks({ repository: { primary } }: Workspace, file: string): string {
  return path.relative(primary, realpathSync(path.join(primary, file))).replaceAll(path.sep, '/');
}

/** Neither command files, which come with the manifest, nor missions. */
function isOurs(file: string): boolean {
  return /^(?:\.kittify|\.worktrees|kitty-specs)\/(?:runtime\/)?\.git(?:ignore|attributes)$|^AGENTS\.md$/.test(
    file,
  );
}

function commandFindings(changes: readonly FileChange[]): readonly ProjectFinding[] {
  const missing = changes.filter(({ kind }) => kind === 'create').map((change) => change.path);
  if (missing.length === 0) return [];
  return [
    about('missing_commands', `${counted(missing.length, 'command file')} missing: ${listed(missing)}`, {
      action: `${FIX} writes them.`,
      fixes: changes.map((change) => change.path),
    }),
  ];
}

function upgradeFindings(more: readonly string[], interrupted: boolean): readonly ProjectFinding[] {
  if (interrupted) {
    return [
      about('interrupted_upgrade', 'An upgrade was interrupted; a part of its files is changed.', {
        severity: 'error',
        action: 'Run `spec-kitty upgrade` to finish it, or `spec-kitty upgrade --restore` to take it back.',
      }),
    ];
  }
  if (more.length === 0) return [];
  return [
    about('outdated', `${counted(more.length, 'file')} of another version: ${listed(more)}`, {
      action: 'Run `spec-kitty upgrade --plan` to see what `spec-kitty upgrade` does about it.',
    }),
  ];
}

/** Agents call the program by its name, so that name must lead here. */
function programFindings({ env }: AppContext, hasCommands: boolean): readonly ProjectFinding[] {
  const own = realpathSync(path.join(packageFolder(), 'bin', 'spec-kitty.cjs'));
  const found = namedProgram('spec-kitty', { own, env });
  const action = `Let the name lead to this one, by a link in a folder that comes first on PATH, to: ${own}`;
  if (!('file' in found)) {
    const message = 'There is no spec-kitty on PATH, which the commands of agents call.';
    return found.kind === 'absent' && hasCommands ? [about('no_program', message, { action })] : [];
  }
  const what = found.kind === 'python' ? 'the Python predecessor' : 'another program';
  return [about('other_program', `PATH leads to ${what} instead of this program: ${found.file}`, { action })];
}

interface Details {
  readonly severity?: 'error' | 'warning';
  readonly action: string;
  readonly fixes?: readonly string[];
}

function about(category: string, message: string, { severity = 'warning', action, fixes = [] }: Details) {
  const finding: ProjectFinding = {
    severity,
    category,
    mission_slug: null,
    wp_id: null,
    message,
    recommended_action: action,
    fixes,
  };
  return finding;
}

/** A refusal becomes a finding. */
async function refused<T>(
  look: () => T | Promise<T>,
): Promise<{ readonly value: T | undefined; readonly findings: readonly ProjectFinding[] }> {
  try {
    return { value: await look(), findings: [] };
  } catch (error) {
    return { value: undefined, findings: [{ ...findingOf(error), mission_slug: null, fixes: [] }] };
  }
}
