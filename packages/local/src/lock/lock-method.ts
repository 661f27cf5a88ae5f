import { parseJson } from '@spec-kitty/core/parse-json';
import type { LockHolder } from '@spec-kitty/core/ports/lock';

/** One way to exclude other processes; {@link WaitingLock} adds waiting, naming and the guard against re-entry. */
export interface LockMethod {
  /** Takes the lock at once and returns how to give it back, or `undefined` while another holder has it. */
  tryTake(file: string, holder: HolderRecord): (() => void) | undefined;
  /** The record of whoever holds the lock; `undefined` when there is none or it cannot be read. */
  readHolder(file: string): HolderRecord | undefined;
  /** What to delete by hand once a holder that cannot be seen from here no longer runs; `undefined` if nothing. */
  abandonedFile?(file: string): string | undefined;
}

/** What a holder writes about itself, with all that tells it from a later process of the same number. */
export interface HolderRecord extends LockHolder {
  /** Start of the process in clock ticks since boot; Linux only. */
  readonly startTime?: string;
  /** For how many seconds the machine had run when the lock was taken: no step of a clock changes that. */
  readonly upSince?: string;
  /** Tells machines of one name on a shared disk apart; Linux only, and not in every container. */
  readonly machineId?: string | undefined;
  /** Changes with every start of the machine; Linux only. */
  readonly bootId?: string;
  /** Containers count their processes separately, and may still share a host name; Linux only. */
  readonly pidNamespace?: string;
  /** Different for every taking; only where the method needs it. */
  readonly token?: string;
}

/** Reads a record back; `undefined` for anything that is not one, as when it is caught while it is being written. */
export function parseHolder(text: string): HolderRecord | undefined {
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is HolderRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, ...texts } = {
    pid: undefined,
    host: undefined,
    since: undefined,
    purpose: undefined,
    ...value,
  };
  return Number.isInteger(pid) && Object.values(texts).every((text) => typeof text === 'string');
}
