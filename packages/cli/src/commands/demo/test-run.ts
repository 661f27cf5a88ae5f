import { pathToFileURL } from 'node:url';
import { runProcess } from '@spec-kitty/local/process/run-process';

/** How tests went; counted from the output of the runner, not from what anybody says. */
export interface TestRun {
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  /** What the first failing test says is wrong; empty when none fails. */
  readonly finding: string;
  readonly output: string;
}

/** A command that runs tests with Node's test runner. */
export interface TestCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const TIMEOUT_MS = 120_000;

/** The command that runs test files, given by absolute path, together in one process: each more would take 60 ms. */
export function testFiles(files: readonly string[]): readonly string[] {
  const imports = files.slice(1).flatMap((file) => ['--import', pathToFileURL(file).href]);
  return [process.execPath, '--test-reporter=tap', ...imports, ...files.slice(0, 1)];
}

/** Runs tests as a child process to their end; a run without a single test is not ok. */
export async function runTests({ argv, cwd, env }: TestCommand): Promise<TestRun> {
  // Inside another test runner Node's own would skip every file and call that a success; colours would hide the counts.
  const plain = { ...env, NODE_TEST_CONTEXT: undefined, FORCE_COLOR: undefined };
  const result = await runProcess({ argv, cwd, env: plain, timeoutMs: TIMEOUT_MS });
  const output = `${result.stdout}${result.stderr}`;
  const passed = counted('pass', output);
  return {
    ok: result.exitCode === 0 && passed > 0,
    passed,
    failed: counted('fail', output),
    finding: firstFinding(output),
    output,
  };
}

/** The summary line is `# pass 3` in TAP, and `ℹ pass 3` in what newer versions print unasked. */
function counted(word: 'pass' | 'fail', output: string): number {
  return Number(new RegExp(`^(?:#|ℹ) ${word} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
}

/** The `error` of the first failing test in TAP: a quoted text, or the first line of a block. */
function firstFinding(output: string): string {
  const found = /^ *error: (?:\|-\s*\n *)?(.*)$/m.exec(output)?.[1] ?? '';
  return found.replace(/^(['"])(.*)\1$/, '$2').trim();
}
