import { sameActor } from '@spec-kitty/protocol/actor';
import { withConflict } from './conflicts/conflict-record.ts';
import type { LaneConflict } from './conflicts/lane-conflict.ts';
import type { PairForecast } from './forecast/forecast-conflicts.ts';
import type {
  AttemptEnd,
  AttemptProcess,
  AttemptResult,
  AttemptRole,
  RunOptions,
  RunOutcome,
  RunRecord,
  Waiting,
} from './run-record.ts';

/** One session of one agent on one package. */
export interface Attempt {
  readonly id: string;
  readonly wp: string;
  readonly role: AttemptRole;
  readonly agent: string;
  readonly actor: string;
  readonly startedAt: string;
  /** `null` until the process is known to have started. */
  readonly process: AttemptProcess | null;
  readonly end: (AttemptEnd & { readonly at: string }) | null;
  readonly result: (AttemptResult & { readonly at: string }) | null;
  /** Whether a person has let the run go on since it came to its end: then it counts against nothing any more. */
  readonly isPast: boolean;
  /** Why a merge has sent its package back since, where one has. */
  readonly sentBack?: string;
}

/** A step of a mission beyond its packages. */
export type Closing = Extract<RunRecord, { readonly kind: 'mission_accepted' | 'mission_landed' }>;

/** A run as its journal leaves it. */
export interface RunState {
  readonly runId: string;
  readonly options: RunOptions;
  readonly startedAt: string;
  readonly attempts: readonly Attempt[];
  /** Those of the runs before it; none of them is at work any more. */
  readonly earlier: readonly Attempt[];
  /** As the watch has last told them; whoever resumes looks again. */
  readonly conflicts: readonly LaneConflict[];
  /** What was foreseen when it began; `null` where nobody has looked. */
  readonly forecast: readonly PairForecast[] | null;
  /** What was accepted, what landed where and what went back, in order. */
  readonly closings: readonly Closing[];
  readonly stopAsked: boolean;
  /** `null` while it goes on, or after it was killed. */
  readonly ended: {
    readonly outcome: RunOutcome;
    readonly reason: string;
    readonly waiting: readonly Waiting[];
    readonly at: string;
  } | null;
}

/** Reads every run of a journal, the oldest first. */
export function foldRuns(records: readonly RunRecord[]): readonly RunState[] {
  const runs: RunState[] = [];
  for (const record of records) {
    const next = withRecord(runs.at(-1), record);
    if (next === undefined) continue;
    if (record.kind === 'run_started') runs.push(next);
    else runs[runs.length - 1] = next;
  }
  return runs;
}

/** Reads the latest run of a journal; `undefined` where there never was one. */
export function foldRun(records: readonly RunRecord[]): RunState | undefined {
  return records.reduce<RunState | undefined>(withRecord, undefined);
}

/** The latest run after one more record; whatever stands before the first run belongs to none. */
export function withRecord(run: RunState | undefined, record: RunRecord): RunState | undefined {
  if (record.kind === 'run_started') return begun(record, run);
  return run && step(run, record);
}

function begun(
  { run_id: runId, options, at }: Extract<RunRecord, { kind: 'run_started' }>,
  last: RunState | undefined,
): RunState {
  return {
    runId,
    options,
    startedAt: at,
    attempts: [],
    earlier: last === undefined ? [] : [...last.earlier, ...last.attempts],
    conflicts: [],
    forecast: null,
    closings: [],
    stopAsked: false,
    ended: null,
  };
}

function step(state: RunState, record: Exclude<RunRecord, { kind: 'run_started' }>): RunState {
  switch (record.kind) {
    case 'run_resumed': {
      const { attempts, ended } = state;
      // After a crash nobody has looked at what came of them.
      const known = ended === null ? attempts : attempts.map((attempt) => ({ ...attempt, isPast: true }));
      return {
        ...state,
        attempts: known,
        options: record.options,
        stopAsked: false,
        ended: null,
      };
    }
    case 'conflict_seen':
    case 'conflict_gone':
    case 'conflicts_unknown':
      return { ...state, conflicts: withConflict(state.conflicts, record) };
    case 'forecast_made':
      return { ...state, forecast: record.pairs };
    case 'mission_accepted':
      return { ...state, closings: [...state.closings, record] };
    case 'mission_landed': {
      const attempts = record.sent_back.reduce(withSentBack, state.attempts);
      return { ...state, attempts, closings: [...state.closings, record] };
    }
    case 'stop_asked':
      return { ...state, stopAsked: true };
    case 'run_ended': {
      const { outcome, reason, waiting = [], at } = record;
      return { ...state, ended: { outcome, reason, waiting, at } };
    }
    default:
      return { ...state, attempts: withAttempt(state.attempts, record) };
  }
}

function withSentBack(
  attempts: readonly Attempt[],
  { wp, reason }: { readonly wp: string; readonly reason: string },
): readonly Attempt[] {
  const last = attempts.findLast((attempt) => attempt.wp === wp);
  return attempts.map((attempt) => (attempt === last ? { ...attempt, sentBack: reason } : attempt));
}

type AttemptRecord = Extract<RunRecord, { readonly attempt: string }>;

function withAttempt(attempts: readonly Attempt[], record: AttemptRecord): readonly Attempt[] {
  const { at } = record;
  if (record.kind === 'attempt_started') {
    const { attempt: id, wp, role, agent, actor } = record;
    return [
      ...attempts,
      { id, wp, role, agent, actor, startedAt: at, process: null, end: null, result: null, isPast: false },
    ];
  }
  return attempts.map((attempt) => {
    if (attempt.id !== record.attempt) return attempt;
    switch (record.kind) {
      case 'attempt_spawned':
        return { ...attempt, process: record.process };
      case 'attempt_ended':
        return { ...attempt, end: factsOf(record) };
      case 'attempt_concluded':
        return { ...attempt, result: factsOf(record) };
    }
  });
}

/** All of a record but whose it is. */
function factsOf<T extends AttemptRecord>({
  kind: _kind,
  attempt: _attempt,
  ...facts
}: T): Omit<T, 'kind' | 'attempt'> {
  return facts;
}

/** Whether an agent of this run or of one before has had a package under a name, and works for it no longer where nobody is at it. */
export function isLeftBy(
  { attempts, earlier }: Pick<RunState, 'attempts' | 'earlier'>,
  { wp, holder }: { readonly wp: string; readonly holder: string },
): boolean {
  return [...earlier, ...attempts].some((one) => one.wp === wp && sameActor(one.actor, holder));
}

/** What attempts say they have used; `null` where none of them says anything. */
export function usedBy(attempts: readonly Attempt[]): {
  readonly usd: number | null;
  readonly tokens: number | null;
} {
  const sum = (of: (attempt: Attempt) => number | undefined): number | null =>
    attempts.reduce<number | null>((all, attempt) => {
      const one = of(attempt);
      return one === undefined ? all : (all ?? 0) + one;
    }, null);
  return { usd: sum(({ end }) => end?.usage.usd), tokens: sum(({ end }) => end?.usage.tokens) };
}
