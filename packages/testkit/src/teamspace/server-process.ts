import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ready } from '@spec-kitty/teamspace/serve/serve';

const PROGRAM = fileURLToPath(new URL('../../../server/bin/spec-kitty-teamspace.cjs', import.meta.url));

/** One line of the log of a server. */
export interface LogLine {
  readonly event: string;
  readonly [fact: string]: unknown;
}

/** A server in a process of its own, by the built program. */
export interface ServerProcess {
  readonly ready: Ready;
  readonly child: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  /** What it has logged, but for the requests that went well. */
  readonly log: readonly LogLine[];
}

/**
 * Starts a server, and waits until it takes requests.
 *
 * @param argv after `serve`; it listens on a free port and says so in JSON.
 * @param node what Node is told before the program.
 * @throws Error with what it said, where it ends instead.
 */
export async function startServer(
  argv: readonly string[],
  node: readonly string[] = [],
): Promise<ServerProcess> {
  const own = ['serve', '--listen', '127.0.0.1:0', '--json'];
  const child = spawn(process.execPath, [...node, PROGRAM, ...own, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  let said = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    const logged = line.startsWith('{') ? (JSON.parse(line) as LogLine) : undefined;
    if (!logged) said += `${line}\n`;
    else if (logged['level'] !== 'info') log.push(logged);
  });
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  const first = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (line) => resolve(line)),
  );
  const line = await Promise.race([first, ended.then(() => Promise.reject(new Error(said)))]);
  return { ready: JSON.parse(line) as Ready, child, ended, log };
}
