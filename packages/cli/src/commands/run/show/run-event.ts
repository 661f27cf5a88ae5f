import type { AttemptProcess, RunOptions, RunRecord, Usage, Waiting } from '@spec-kitty/core/run/run-record';
import type { Attempt } from '@spec-kitty/core/run/run-state';
import type { LeftWork } from '@spec-kitty/core/run/fence/left-work';
import type { MovedRef } from '@spec-kitty/core/run/fence/moved-refs';
import type { OutsideChange } from '@spec-kitty/core/run/fence/outside-changes';
import type { PairForecast } from '@spec-kitty/core/run/forecast/forecast-conflicts';
import type { GateCheck } from '@spec-kitty/core/run/evidence/gate-check';

/** One line of `spec-kitty run --json`. What an event has nothing to say about is left out. */
export interface RunEvent {
  readonly event: RunRecord['kind'];
  readonly at: string;
  /** Directory name of the mission. */
  readonly mission: string;
  readonly run_id?: string;
  readonly options?: OptionsDocument;
  readonly attempt?: string;
  readonly wp_id?: string;
  readonly role?: Attempt['role'];
  readonly agent?: string;
  readonly actor?: string;
  readonly pid?: number;
  /** What keeps agents from writing elsewhere, in one sentence. */
  readonly fence?: string;
  /** File with everything that the agent prints, but for secrets. */
  readonly log?: string;
  readonly how?: string;
  readonly result?: string;
  readonly outcome?: string;
  /** What waits for a person, by package. */
  readonly waiting?: readonly Waiting[];
  readonly reason?: string;
  readonly usage?: Usage;
  /** What changed elsewhere while it ran without a fence around it. */
  readonly outside?: readonly OutsideChange[];
  /** Refs that somebody moved while it ran, and that are not its own. */
  readonly moved?: readonly MovedRef[];
  /** What a reviewer has left of its own in the worktree, which was put away. */
  readonly left?: LeftWork;
  /** Of its conversation, where the agent tells it. */
  readonly session?: string;
  /** Command that opens that again, where it is known. */
  readonly resume?: string;
  /** How the next attempt can mend it. */
  readonly advice?: readonly string[];
  readonly checks?: readonly GateCheck[];
  readonly files?: readonly string[];
  readonly independence?: string;
  /** Execution lane that conflicts with another one, or with the target where that is `null`. */
  readonly lane?: string;
  readonly other?: string | null;
  readonly paths?: readonly string[];
  /** Where the target is; `null` where nothing has got there. */
  readonly commit?: string | null;
  /** What broke the validation of the merge, and is planned again. */
  readonly sent_back?: readonly { readonly wp: string; readonly reason: string }[];
  /** Branch that the mission landed on, and what of it did. */
  readonly target?: string;
  readonly packages?: readonly string[];
  /** How often the validation of the merge ran. */
  readonly validations?: number;
  /** Packages that are likely to conflict. */
  readonly pairs?: readonly PairForecast[];
  /** Why no forecast could be made; `null` where one was. */
  readonly failed?: string | null;
  /** Markdown and JSON about all runs of the mission; of the last event. */
  readonly report?: string;
}

/** What `--dry-run` says, in one line with `--json`. */
export interface PlanDocument {
  readonly event: 'plan';
  readonly mission: string;
  readonly options: OptionsDocument;
  /** Who may review; empty where a person has to. */
  readonly reviewers: readonly string[];
  readonly starts: readonly { readonly wp_id: string; readonly role: string; readonly agent: string }[];
  /** What has to come first. */
  readonly waits: readonly { readonly wp_id: string; readonly reason: string }[];
  /** What comes once every package is approved. */
  readonly after: readonly ('accept' | 'merge')[];
  /** Packages that are likely to conflict; empty where the project wants no forecast. */
  readonly pairs: readonly PairForecast[];
  /** Why no forecast could be made; `null` where one was, or is not wanted. */
  readonly failed: string | null;
}

/** What `spec-kitty run --json` prints, line by line. */
export type RunLine = RunEvent | PlanDocument | RunFailure;

/** The last line of a run that fails; it has the details of the error beside these. */
export interface RunFailure {
  readonly error: string;
  readonly error_code: string;
  readonly hints: readonly string[];
  readonly [detail: string]: unknown;
}

/** Options as programs read them. */
export interface OptionsDocument {
  readonly implementers: readonly string[];
  readonly reviewer: string | null;
  readonly max_parallel: number;
  readonly until: string;
  readonly max_cycles: number;
  readonly timeout_seconds: number;
  readonly budget_usd: number | null;
  readonly budget_tokens: number | null;
}

export function optionsDocument(options: RunOptions): OptionsDocument {
  const { implementers, reviewer, maxParallel, until, maxCycles, timeoutMs, budget } = options;
  return {
    implementers,
    reviewer,
    max_parallel: maxParallel,
    until,
    max_cycles: maxCycles,
    timeout_seconds: timeoutMs / 1000,
    budget_usd: budget.usd,
    budget_tokens: budget.tokens,
  };
}

/** What an event is about. */
export interface EventSubject {
  readonly mission: string;
  readonly runId: string;
  /** Of an event about one. */
  readonly attempt: Attempt | undefined;
  readonly logOf: (attempt: string) => string;
}

/** A record of the journal as programs read it. */
export function runEvent(record: RunRecord, { mission, runId, attempt, logOf }: EventSubject): RunEvent {
  const { kind, at } = record;
  const whose = attempt && { wp_id: attempt.wp, role: attempt.role, agent: attempt.agent };
  const event: RunEvent = { event: kind, at, mission, run_id: runId, ...whose };
  switch (record.kind) {
    case 'run_started':
    case 'run_resumed':
      return { ...event, options: optionsDocument(record.options), fence: record.fence };
    case 'attempt_started':
      return { ...event, attempt: record.attempt, actor: record.actor, log: logOf(record.attempt) };
    case 'attempt_spawned':
      return { ...event, attempt: record.attempt, pid: record.process.pid, ...fencePart(record.process) };
    default: {
      const { kind: _kind, ...rest } = record;
      return { ...event, ...rest };
    }
  }
}

function fencePart({ fence }: AttemptProcess): Pick<RunEvent, 'fence'> {
  return typeof fence === 'string' ? { fence } : {};
}
