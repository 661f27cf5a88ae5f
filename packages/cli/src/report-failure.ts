import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';
import type { AppContext } from './context.ts';
import { printable } from '@spec-kitty/core/printable';

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
      error: `The system refused: ${systemWords(failure)}`,
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

/** What codes of the system mean to whoever reads them; others are told by the system's own words. */
const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EBUSY: 'it is in use',
  EEXIST: 'something else is there already',
  EIO: 'the disk, or the connection to it, fails',
  EISDIR: 'a folder is in the place of a file',
  ELOOP: 'a link is in the place of a file',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open on this machine',
  ENOENT: 'it is not there',
  ENOTDIR: 'a file is in the place of a folder',
  ENOTEMPTY: 'the folder is not empty',
  ESTALE: 'it was on another machine, and is gone from there',
};

function systemWords(failure: Error): string {
  const { code, path } = failure as NodeJS.ErrnoException;
  const words = SYSTEM_WORDS[code ?? ''];
  if (words === undefined) return failure.message;
  return path === undefined ? words : `${words}: ${path}`;
}

/** Prints a failure as the one document, as the last of many, or as text, and returns the exit code for it. */
export function reportFailure(
  failure: unknown,
  as: 'text' | 'document' | 'line',
  { stdout, stderr }: Pick<AppContext, 'stdout' | 'stderr'>,
): number {
  const { kind, details, ...said } = reportOf(failure);
  if (as !== 'text') {
    // A detail of the same name may not hide what failed, nor come before it.
    const document = { ...said, ...details, ...said };
    stdout(`${JSON.stringify(document, null, as === 'line' ? 0 : 2)}\n`);
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

/** What `auth doctor --json` prints in the place of a report, in the form that its readers know (A§6.2). */
export function doctorFailure(failure: unknown) {
  const { error_code: code, error: message } = reportOf(failure);
  return { error: { code, message }, schema_version: 2 as const };
}

/** What a program said that failed, for people; a document has it under its own key. */
function indented(output: unknown): readonly string[] {
  return typeof output === 'string' && output !== '' ? output.split('\n').map((line) => `  ${line}`) : [];
}

/** Whether a command line asks for documents, also where it is wrong otherwise. */
export function asksForJson(argv: readonly string[]): boolean {
  return argv.some((given) => given === '--json' || /^--json=(?!false$)/.test(given));
}

/** Whether a command line asks for a document on each line: those of `run` come while it goes on. */
export function printsLines(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'));
  return (
    words[0] === 'run' && !['status', 'logs', 'report', 'stop'].includes(words[1] ?? '') && asksForJson(argv)
  );
}
