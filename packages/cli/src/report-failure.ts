import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';
import type { AppContext } from './context.ts';
import { printable } from './render/printable.ts';

/** What is printed about a failure, the same in text and as JSON. */
export interface Report {
  readonly kind: keyof typeof EXIT_CODES;
  readonly error: string;
  readonly error_code: string;
  readonly hints: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** Puts a failure into words, whoever prints it. */
export function reportOf(failure: unknown): Report {
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

/** Prints a failure as the one document or as text, and returns the exit code for it. */
export function reportFailure(
  failure: unknown,
  json: boolean,
  { stdout, stderr }: Pick<AppContext, 'stdout' | 'stderr'>,
): number {
  const { kind, details, ...said } = reportOf(failure);
  if (json) {
    // A detail of the same name may not hide what failed, nor come before it.
    stdout(`${JSON.stringify({ ...said, ...details, ...said }, null, 2)}\n`);
  } else {
    const lines = [
      `Error: ${said.error} [${said.error_code}]`,
      ...indented(details['output']),
      ...said.hints.map((hint) => `Hint: ${hint}`),
      '',
    ];
    stderr(printable(lines.join('\n')));
  }
  return EXIT_CODES[kind];
}

/** What a program said that failed, for people; a document has it under its own key. */
function indented(output: unknown): readonly string[] {
  return typeof output === 'string' && output !== '' ? output.split('\n').map((line) => `  ${line}`) : [];
}

/** Whether a command line asks for documents, also where it is wrong otherwise. */
export function asksForJson(argv: readonly string[]): boolean {
  return argv.some((given) => given === '--json' || /^--json=(?!false$)/.test(given));
}
