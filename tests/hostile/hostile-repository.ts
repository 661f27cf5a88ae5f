import type { HostileWorld } from './hostile-world.ts';

/** Command lines by a short name, in the order in which they are run, on the mission at each stage. */
export const LINES = {
  status: ['open', 'status'],
  all: ['open', 'status --all'],
  next: ['open', 'next --agent ada'],
  check: ['open', 'check'],
  doctor: ['open', 'agent status doctor'],
  finalize: ['open', 'agent mission finalize-tasks'],
  implement: ['open', 'agent action implement WP02 --agent ada'],
  move: ['open', 'agent tasks move-task WP01 --to for_review --agent claude'],
  accept: ['approved', 'accept --actor ada'],
  dry: ['approved', 'merge --dry-run --without-acceptance'],
  merge: ['approved', 'merge --actor ada --without-acceptance'],
} as const satisfies Readonly<Record<string, readonly ['open' | 'approved', string]>>;

/** Short name of a command line. */
export type LineName = keyof typeof LINES;

/** What a command line comes to: `ok`, `1` for an answer that is a no, or the code of the error. */
export type Outcome = 'ok' | '1' | (string & {});

/** One way in which a repository may be hostile. */
export interface HostileRepository {
  readonly put: (world: HostileWorld) => void;
  /**
   * What a careless program would do, which proves the bait alive: it sets off the canary, or changes what lies beside
   * the repository.
   */
  readonly bait?: (world: HostileWorld) => void;
  /** What each line comes to; only these are run. */
  readonly lines: Partial<Record<LineName, Outcome>>;
  /** What some output must say. */
  readonly says?: readonly string[];
  /** What no output may say. */
  readonly keeps?: readonly string[];
  /** `--mission`, where it is not the usual name. */
  readonly handle?: string;
  readonly env?: (world: HostileWorld) => Readonly<Record<string, string>>;
  /** May take a careless program for ever, so that each line gets a process that can be killed. */
  readonly hangs?: boolean;
  /** What must hold in the repository afterwards. */
  readonly after?: (world: HostileWorld) => void;
}

/** A table of them, by name. */
export type HostileRepositories = Readonly<Record<string, HostileRepository>>;

/** Every line ends well. */
export const ALL_WELL: Readonly<Record<LineName, Outcome>> = Object.fromEntries(
  Object.keys(LINES).map((name) => [name, 'ok']),
) as Record<LineName, Outcome>;

/** Lines that let Git work in a checkout are refused until the settings are trusted. */
export const NOT_TRUSTED: Partial<Record<LineName, Outcome>> = {
  status: 'ok',
  implement: 'NOT_TRUSTED',
  merge: 'NOT_TRUSTED',
};
