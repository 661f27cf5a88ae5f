import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { diskFault } from '@spec-kitty/local/files/disk-fault';
import { makeFolder } from '@spec-kitty/local/files/sync-folder';
import { Git } from '@spec-kitty/local/git/git';
import type { AppContext } from '../../context.ts';
import { baseFiles } from '../../demo-project/base-files.ts';
import {
  packageFileName,
  packageText,
  type PlannedMission,
  planText,
  specText,
  tasksText,
} from '../../demo-project/mission-files.ts';
import { ProjectCommands } from './project-commands.ts';

/**
 * Makes a project and plans its mission in a folder, up to where the first package can be claimed.
 *
 * The validation command that it writes is trusted, and nothing else.
 *
 * @throws Fault `DIRECTORY_NOT_EMPTY` or `NOT_A_DIRECTORY` before anything is written.
 */
export async function prepareProject(
  context: AppContext,
  root: string,
  mission: PlannedMission,
): Promise<ProjectCommands> {
  requireEmpty(root);
  const git = await initRepository(root, context.env);
  writeFiles(root, baseFiles(mission.about));
  const commands = new ProjectCommands(context, root);
  await commands.init();
  const validation = [nodeCommand(context.env), 'scripts/check.mjs'];
  configure(root, validation);
  await git.run(['add', '--all']);
  await git.run(['commit', '--quiet', '--message', 'Start tally: a README, sample data and a check']);

  const trust = await (await commands.workspace()).trust();
  await trust.allow([{ kind: 'validation.command', value: validation }]);
  await planMission(commands, mission);
  return commands;
}

function requireEmpty(root: string): void {
  const found = statSync(root, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) {
    throw new Fault('refused', 'NOT_A_DIRECTORY', `This is a file, not a folder: ${root}`, {
      hints: ['Name a folder that is empty or does not exist yet.'],
      details: { path: root },
    });
  }
  if (readdirSync(root).length === 0) return;
  throw new Fault(
    'refused',
    'DIRECTORY_NOT_EMPTY',
    `The folder has files in it; nothing was changed: ${root}`,
    {
      hints: ['Name a folder that is empty or does not exist yet.'],
      details: { path: root },
    },
  );
}

function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  } catch (error) {
    throw diskFault(error, root);
  }
}

/** What the commits of the demo need, whatever this machine's Git is set to; it goes into this repository alone. */
const SETTINGS = {
  'user.name': 'Spec Kitty Demo',
  'user.email': 'demo@spec-kitty.invalid',
  'commit.gpgSign': 'false',
  'core.autocrlf': 'false',
  // Hooks that somebody has for all of their repositories are for code of theirs.
  'core.hooksPath': '.git/hooks',
  // Somebody's list of files to ignore everywhere may well have `bin/` in it.
  'core.excludesFile': '',
};

async function initRepository(root: string, env: AppContext['env']): Promise<Git> {
  try {
    makeFolder(root);
  } catch (error) {
    throw diskFault(error, root);
  }
  const git = new Git(root, env);
  await git.run(['init', '--quiet', '--initial-branch=main', '--template=']);
  for (const [key, value] of Object.entries(SETTINGS)) await git.run(['config', '--local', key, value]);
  return git;
}

const PLACEHOLDER = /^# validation:\n#.*\n/m;

function configure(root: string, command: readonly string[]): void {
  const file = path.join(root, '.kittify', 'config.yaml');
  const text = readFileSync(file, 'utf8');
  if (!PLACEHOLDER.test(text)) throw new Error(`There is no place for the validation command in ${file}`);
  const words = command.map((word) => JSON.stringify(word)).join(', ');
  writeFileSync(file, text.replace(PLACEHOLDER, `validation:\n  command: [${words}]\n`));
}

/** `node` where that is the program that runs now, because it reads better in a file; elsewhere its path. */
function nodeCommand(env: AppContext['env']): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (env['PATH'] ?? env['Path'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const first = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
  return first !== undefined && realpathSync(first) === realpathSync(process.execPath)
    ? 'node'
    : process.execPath;
}

/** Writes what `next` asks for until it asks for code. */
async function planMission(commands: ProjectCommands, mission: PlannedMission): Promise<void> {
  await commands.create(mission.slug, mission.friendlyName, mission.purpose);
  const folder = path.join(commands.root, 'kitty-specs', commands.mission);
  for (;;) {
    const { action } = await commands.next();
    switch (action) {
      case 'specify':
        writeFiles(folder, { 'spec.md': specText(mission) });
        break;
      case 'plan':
        await commands.setupPlan();
        writeFiles(folder, { 'plan.md': planText(mission) });
        break;
      case 'tasks':
        writeFiles(folder, { 'tasks.md': tasksText(mission) });
        for (const wp of mission.packages)
          writeFiles(folder, { [`tasks/${packageFileName(wp)}`]: packageText(wp) });
        await commands.finalize();
        break;
      case 'implement':
        return;
      default:
        throw new Error(`Planning the mission led to "${action}"`);
    }
  }
}
