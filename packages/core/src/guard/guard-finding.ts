import type { ReasonProblem } from './judge-reason.ts';

/** What swallows a failure that nobody has looked at, and how it is mended; the names are stable. */
export const CONSTRUCTS = {
  catch:
    'Let what is not expected through: `if (error instanceof …)` or a comparison of its code, then `throw error`.',
  'promise-catch':
    'Let what is not expected through: compare the class or the code, and throw everything else again.',
  'then-rejection':
    'Let what is not expected through: compare the class or the code, and throw everything else again.',
  'void-promise': 'Await it, or hand it on.',
  'floating-promise': 'Await it, or hand it on.',
  'all-settled': 'Look at every rejected result, or use Promise.all.',
  'process-handler': 'Catch where the failure arises: this one is for the whole process.',
  'swallow-helper': 'Handle the failures by name.',
  'null-fallback':
    'Let the wrapper throw what is not expected, so that the default stands for one case alone.',
  'lint-disable': 'Mend what the rule found.',
  'finally-exit':
    'Take it out of the `finally` block, where it discards the failure; no reason makes up for that.',
  'empty-error-listener': 'Do something with the error; no reason makes up for losing it.',
  syntax: 'Mend the file: what cannot be parsed cannot be judged.',
} as const;

/** Name of a construct. */
export type Construct = keyof typeof CONSTRUCTS;

/** Why a construct is reported; `NEVER_JUSTIFIED`: whatever the reason. */
export type GuardCode = 'UNJUSTIFIED' | 'NEVER_JUSTIFIED' | 'SYNTAX_ERROR' | ReasonProblem;

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

const WRONG: Readonly<Record<GuardCode, string>> = {
  UNJUSTIFIED: '',
  NEVER_JUSTIFIED: '',
  SYNTAX_ERROR: '',
  REASON_GENERIC: 'The reason says nothing about this place.',
  REASON_UNFINISHED: 'The reason is one to be written later.',
  REASON_SHORT: 'The reason has less than 5 words or 25 characters.',
  REASON_WITHOUT_VERB:
    'The reason does not say what is done with the failure, such as translate, downgrade, log, clean up, retry, report, isolate or best-effort.',
  REASON_WITHOUT_BOUNDARY: 'The reason names no boundary, such as the file system, the server or the parser.',
  REASON_REPEATED: 'The reason stands in this file more than once.',
};

/** What is wrong with one, and how it is mended. */
export function guardHint({ construct, code }: Pick<GuardFinding, 'construct' | 'code'>): string {
  const final = code === 'NEVER_JUSTIFIED' || code === 'SYNTAX_ERROR';
  const justify =
    'Or say on this line or the one before it what is done at which boundary: `// broad-catch: <reason>`.';
  return [WRONG[code], CONSTRUCTS[construct], final ? '' : justify].filter((part) => part !== '').join(' ');
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
