/** What went wrong, from the point of view of the person who has to act on it. */
export type FaultKind = 'refused' | 'usage' | 'auth' | 'busy' | 'interrupted';

/** The one table that maps a kind to a process exit code; a bug (anything else thrown) exits 70. */
export const EXIT_CODES: Readonly<Record<FaultKind | 'bug', number>> = {
  refused: 1,
  usage: 2,
  auth: 4,
  busy: 69,
  bug: 70,
  interrupted: 130,
};

/** Optional parts of a {@link Fault}. */
export interface FaultOptions {
  /** What to try next. A command in backticks must exist; a test reads them. */
  readonly hints?: readonly string[];
  /**
   * Facts for programs, merged into the JSON document beside `error` and `error_code`. `output` is what a program said
   * that failed, and is shown to people, too.
   */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An error with a stable code and the next thing to try.
 *
 * Use cases, adapters and front ends throw it; pure rules return refusals instead. Anything else
 * that is thrown is a bug.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly kind: FaultKind;
  readonly code: string;
  readonly hints: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: FaultKind, code: string, message: string, options: FaultOptions = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.hints = options.hints ?? [];
    this.details = options.details ?? {};
  }
}

/** What a fault says and what to try next, as sentences in a row. */
export function faultText({ message, hints }: Pick<Fault, 'message' | 'hints'>): string {
  const said = hints.length === 0 ? message : message.replace(/[^.!?:…]$/, '$&.');
  return [said, ...hints].join(' ');
}
