import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { Fault } from '@spec-kitty/core/fault';
import { packageFolder } from '../../agents/command-prompts.ts';
import { PACKAGES, packageScript } from '../../demo-project/packages.ts';
import type { RunEvent } from '../run/show/run-event.ts';
import type { ProjectCommands } from './project-commands.ts';

/** Where agents work, and who watches. */
export interface DemoSurroundings {
  readonly commands: ProjectCommands;
  /** Folder outside the repository for the reviewers' tests. */
  readonly reviews: string;
  /** Folder for what the scripted agents are to do. */
  readonly scripts: string;
  /** Key of the agent that does the work; `script` for what comes with the demo. */
  readonly agent: string;
  readonly say: (who: string, text: string) => void;
}

/** What came of the run's own crash. */
export interface Delivered {
  readonly killed: boolean;
  /** What the run says in the end. */
  readonly outcome: string;
  readonly reason: string;
}

/**
 * Lets `spec-kitty run` deliver the mission, in a process of its own that is killed in the middle of its work, and has
 * another one go on.
 */
export async function deliverByRun(surroundings: DemoSurroundings): Promise<Delivered> {
  const { reviews, scripts, agent, say } = surroundings;
  writeReviews(reviews);
  if (agent === 'script') writeScripts(scripts, reviews);
  const asked = ['--implementer', agent, '--reviewer', agent, '--max-parallel', '3', '--until', 'merge'];
  const first = await engine(surroundings, ['run', ...asked], isInTheMiddle());
  if (!first.killed) return first;
  say('you', 'KILL the run (SIGKILL), with agents at work');
  say('you', 'resume it: what was committed is there, and nothing is done twice');
  return { ...(await engine(surroundings, ['run', 'resume'], () => false)), killed: true };
}

function writeReviews(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { id, reviewTest } of PACKAGES) writeFileSync(path.join(folder, `${id}.test.mjs`), reviewTest);
}

/** Long enough that several are at work at once, whatever the machine. */
const WORK_MS = 600;

function writeScripts(folder: string, reviews: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { id, attempts, subtasks, ownedFiles, advice } of PACKAGES) {
    const own = ownedFiles.filter((file) => file.endsWith('.test.js')).map((file) => `./${file}`);
    const theirs = pathToFileURL(path.join(reviews, `${id}.test.mjs`)).href;
    const imports = [...own, theirs].flatMap((file) => ['--import', file]);
    const check = [process.execPath, '--test-reporter=tap', ...imports, '--eval', '0'];
    const script = { attempts, subtasks: Object.keys(subtasks), check, advice, ms: WORK_MS };
    writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(script));
  }
}

/** True once, when something has been handed over and agents are at work. */
function isInTheMiddle(): (event: RunEvent) => boolean {
  let handedOver = 0;
  let atWork = 0;
  return ({ event, result }) => {
    if (event === 'attempt_spawned') atWork += 1;
    if (event === 'attempt_ended') atWork -= 1;
    if (result === 'handed_over') handedOver += 1;
    return handedOver >= 2 && atWork > 0;
  };
}

async function engine(
  { commands, scripts, say }: DemoSurroundings,
  words: readonly string[],
  isEnough: (event: RunEvent) => boolean,
): Promise<Delivered> {
  const program = path.join(packageFolder(), 'bin', 'spec-kitty.cjs');
  const argv = [program, ...words, '--mission', commands.mission, '--json'];
  const child = spawn(process.execPath, argv, {
    cwd: commands.root,
    env: { ...commands.env, SPEC_KITTY_SCRIPT: scripts },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A signal may reach this process alone, and nobody would watch the run any more.
  const end = (): unknown => child.kill('SIGTERM');
  process.once('exit', end);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const { last, killed } = await follow(child, isEnough, (event) => {
    const said = sentence(event);
    if (said !== undefined) say(event.agent ?? 'run', said);
  });
  await closed;
  process.off('exit', end);
  return { killed, outcome: last?.outcome ?? '', reason: last?.reason ?? '' };
}

/** What a run prints instead of its last event where it fails. */
interface Failure {
  readonly error: string;
  readonly error_code: string;
  readonly hints: readonly string[];
}

/** Tells every event, until there are enough of them: then the process is killed. */
async function follow(
  child: ChildProcessByStdio<null, Readable, null>,
  isEnough: (event: RunEvent) => boolean,
  tell: (event: RunEvent) => void,
): Promise<{ readonly last: RunEvent | undefined; readonly killed: boolean }> {
  let last: RunEvent | undefined;
  let killed = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as RunEvent | Failure;
    if ('error' in event) throw new Fault('refused', event.error_code, event.error, { hints: event.hints });
    last = event;
    if (!killed) tell(event);
    killed ||= isEnough(event) && child.kill('SIGKILL');
  }
  return { last, killed };
}

/** What people are told of an event, if anything. */
function sentence(event: RunEvent): string | undefined {
  const { wp_id: wp = '', role, how } = event;
  switch (event.event) {
    case 'attempt_started':
      return role === 'reviewer'
        ? `reviews ${wp} in a session of its own`
        : `implements ${wp} (${packageScript(wp).title})`;
    case 'attempt_ended':
      return how === 'lost' ? `was at ${wp} when the run was killed; it is ended` : undefined;
    case 'attempt_concluded':
      return concluded(event);
    default:
      return undefined;
  }
}

function concluded({ wp_id: wp = '', result, reason = '', files = [] }: RunEvent): string | undefined {
  switch (result) {
    case 'handed_over':
      return `commits ${wp}: ${files.length} files, none but its own; the check of the project passes`;
    case 'approved':
      return `approves ${wp}: ${reason}`;
    case 'rejected':
      return `sends ${wp} back: ${reason}`;
    case 'not_enough':
      return `has not done ${wp}: ${reason}`;
    default:
      return undefined;
  }
}
