import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';
import { run, type StricliProcess } from '@stricli/core';
import { buildApp } from './app.ts';
import { withoutRetiredOptions } from './command/retired-options.ts';
import type { AppContext } from './context.ts';
import { printable } from './render/printable.ts';

/** Runs one command line and returns its exit code; every failure has been printed when it returns. */
export async function runApp(argv: readonly string[], context: AppContext): Promise<number> {
  const json = argv.includes('--json');
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

/** An error of the operating system that nobody foresaw is still the world's doing, not a bug. */
function asFault(failure: unknown): unknown {
  if (!(failure instanceof Error) || !('syscall' in failure) || !('code' in failure)) return failure;
  return new Fault('refused', 'FILE_SYSTEM_ERROR', `The system refused: ${failure.message}`, {
    hints: ['Look at what is at that path, then run the command again.'],
    details: { system_code: failure.code },
    cause: failure,
  });
}

function report(thrown: unknown, json: boolean, { stdout, stderr }: AppContext): number {
  const failure = asFault(thrown);
  if (!(failure instanceof Fault)) {
    const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    if (json)
      stdout(
        `${JSON.stringify({ error: `Internal error: ${text}`, error_code: 'INTERNAL_ERROR', hints: [] })}\n`,
      );
    else stderr(`Internal error. This is a bug in spec-kitty; nothing was reported as done.\n${text}\n`);
    return EXIT_CODES.bug;
  }
  if (json) {
    const document = {
      error: failure.message,
      error_code: failure.code,
      hints: failure.hints,
      ...failure.details,
    };
    stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const lines = [
      `Error: ${failure.message} [${failure.code}]`,
      ...failure.hints.map((hint) => `Hint: ${hint}`),
      '',
    ];
    stderr(printable(lines.join('\n')));
  }
  return EXIT_CODES[failure.kind];
}
