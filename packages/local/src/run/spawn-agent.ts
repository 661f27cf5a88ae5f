import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { errorCode } from '../files/disk-fault.ts';
import { findExecutable } from '../process/find-executable.ts';
import { programOnPath } from '../process/program-on-path.ts';
import { isFile } from '../process/run-process.ts';

/** What a process of an agent is made of. */
export interface AgentLaunch {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** All of it: nothing of this process's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether it is told anything while it runs. */
  readonly hears: boolean;
  /** Of the fence around it, which go before its own; none unless given. */
  readonly words?: readonly string[];
}

/**
 * Starts an agent as the leader of a group of its own; resolves once the process exists.
 *
 * @throws Fault `AGENT_NOT_STARTED`.
 */
export async function spawnAgent({ argv, cwd, env, hears, words = [] }: AgentLaunch): Promise<ChildProcess> {
  const [name = '', ...args] = argv;
  const found = findExecutable(name, { platform: process.platform, env, cwd, isFile });
  if (!found || 'batch' in found) throw notStarted(name, 'it is not on PATH');
  if (words.length > 0) requireProgram(name, { cwd, env });
  const [file = '', ...rest] = [...words, found.file, ...args];
  try {
    const child = spawn(file, rest, {
      cwd,
      env,
      detached: true,
      stdio: [hears ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // It need not read to the end.
    child.stdin?.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } catch (error) {
    // Thrown for more words than the system takes, emitted for a file that is no program.
    if (errorCode(error) === undefined) throw error;
    throw notStarted(name, (error as Error).message);
  }
}

/** A fence would start, and fail at it in words of its own. */
function requireProgram(name: string, { cwd, env }: Pick<AgentLaunch, 'cwd' | 'env'>): void {
  const file = name.includes('/') ? path.resolve(cwd, name) : programOnPath(name, env);
  if (file === undefined) throw notStarted(name, 'it is not on PATH');
  try {
    accessSync(file, constants.X_OK);
  } catch (error) {
    throw notStarted(name, (error as Error).message);
  }
}

function notStarted(name: string, why: string): Fault {
  return new Fault('refused', 'AGENT_NOT_STARTED', `The agent cannot be started, ${why}: ${name}`, {
    hints: ['Install it, or look whether it is on PATH.'],
    details: { program: name },
  });
}
