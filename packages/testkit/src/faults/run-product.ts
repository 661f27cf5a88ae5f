import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { ProductCopy } from './product-copy.ts';

type Environment = Readonly<Record<string, string>>;

/** Where a command line runs. */
export interface RunPlace {
  readonly cwd: string;
  readonly env: Environment;
}

/** How a command line ended. */
export interface ProductRun {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of the shipped program in this process: without the 50 ms that a process of its own takes. */
export async function runHere(
  product: ProductCopy,
  argv: readonly string[],
  place: RunPlace,
): Promise<ProductRun> {
  const { main } = createRequire(product.main)(product.main) as {
    main(argv: readonly string[]): Promise<void>;
  };
  const before = { env: process.env, stdout: process.stdout.write, stderr: process.stderr.write };
  const output = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => (text: string) => {
    output[name] += text;
    return true;
  };
  process.chdir(place.cwd);
  process.env = { ...place.env };
  process.stdout.write = into('stdout');
  process.stderr.write = into('stderr');
  try {
    process.exitCode = undefined;
    await main(argv);
    return { exitCode: process.exitCode ?? 0, ...output };
  } finally {
    process.env = before.env;
    process.stdout.write = before.stdout;
    process.stderr.write = before.stderr;
    process.exitCode = undefined;
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
    process.stdout.removeAllListeners('error');
  }
}

/** Options of {@link runApart}. */
export interface ApartOptions {
  /** Milliseconds after which the process or its group is killed. */
  readonly killAfterMs?: number;
  readonly target?: 'process' | 'group';
}

/** Runs a command line as a process that leads a group of its own, and may be killed. */
export function runApart(
  product: ProductCopy,
  argv: readonly string[],
  { cwd, env }: RunPlace,
  { killAfterMs, target }: ApartOptions = {},
): Promise<ProductRun & { readonly pid: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [product.bin, ...argv], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const pid = child.pid ?? 0;
    const timer =
      killAfterMs === undefined
        ? undefined
        : setTimeout(() => kill(target === 'group' ? -pid : pid), killAfterMs);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      // Programs that a killed process has left behind keep the pipes open.
      if (code === null) resolve({ exitCode: undefined, ...output, pid });
    });
    child.on('close', (code) => resolve({ exitCode: code ?? undefined, ...output, pid }));
  });
}

/** Waits until nothing of a group runs any more, such as a Git whose parent was killed. */
export async function groupEnd(pid: number): Promise<void> {
  while (kill(-pid, 0)) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

function kill(pid: number, signal: NodeJS.Signals | 0 = 'SIGKILL'): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    // It has ended by itself.
    return false;
  }
}
