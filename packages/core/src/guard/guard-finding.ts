import type { ReasonProblem } from './judge-reason.ts';

/** One way to lose a failure. */
interface Rule {
  readonly finds: string;
  readonly mend: string;
}

const NARROW =
  'Let through what is not expected: compare the class or the code of the failure, and throw it again otherwise.';

/** What swallows a failure that nobody has looked at; the names are stable. */
export const CONSTRUCTS = {
  catch: {
    finds:
      'A `catch` that does not throw again on every path, except where it has compared the class or the code of the failure.',
    mend: NARROW,
  },
  'promise-catch': { finds: 'The same of what `.catch(fn)` is given.', mend: NARROW },
  'then-rejection': { finds: 'The same of the second argument of `.then(_, fn)`.', mend: NARROW },
  'void-promise': {
    finds: '`void` before a call or a name, unless the file shows that it is no promise.',
    mend: 'Await it, or hand it on.',
  },
  'floating-promise': {
    finds: 'A promise that nobody awaits, and a callback that gives one where nobody looks at it.',
    mend: 'Await it, or hand it on.',
  },
  'all-settled': {
    finds: '`Promise.allSettled` around which nobody asks for what was rejected.',
    mend: 'Look at every rejected result, or use Promise.all.',
  },
  'process-handler': {
    finds: 'A listener of the process for `uncaughtException` or `unhandledRejection`.',
    mend: 'Catch where the failure arises: this is for the whole process.',
  },
  'swallow-helper': {
    finds: 'A helper that exists to lose failures, by its name: `ignoreErrors`, `suppress`, `Effect.ignore`.',
    mend: 'Handle the failures by name.',
  },
  'null-fallback': {
    finds: 'A default (`??`, `||`) for a function that answers any failure with nothing.',
    mend: 'Let the function throw what is not expected, so that the default stands for one case alone.',
  },
  'lint-disable': {
    finds: 'A comment that switches a rule of ESLint or oxlint off.',
    mend: 'Mend what the rule found.',
  },
  'finally-exit': {
    finds: '`return`, `break` or `continue` that leaves a `finally` block. No reason makes up for it.',
    mend: 'Take it out of the block, where it discards the failure.',
  },
  'empty-error-listener': {
    finds: 'An empty listener for `error`. No reason makes up for it.',
    mend: 'Do something with the error.',
  },
  syntax: {
    finds: 'A file that cannot be parsed. No reason makes up for it.',
    mend: 'Mend the file: what cannot be parsed cannot be judged.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** Name of a construct. */
export type Construct = keyof typeof CONSTRUCTS;

/** Why a construct is reported; `never-justified`: whatever the reason. */
export type GuardCode = 'unjustified' | 'never-justified' | 'syntax-error' | ReasonProblem;

/** One broad catch that is not justified. */
export interface GuardFinding {
  /** Relative to the root of the checkout, with `/`. */
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly construct: Construct;
  /** What a comment gives as the reason; `null` without one. */
  readonly reason: string | null;
  readonly code: GuardCode;
  /** The line as it stands in the file, without the space around it. */
  readonly source: string;
}

/** What each code says of a finding. */
export const GUARD_CODES: Readonly<Record<GuardCode, string>> = {
  unjustified: 'No reason is given.',
  'reason-generic': 'The reason says nothing about this place.',
  'reason-unfinished': 'The reason is one to be written later.',
  'reason-short': 'The reason has less than 5 words or 25 characters.',
  'reason-without-verb':
    'The reason does not say what is done with the failure: translate, downgrade, log, clean up, retry, report, isolate, best-effort and the like.',
  'reason-without-boundary':
    'The reason names no boundary: the file system, the server, the parser and the like.',
  'reason-repeated': 'The reason stands in this file more than once.',
  'never-justified': 'No reason makes up for this.',
  'syntax-error': 'The file cannot be parsed.',
};

/** What is wrong with one, and how it is mended. */
export function guardHint({ construct, code }: Pick<GuardFinding, 'construct' | 'code'>): string {
  const said = `${GUARD_CODES[code]} ${CONSTRUCTS[construct].mend}`;
  return code === 'never-justified' || code === 'syntax-error'
    ? said
    : `${said} Or say what is done at which boundary: \`// broad-catch: <reason>\` on this line or the one before it.`;
}

/** By file, line and column, so that two runs print the same. */
export function sortedFindings(findings: readonly GuardFinding[]): readonly GuardFinding[] {
  return findings.toSorted(
    (a, b) =>
      compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.construct, b.construct),
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
