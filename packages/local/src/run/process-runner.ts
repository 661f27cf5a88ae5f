import { statSync } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { Fault } from '@spec-kitty/core/fault';
import { blankerOf, redactorOf } from '@spec-kitty/core/run/agents/secret-values';
import { type Invocation, resumeCommand } from '@spec-kitty/core/run/agents/invocation';
import type { AgentRunner, AgentTask, LeftBehind, RunningAgent } from '@spec-kitty/core/run/run-ports';
import type { AttemptProcess } from '@spec-kitty/core/run/run-record';
import { SystemClock } from '../clock/system-clock.ts';
import { diskFault } from '../files/disk-fault.ts';
import { readText } from '../files/plain-file.ts';
import { makeFolder } from '../files/sync-folder.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { HolderRecord } from '../lock/lock-method.ts';
import { judgeHolder, thisPlace } from '../lock/process-identity.ts';
import { agentEnvironment } from './environment/agent-environment.ts';
import { type AttemptFiles, attemptFiles } from './attempt-files.ts';
import { AgentLog } from './output/agent-log.ts';
import { AgentProcess } from './agent-process.ts';
import { endProcessesOf, signal } from '../process/end-processes.ts';
import { gitIdentity } from './environment/git-identity.ts';
import { reflogMark } from './environment/reflog-mark.ts';
import { ATTEMPT_VARIABLE } from '../process/marked-processes.ts';
import type { Fence } from './fence/fence.ts';
import { spawnAgent } from './spawn-agent.ts';
import type { AgentListener } from './transports/agent-listener.ts';
import { StreamListener } from './transports/stream-listener.ts';

/** What {@link ProcessRunner} works with. */
export interface RunnerOptions {
  /** Folder of the run. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws Fault `UNKNOWN_AGENT`. */
  readonly invocation: (task: AgentTask, files: AttemptFiles) => Invocation;
  /** What keeps agents from writing elsewhere; nothing unless given. */
  readonly fence?: Fence;
}

/** What an agent says is for people, and is kept with the mission: more than this nobody reads. */
const MOST_REPORT_BYTES = 256 * 1024;

/** Starts agents as processes of their own group, each with its prompt, its log and a place for its report. */
export class ProcessRunner implements AgentRunner {
  readonly #options: RunnerOptions;
  readonly #clock = new SystemClock();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  reportFile(attempt: string): string {
    return attemptFiles(this.#options.folder, attempt).report;
  }

  report(attempt: string): string | undefined {
    const file = this.reportFile(attempt);
    const size = sizeOf(file);
    if (size > MOST_REPORT_BYTES) throw tooLong(file, size);
    const text = readText(file);
    if (text === undefined) return undefined;
    // What is said in it goes into events and files of the mission, for everybody to read; and so may the file itself.
    const told = blankerOf(this.#options.env)(text);
    if (told !== text) writeAtomically(file, told);
    return told;
  }

  async start(task: AgentTask): Promise<RunningAgent> {
    const files = attemptFiles(this.#options.folder, task.attempt);
    makeFolder(path.dirname(files.prompt));
    writeAtomically(files.prompt, task.prompt);
    const invocation = this.#options.invocation(task, files);
    const { argv, mayKnow, stream, state = [] } = invocation;
    const given = agentEnvironment(this.#options.env, mayKnow);
    const identity = await gitIdentity(task.workspace, given);
    const env = { ...identity, ...given, ...variablesOf(task, files) };
    const redact = redactorOf(given);
    // Before there is a process: a disk that is full leaves none behind.
    const log = openLog(files.log, redact);
    try {
      const { role, workspace } = task;
      const folder = path.dirname(files.prompt);
      const fenced = await this.#options.fence?.around({ role, workspace, folder, state, env });
      // Whatever takes time comes before the process: one that ends at once is to be seen ending.
      const listen = await this.#listen(task, files, invocation);
      const around = {
        env,
        ...fenced,
        ...(fenced?.state.kind === 'none' && { env: { ...fenced.env, ...reflogMark(task.attempt) } }),
      };
      const child = await spawnAgent({ argv, cwd: workspace, hears: listen !== undefined, ...around });
      const listener = listen?.(child.stdin) ?? new StreamListener(stream);
      return new AgentProcess(child, task, {
        log,
        listener,
        redact,
        nowMicros: () => this.#clock.nowMicros(),
        resume: (session) => resumeCommand(invocation, { session, workspace }),
      });
    } catch (error) {
      log.close();
      throw error;
    }
  }

  /** What is said to an agent, and how it is heard; nothing for one that is told nothing. */
  async #listen(
    { prompt, workspace }: AgentTask,
    { report: reportFile }: AttemptFiles,
    { stream, stdin: text, permissions = 'all' }: Invocation,
  ): Promise<((stdin: Writable | null) => AgentListener) | undefined> {
    if (stream === 'acp') {
      // The protocol takes time to load, so only agents that speak it pay for it.
      const [{ AcpListener }, sdk] = await Promise.all([
        import('./transports/acp-listener.ts'),
        import('@agentclientprotocol/sdk'),
      ]);
      return (stdin) =>
        new AcpListener(sdk, stdin, { prompt, place: { workspace, reportFile }, permissions });
    }
    if (text === undefined) return undefined;
    return (stdin) => {
      stdin?.end(text);
      return new StreamListener(stream);
    };
  }

  async clear(attempt: string, process: AttemptProcess | null): Promise<LeftBehind> {
    const noted = process as (AttemptProcess & HolderRecord) | null;
    // The number alone could be another's by now.
    if (noted && judgeHolder(noted, thisPlace()) === 'alive') signal(-noted.pid);
    await endProcessesOf(attempt);
    return {};
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    // broad-catch: it has left none; what cannot be looked at is told where it is read
    return 0;
  }
}

function tooLong(file: string, size: number): Fault {
  const [most, found] = [MOST_REPORT_BYTES, size].map((bytes) => `${Math.ceil(bytes / 1024)} KiB`);
  return new Fault('refused', 'REPORT_TOO_LONG', `The report has ${found}, and may have ${most}: ${file}`, {
    hints: ['Say in it what the prompt asks for, and no more.'],
    details: { path: file },
  });
}

function openLog(file: string, redact: (text: string) => string): AgentLog {
  try {
    return new AgentLog(file, redact);
  } catch (error) {
    throw diskFault(error, file);
  }
}

function variablesOf(task: AgentTask, files: AttemptFiles): Readonly<Record<string, string>> {
  return {
    [ATTEMPT_VARIABLE]: task.attempt,
    SPEC_KITTY_MISSION: task.mission,
    SPEC_KITTY_WP: task.wp,
    SPEC_KITTY_ROLE: task.role,
    SPEC_KITTY_PROMPT: files.prompt,
    SPEC_KITTY_REPORT: files.report,
    // A reviewer reads what is in the commit, not what another agent has put in its place with `git replace`.
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}
