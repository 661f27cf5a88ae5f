import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { MANIFEST_FILE } from '@spec-kitty/core/agents/command-manifest';
import { planCommandFiles } from '@spec-kitty/core/agents/plan-command-files';
import { Fault } from '@spec-kitty/core/fault';
import { formatInstant } from '@spec-kitty/core/instant';
import { parseProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { planProject } from '@spec-kitty/core/project/plan-project';
import { hasBlock, PROJECT_BLOCKS, withBlock } from '@spec-kitty/core/project/project-blocks';
import { projectSlug } from '@spec-kitty/core/project/project-slug';
import { shellWord } from '@spec-kitty/core/shell-word';
import { CommandFiles } from '@spec-kitty/local/agents/command-files';
import { diskFault, errorCode } from '@spec-kitty/local/files/disk-fault';
import { makeFolder } from '@spec-kitty/local/files/sync-folder';
import type { CheckoutProject } from '@spec-kitty/local/project/checkout-project';
import { openProject } from '@spec-kitty/local/project/open-project';
import { requireCheckedOut } from '@spec-kitty/local/project/require-checked-out';
import { findRepository, type Repository } from '@spec-kitty/local/repository/repository';
import { commandPrompts } from '../../agents/command-prompts.ts';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';
import { type ChosenAgents, chosenAgents } from './chosen-agents.ts';
import { type Initialized, initText, type NextStep } from './init-text.ts';

const CONFIG = '.kittify/config.yaml';

interface Flags {
  readonly ai?: string;
  readonly skills: boolean;
  readonly nonInteractive: boolean;
  readonly json: boolean;
}

/** Creates the project files; a second run changes nothing. */
export async function init(this: AppContext, flags: Flags, target = '.'): Promise<void> {
  const root = path.resolve(this.cwd, target);
  const shown = path.relative(this.cwd, root) || '.';
  const initialized = existsSync(path.join(root, CONFIG));
  const asks = !flags.json && !flags.nonInteractive && !initialized;
  const repository = await atTopOfRepository(root);
  const chosen = await chosenAgents(this, { ...flags, root, asks });
  if (initialized) return alreadyThere(this, flags.json, { root, shown, chosen });
  try {
    makeFolder(root);
  } catch (error) {
    throw fileInTheWay(error, root) ?? diskFault(error, root);
  }
  const files = openProject(root);
  const at = formatInstant(this.clock.nowMicros());
  const plan = planFiles(files, { chosen, root, at });
  // A checkout may leave files of the project out, and only Git knows of them.
  if (repository) await requireCheckedOut({ repository, env: this.env }, plan.created);
  plan.apply();
  const { created, blocks } = plan;
  const done: Initialized = { shown, created, chosen, blocks, inRepository: repository !== undefined };
  const document = {
    result: 'success',
    path: root,
    created,
    agents: chosen.agents.map(({ key }) => key),
    detected: chosen.detected.map(({ agent, because }) => ({ agent: agent.key, because })),
    blocks: blocks.map(({ file, reason, text }) => ({ file, reason, text })),
    next_steps: nextSteps(done),
  };
  this.show(flags.json, document, () => initText(done, document.next_steps));
}

function alreadyThere(
  context: AppContext,
  json: boolean,
  { root, shown, chosen }: { root: string; shown: string; chosen: ChosenAgents },
): void {
  const { agents } = parseProjectConfig(openProject(root).read(CONFIG) ?? '');
  const others = chosen.agents.map(({ key }) => key).filter((key) => !agents.includes(key));
  const more =
    others.length === 0
      ? ''
      : `\nAdd agents there: \`spec-kitty agent config add ${others.map(shellWord).join(' ')}\`.`;
  context.show(
    json,
    { result: 'already_initialized', path: root, created: [] },
    () => `${shown === '.' ? 'This folder' : shown} is already initialized; nothing was changed.${more}`,
  );
}

function fileInTheWay(cause: unknown, root: string): Fault | undefined {
  if (!['EEXIST', 'ENOTDIR'].includes(errorCode(cause) ?? '')) return undefined;
  return new Fault('refused', 'NOT_A_DIRECTORY', `A file is where the project's folder would be: ${root}`, {
    hints: ['Move it away, or choose another folder with `spec-kitty init <path>`.'],
    details: { path: root },
    cause,
  });
}

interface ToWrite {
  readonly chosen: ChosenAgents;
  readonly root: string;
  readonly at: string;
}

/** Checks everything before anything is written, so that a refusal leaves nothing behind. */
function planFiles(files: CheckoutProject, { chosen: { agents, sharedSkills }, root, at }: ToWrite) {
  const project = planProject({
    uuid: randomUUID(),
    slug: projectSlug(path.basename(root)),
    version,
    agents: agents.map(({ key }) => key),
    at,
  });
  for (const file of [...Object.keys(project), MANIFEST_FILE]) files.requireFolder(file);
  const present = PROJECT_BLOCKS.map((block) => ({ block, there: files.exists(block.file) }));
  const made = present.filter(({ block, there }) => block.creates && !there).map(({ block }) => block);
  const lacking = present.filter(
    ({ block, there }) => there && !hasBlock(files.read(block.file) ?? '', block),
  );
  const commands = new CommandFiles(files);
  const prompts = agents.length === 0 ? [] : commandPrompts();
  const survey = commands.survey(planCommandFiles({ agents, prompts, version, sharedSkills }));
  const missing = Object.entries(project).filter(
    ([file, text]) => !files.exists(file) || files.read(file) !== text,
  );
  const taken = [
    ...missing.map(([file]) => file).filter((file) => files.exists(file)),
    ...survey
      .filter(({ decision, text }) => decision === 'conflict' && text !== undefined)
      .map((file) => file.path),
  ];
  refuse(taken);
  const wanted = survey.filter(({ text }) => text !== undefined);
  for (const file of wanted) files.requireFolder(file.path);
  const created = [
    ...missing.map(([file]) => file),
    ...made.map(({ file }) => file),
    ...wanted.filter(({ decision }) => decision !== 'keep').map((file) => file.path),
    ...(wanted.length === 0 ? [] : [MANIFEST_FILE]),
  ];
  return {
    created,
    blocks: lacking.map(({ block }) => block),
    /** The configuration is written last: see `planProject`. */
    apply: () => {
      commands.apply(wanted, { at, version });
      for (const block of made) files.write(block.file, withBlock('', block));
      for (const [file, text] of missing) files.write(file, text);
    },
  };
}

function refuse(taken: readonly string[]): void {
  const [first] = taken;
  if (first === undefined) return;
  throw new Fault('refused', 'INIT_CONFLICT', `init would overwrite an existing file: ${first}`, {
    hints: ['Move it away, or choose another folder with `spec-kitty init <path>`.'],
    details: { file: first, files: taken },
  });
}

/** All are typed in the folder of the project. The repository comes first: only Git knows what the other steps need. */
function nextSteps({ chosen, inRepository, shown }: Initialized): readonly NextStep[] {
  const [first, second] = chosen.agents;
  const steps: readonly NextStep[] = [
    ...(shown === '.' ? [] : [{ command: `cd ${shellWord(shown)}`, why: 'go to the project' }]),
    ...(inRepository ? [] : [{ command: 'git init', why: 'begin a repository: there is none here' }]),
    {
      command: 'git add . && git commit -m "Set up Spec Kitty"',
      why: 'worktrees have only what is committed',
    },
    { command: 'spec-kitty specify <slug>', why: 'describe what you want' },
    { command: 'spec-kitty next --agent <agent> --mission <slug>', why: 'ask what comes next, at any time' },
    {
      command: 'spec-kitty agent action implement --agent <agent> --mission <slug>',
      why: 'take a work package',
    },
    {
      command: 'spec-kitty agent action review --agent <agent> --mission <slug>',
      why: 'take one for review',
    },
  ];
  if (first === undefined || second !== undefined) return steps;
  return steps.map(({ command, why }) => ({ command: command.replace('<agent>', first.key), why }));
}

/**
 * The repository that a folder is the top of, where missions are kept; `undefined` where there is none.
 *
 * @throws Fault `BELOW_REPOSITORY` where it is anywhere else in one, `LANE_WORKTREE` in a worktree that a lane has,
 * `NO_PRIMARY_CHECKOUT` where no checkout could hold the project.
 */
async function atTopOfRepository(root: string): Promise<Repository | undefined> {
  let folder = root;
  // A file is no folder: nothing can be below it.
  while (!existsSync(`${folder}${path.sep}.`) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  const found = await findRepository(folder).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'NOT_A_REPOSITORY') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const { primary, worktree } = found;
  if (folder === root && realpathSync(root) === primary) return found;
  const command = `spec-kitty init ${shellWord(primary)}`;
  if (worktree.startsWith(path.join(primary, '.worktrees') + path.sep))
    throw new Fault('refused', 'LANE_WORKTREE', `This is the worktree of a lane: ${worktree}`, {
      hints: [`Run \`${command}\`: the project is in the primary checkout.`],
      details: { workspace_path: worktree, primary },
    });
  const setUp = existsSync(path.join(primary, CONFIG));
  throw new Fault(
    'refused',
    'BELOW_REPOSITORY',
    `${root} is in the repository ${primary}, whose missions are kept at its top.`,
    {
      hints: [
        setUp
          ? 'Spec Kitty is set up there; every command works from any folder below.'
          : `Run \`${command}\`; then every command works from any folder below.`,
        `To have a repository of its own here, run \`git init ${shellWord(root)}\` first.`,
      ],
      details: { path: root, primary },
    },
  );
}
