import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';
import { run, type StricliProcess } from '@stricli/core';
import { buildApp } from './app.ts';
import { withoutRetiredOptions } from './command/retired-options.ts';
import type { AppContext } from './context.ts';
import { printable } from './render/printable.ts';

/** Runs one command line and returns its exit code; every failure has been printed when it returns. */
export async function runApp(argv: readonly string[], context: AppContext): Promise<number> {
  const json = argv.some((given) => given === '--json' || /^--json=(?!false$)/.test(given));
  const failures: unknown[] = [];
  const app = buildApp((error) => {
    failures.push(error);
    return '';
  });
  const process: StricliProcess = {
    stdout: { write: context.stdout },
    // The framework's own lines are replaced by ours, so that `--json` and text say the same.
    stderr: { write: () => undefined },
    exitCode: null,
    env: { STRICLI_NO_COLOR: '1' },
  };
  const current = withoutRetiredOptions(argv);
  for (const option of current.retired)
    context.stderr(`Warning: ${option} is not used any more and was ignored.\n`);
  await run(app, argv.length === 0 ? ['--help'] : current.argv, { ...context, process });

  const failure = failures[0];
  if (failure === undefined) return context.exit.code || Number(process.exitCode ?? 0);
  return report(failure, json, context);
}

/** What is printed about a failure, the same in text and as JSON. */
interface Report {
  readonly kind: keyof typeof EXIT_CODES;
  readonly error: string;
  readonly error_code: string;
  readonly hints: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

function reportOf(failure: unknown): Report {
  if (failure instanceof Fault) {
    const { kind, message, code, hints, details } = failure;
    return { kind, error: message, error_code: code, hints, details };
  }
  // An error of the operating system that nobody foresaw is still the world's doing, not a bug.
  if (failure instanceof Error && 'syscall' in failure && 'code' in failure) {
    return {
      kind: 'refused',
      error: `The system refused: ${failure.message}`,
      error_code: 'FILE_SYSTEM_ERROR',
      hints: ['Look at what is at that path, then run the command again.'],
      details: { system_code: failure.code },
    };
  }
  const trace = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return {
    kind: 'bug',
    error: `This is a bug in spec-kitty; nothing was reported as done.\n${trace}`,
    error_code: 'INTERNAL_ERROR',
    hints: [],
    details: {},
  };
}

function report(failure: unknown, json: boolean, { stdout, stderr }: AppContext): number {
  const { kind, details, ...said } = reportOf(failure);
  if (json) {
    // A detail of the same name may not hide what failed, nor come before it.
    stdout(`${JSON.stringify({ ...said, ...details, ...said }, null, 2)}\n`);
  } else {
    const lines = [
      `Error: ${said.error} [${said.error_code}]`,
      ...said.hints.map((hint) => `Hint: ${hint}`),
      '',
    ];
    stderr(printable(lines.join('\n')));
  }
  return EXIT_CODES[kind];
}
