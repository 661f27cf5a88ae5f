import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { programOnPath } from '../process/program-on-path.ts';

const PACKAGE = '@spec-kitty/teamspace';
const PROGRAM = 'spec-kitty-teamspace';

/** How the server's program is started. */
export interface TeamspaceProgram {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Finds the server's program: the one that was installed beside this one, else the first on `PATH`.
 *
 * The folder that somebody stands in is not looked at: what lies in a repository is not run.
 */
export function findTeamspace(
  env: Readonly<Record<string, string | undefined>>,
): TeamspaceProgram | undefined {
  const beside = besideUs();
  if (beside !== undefined) return { command: process.execPath, args: [beside] };
  const file = programOnPath(PROGRAM, env);
  return file === undefined ? undefined : { command: file, args: [] };
}

function besideUs(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    return path.join(path.dirname(manifest), 'bin', `${PROGRAM}.cjs`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Where the output of the program goes. */
export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Runs the program with a command line until it ends; whoever tells this process to end tells that one, too. */
export async function runTeamspace(
  { command, args }: TeamspaceProgram,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<number> {
  const child = spawn(command, [...args, ...argv], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
  });
  child.stdout.setEncoding('utf8').on('data', output.stdout);
  child.stderr.setEncoding('utf8').on('data', output.stderr);
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, forward);
  }
}
