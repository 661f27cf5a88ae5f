import type { NewRow } from '@spec-kitty/protocol/status-row';
import type { LogRows } from '../status/rows/decode-log.ts';

/** Names one mission's log: its immutable id, and its directory under `kitty-specs/` where there is one. */
export interface LogAddress {
  readonly missionId: string;
  readonly directory: string;
}

/** What a decision adds to a log, and what its caller wants back. */
export interface Appending<T> {
  readonly rows: readonly NewRow[];
  readonly value: T;
  /** Leaves the checkout's copies alone: they belong to a branch that has the rows already, or should not have them. */
  readonly journalOnly?: boolean;
  /** Writes what the rows name, once nothing is in their way; not called without rows. */
  readonly prepare?: () => void;
}

/**
 * Turns the log as it is under the lock into the rows to add. `text` is the log's own text, for a caller that
 * must commit it together with what it adds.
 */
export type AppendDecision<T> = (log: LogRows, text: string) => Appending<T> | Promise<Appending<T>>;

/**
 * The append-only event log of each mission: the one authority for its state.
 *
 * A row counts as acknowledged when `append` has returned; from then on no Git command on the
 * checkout can take it back. Every implementation passes `eventLogContract` in the testkit.
 */
export interface EventLog {
  /** Returns the union of everything acknowledged and everything in the checkout, by `event_id`. */
  read(address: LogAddress): Promise<LogRows>;
  /**
   * Reads, decides and appends under the mission's lock; a decision without rows leaves the log as it is.
   *
   * @throws Fault `refused` `LOG_CORRUPT` naming file and line, before anything is written.
   */
  append<T>(address: LogAddress, purpose: string, decide: AppendDecision<T>): Promise<T>;
}
