import { runServerApp } from '../commands/run-server-app.ts';

/** How a command line ended, and what it printed. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line of the server's program in this process, with nothing of its environment. */
export async function runCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await runServerApp(argv, {
    process,
    env,
    version: '0.0.0',
    stdout: (text) => void (out += text),
    stderr: (text) => void (err += text),
    nowMs: () => Date.now(),
    told: new Promise(() => undefined),
    exit: { code: 0 },
  });
  return { code, out, err };
}
