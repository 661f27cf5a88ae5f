import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { errorCode } from '../files/disk-fault.ts';
import { findExecutable } from './find-executable.ts';
import { LastBytes, type OutputEncoding } from './last-bytes.ts';
import { stopProcess, stopWithThisProcess } from './stop-process.ts';

/** A command to run: never through a shell, and with nothing of this process's environment. */
export interface ProcessRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text or bytes for its standard input, which is empty unless given. */
  readonly stdin?: string | Uint8Array;
  /**
   * After this time the command and all it has started is killed, and what it leaves running when it ends, too; without
   * one it may take as long as it likes.
   */
  readonly timeoutMs?: number;
  /** Of each output only the last so many bytes are kept; 64 MiB unless given. */
  readonly maxOutputBytes?: number;
  /** `latin1` and `escaped` keep every byte of the output; `utf8` unless given. */
  readonly encoding?: OutputEncoding;
  /** Told the number of the process before it can have got its input. */
  readonly onStart?: (pid: number) => void;
}

/** How a command ended. */
export interface ProcessResult {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Whether the beginning of an output was dropped. */
  readonly truncated: boolean;
}

const DEFAULT_OUTPUT_BYTES = 64 * 1024 * 1024;
/** A command that has ended may leave others behind that keep its output open for ever. */
const QUIET_AFTER_EXIT_MS = 1000;

/**
 * Runs a command to its end; any exit code is a result, not a failure.
 *
 * @throws Fault `COMMAND_NOT_FOUND`, `COMMAND_NOT_RUNNABLE` or `DIRECTORY_MISSING`.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const [name = '', ...args] = request.argv;
  const { cwd, env, timeoutMs } = request;
  const found = findExecutable(name, { platform: process.platform, env, cwd, isFile });
  if (!found) throw notFound(name);
  if ('batch' in found) throw batchFile(found.batch);

  // Only a command that may have to be killed gets a group of its own: in ours, it hears the terminal's Ctrl-C itself.
  const detached = timeoutMs !== undefined && process.platform !== 'win32';
  const child = start(found.file, args, { cwd, env, detached, stdin: request.stdin !== undefined });
  if (child.pid !== undefined) request.onStart?.(child.pid);
  child.stdin?.on('error', () => undefined); // A command need not read its input to the end.
  child.stdin?.end(request.stdin);
  try {
    return await collect(child, request);
  } catch (error) {
    throw startFault(error, name, cwd);
  }
}

interface StartOptions extends Pick<ProcessRequest, 'cwd' | 'env'> {
  readonly detached: boolean;
  readonly stdin: boolean;
}

function start(
  file: string,
  args: readonly string[],
  { cwd, env, detached, stdin }: StartOptions,
): ChildProcess {
  try {
    return spawn(file, args, {
      cwd,
      env,
      detached,
      stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (error) {
    // A NUL in an argument, or more arguments than the system takes, is thrown and not emitted.
    throw startFault(error, file, cwd);
  }
}

function collect(child: ChildProcess, request: ProcessRequest): Promise<ProcessResult> {
  const { encoding = 'utf8', maxOutputBytes = DEFAULT_OUTPUT_BYTES } = request;
  const stdout = new LastBytes(maxOutputBytes);
  const stderr = new LastBytes(maxOutputBytes);
  const limit = limitTime(child, request.timeoutMs);
  const quiet = new QuietTimer(child);
  child.stdout?.on('data', (chunk: Buffer) => (stdout.add(chunk), quiet.restart()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr.add(chunk), quiet.restart()));
  child.on('exit', () => (quiet.begin(), limit.exited()));

  return new Promise<ProcessResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      resolve({
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
        stdout: stdout.text(encoding),
        stderr: stderr.text(encoding),
        timedOut: limit.reached(),
        truncated: stdout.dropped || stderr.dropped,
      });
    });
  }).finally(() => {
    limit.end();
    quiet.end();
  });
}

interface Limit {
  readonly reached: () => boolean;
  /** The command has ended by itself: what it left running gets a moment to end as well. */
  readonly exited: () => void;
  readonly end: () => void;
}

const NO_LIMIT: Limit = { reached: () => false, exited: () => undefined, end: () => undefined };

function limitTime({ pid }: ChildProcess, timeoutMs: number | undefined): Limit {
  if (timeoutMs === undefined || pid === undefined) return NO_LIMIT;
  let reached = false;
  const unwatch = stopWithThisProcess(pid);
  const stop = () => {
    reached = true;
    stopProcess(pid);
  };
  // Elsewhere the number alone says nothing once its process has ended: it may be another's.
  const stopRest = () => process.platform !== 'win32' && stopProcess(pid);
  let timer = setTimeout(stop, timeoutMs);
  return {
    reached: () => reached,
    exited: () => {
      clearTimeout(timer);
      timer = setTimeout(stopRest, QUIET_AFTER_EXIT_MS);
    },
    end: () => {
      clearTimeout(timer);
      unwatch();
      stopRest();
    },
  };
}

/** Closes the output of a command that has ended, once nothing has come for a while. */
class QuietTimer {
  readonly #child: ChildProcess;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  begin(): void {
    this.#timer = setTimeout(() => {
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    }, QUIET_AFTER_EXIT_MS);
  }

  restart(): void {
    this.#timer?.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Whether there is a file, or a link to one. */
export function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function startFault(error: unknown, name: string, cwd: string): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    return new Fault('refused', 'DIRECTORY_MISSING', `There is no such directory to run ${name} in: ${cwd}`, {
      details: { path: cwd },
      cause: error,
    });
  }
  if (code === 'ENOENT') return notFound(name, error);
  return new Fault('refused', 'COMMAND_NOT_RUNNABLE', `The command could not be started (${code}): ${name}`, {
    hints: ['Check that it is an executable file for this machine.'],
    details: { command: name },
    cause: error,
  });
}

function notFound(name: string, cause?: unknown): Fault {
  return new Fault('refused', 'COMMAND_NOT_FOUND', `There is no such command: ${name}`, {
    hints: ['Install it, or add its folder to PATH.'],
    details: { command: name },
    cause,
  });
}

function batchFile(file: string): Fault {
  return new Fault(
    'refused',
    'COMMAND_NOT_RUNNABLE',
    `A batch file runs only in a shell, and none is started for it: ${file}`,
    {
      hints: ['Name the program behind it, or write the shell into the command: cmd, /d, /s, /c, …'],
      details: { command: file },
    },
  );
}
