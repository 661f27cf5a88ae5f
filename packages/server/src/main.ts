import { runServerApp } from './commands/run-server-app.ts';

declare const TEAMSPACE_VERSION: string;

/**
 * Runs one command line as this process. A second signal ends it at once.
 *
 * @public called by the program in `bin/`, from what was built.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  // Where nobody reads what it says any more, a server goes on.
  process.stderr.on('error', () => undefined);
  process.exitCode = await runServerApp(argv, {
    process,
    env: process.env,
    version: TEAMSPACE_VERSION,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    nowMs: () => Date.now(),
    told,
    exit: { code: 0 },
  });
}
