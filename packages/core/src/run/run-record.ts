import type { ConflictRecord } from './conflicts/conflict-record.ts';
import type { LeftWork } from './fence/left-work.ts';
import type { MovedRef } from './fence/moved-refs.ts';
import type { OutsideChange } from './fence/outside-changes.ts';
import type { Lane } from '@spec-kitty/protocol/lane';
import type { GateCheck } from './evidence/gate-check.ts';
import type { ForecastRecord } from './forecast/forecast-record.ts';

/** How far a run goes. */
export type RunUntil = 'review' | 'accept' | 'merge';

/** What an attempt is for. */
export type AttemptRole = 'implementer' | 'reviewer';

/** What was asked of a run; a resumed one goes on with the same, unless told otherwise. */
export interface RunOptions {
  /** Keys of agents that implement, in the order in which they are preferred. */
  readonly implementers: readonly string[];
  /** `null` for any agent of the catalogue that has implemented nothing of a package. */
  readonly reviewer: string | null;
  readonly maxParallel: number;
  readonly until: RunUntil;
  /** How often a package may be sent back, by a reviewer or for want of evidence. */
  readonly maxCycles: number;
  /** For one attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly budget: { readonly usd: number | null; readonly tokens: number | null };
}

/** Which process an attempt is; a number alone may be another's by now. */
export interface AttemptProcess {
  readonly pid: number;
  readonly [fact: string]: unknown;
}

/** What an agent said it used; nothing where it said nothing. */
export interface Usage {
  readonly tokens?: number;
  readonly usd?: number;
  readonly model?: string;
}

/** How the process of an attempt ended. What the agent claims about its work is no part of it. */
export interface AttemptEnd {
  readonly how: 'exited' | 'failed' | 'timed_out' | 'stopped' | 'lost' | 'not_started';
  /** For people: what ended it, in one sentence; empty where there is nothing to say. */
  readonly reason: string;
  readonly usage: Usage;
  /** Of its conversation, where it said so. */
  readonly session?: string;
  /** Opens that again, where it is known how. */
  readonly resume?: string;
  /** What changed elsewhere while it ran without a fence around it. */
  readonly outside?: readonly OutsideChange[];
  /** Branches and other refs that were moved while it ran, and are neither its own nor moved by us. */
  readonly moved?: readonly MovedRef[];
  /** What a reviewer has left of its own in the worktree, which was put away. */
  readonly left?: LeftWork;
}

/** What the engine made of an attempt, by evidence. */
export interface AttemptResult {
  readonly result: 'handed_over' | 'not_enough' | 'approved' | 'rejected' | 'void';
  readonly reason: string;
  /** How the next attempt can mend it; for agents. */
  readonly advice?: readonly string[];
  /** Of an implementation that got as far. */
  readonly checks?: readonly GateCheck[];
  /** Paths that it changes. */
  readonly files?: readonly string[];
  /** Lane that its package was found in although it came to nothing: somebody has moved it there past the evidence. */
  readonly foundIn?: Lane;
  /** Of a verdict: whether its agent is another one than the implementer's, or only another session of it. */
  readonly independence?: 'agent' | 'session';
}

/** One line of a run's journal: written before what it announces, or after what it reports. */
export type RunRecord = { readonly at: string } & (
  | {
      readonly kind: 'run_started';
      readonly run_id: string;
      readonly options: RunOptions;
      /** What keeps agents from writing elsewhere, in one sentence. */
      readonly fence: string;
    }
  | { readonly kind: 'run_resumed'; readonly options: RunOptions; readonly fence: string }
  | {
      readonly kind: 'attempt_started';
      readonly attempt: string;
      readonly wp: string;
      readonly role: AttemptRole;
      readonly agent: string;
      readonly actor: string;
    }
  | { readonly kind: 'attempt_spawned'; readonly attempt: string; readonly process: AttemptProcess }
  | ({ readonly kind: 'attempt_ended'; readonly attempt: string } & AttemptEnd)
  | ({ readonly kind: 'attempt_concluded'; readonly attempt: string } & AttemptResult)
  | ConflictRecord
  | ForecastRecord
  | { readonly kind: 'mission_accepted' }
  | {
      readonly kind: 'mission_landed';
      /** Of the target; `null` where nothing has got there. */
      readonly commit: string | null;
      /** What broke the validation, and is planned again. */
      readonly sent_back: readonly { readonly wp: string; readonly reason: string }[];
      /** Branch that it went to, and what it brought there. */
      readonly target?: string;
      readonly packages?: readonly string[];
      /** How often the validation of the merge ran. */
      readonly validations?: number;
    }
  | { readonly kind: 'stop_asked' }
  | {
      readonly kind: 'run_ended';
      readonly outcome: RunOutcome;
      readonly reason: string;
      /** The same by package, where it is about packages. */
      readonly waiting?: readonly Waiting[];
    }
);

/** A package that does not go on by itself, and why. */
export interface Waiting {
  readonly wp: string;
  readonly reason: string;
}

/** How a run came to its end: as far as asked, waiting for a person, out of budget, or told to stop. */
export type RunOutcome = 'complete' | 'waiting' | 'budget' | 'stopped' | 'failed';
