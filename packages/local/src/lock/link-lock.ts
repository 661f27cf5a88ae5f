import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Lock, LockState } from '@spec-kitty/core/ports/lock';
import { errorCode } from '../files/disk-fault.ts';
import { type HolderRecord, type LockMethod, parseHolder } from './lock-method.ts';
import { heldSince } from './held-since.ts';
import { holderRecord, isSameProcess, judgeHolder, thisPlace } from './process-identity.ts';
import { type LockOptions, WaitingLock } from './waiting-lock.ts';

/** A lock by `link(2)`, for where the kernel's cannot be had; a holder that died is found out by its record. */
export function linkLock(options: LockOptions): Lock {
  return new WaitingLock(options, linkMethod(options.mode));
}

/** The method behind {@link linkLock}. The lock is held while its file exists. */
export function linkMethod(mode = 0o666): LockMethod {
  return {
    tryTake(file, holder) {
      const name = lockFile(file);
      const mine = { ...holder, token: newToken() };
      const current = read(name);
      if (current && judgeHolder(current, thisPlace()) !== 'dead') return undefined;
      if (current) bury(name, current, mine);
      if (!publish(name, mine, mode)) return undefined;
      return () => {
        if (read(name)?.token === mine.token) unlinkSync(name);
      };
    },
    readHolder: (file) => read(lockFile(file)),
    abandonedFile: lockFile,
  };
}

/** Looks at a lock by link, without taking it. */
export function linkState(file: string): LockState | undefined {
  const name = lockFile(file);
  const record = read(name);
  if (!record) return undefined;
  const verdict = judgeHolder(record, thisPlace());
  return {
    state: verdict === 'dead' ? 'abandoned_record' : 'held',
    holder: record === UNREADABLE ? null : record,
    verdict,
    sinceMs: heldSince(record, name),
    releasable: verdict === 'unknown',
    // Its file is the lock, and goes with whoever has signed it.
    isProven: verdict === 'alive' && isSameProcess(record),
  };
}

/** Removes a lock by link that is old and whose holder is not seen to run; answers whether it did. */
export function releaseLink(file: string, isOld: (sinceMs: number) => boolean): boolean {
  const name = lockFile(file);
  const record = read(name);
  if (!record || judgeHolder(record, thisPlace()) === 'alive') return false;
  const sinceMs = heldSince(record, name);
  if (sinceMs === null || !isOld(sinceMs)) return false;
  bury(name, record, { ...holderRecord('release a lock'), token: newToken() });
  return read(name)?.token !== record.token;
}

function newToken(): string {
  // Loaded on use: this module is always loaded, crypto takes 1.5 ms, and the kernel's lock rarely needs a fallback.
  return process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex');
}

function lockFile(file: string): string {
  return `${file}.link`;
}

interface Signed extends HolderRecord {
  readonly token: string;
}

/** Somebody whom nobody can look up, so never taken for dead. */
const UNREADABLE: Signed = {
  pid: 0,
  host: '',
  since: '',
  purpose: 'An unreadable record',
  token: 'unreadable',
};

function read(name: string): Signed | undefined {
  try {
    const record = parseHolder(readFileSync(name, 'utf8'));
    const { token } = record ?? {};
    return record && token && /^[0-9a-f]{16}$/.test(token) ? { ...record, token } : UNREADABLE;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Creates a file with all of its content in one step, or answers `false` because it exists. */
function publish(name: string, record: Signed, mode: number): boolean {
  const temporary = `${name}.${record.token}.tmp`;
  const handle = openSync(temporary, 'wx', mode);
  try {
    writeSync(handle, JSON.stringify(record));
    // Without this a power cut could leave the name with nothing behind it, held by nobody for ever.
    fsyncSync(handle);
    linkSync(temporary, name);
    return true;
  } catch (error) {
    // A network file system may report EEXIST for a link that it has just made itself.
    if (errorCode(error) === 'EEXIST') return read(name)?.token === record.token;
    throw error;
  } finally {
    closeSync(handle);
    rmSync(temporary, { force: true });
  }
}

/**
 * Removes the file of a dead holder.
 *
 * Between finding it dead and removing the file, another process may have done the same and a third
 * may hold the lock; renaming the file away and looking again does not help, as by then a live
 * holder's file is gone for a moment. So the right to remove comes first: it is itself a file,
 * named after the dead holder's token, and only one process can create it. That process looks once
 * more, and what it sees stays: the token never comes back, and nobody else may remove it.
 */
function bury(name: string, dead: Signed, heir: Signed): void {
  const rights = inherit(name, dead, heir);
  if (rights.length === 0) return;
  if (read(name)?.token === dead.token) unlinkSync(name);
  for (const right of rights) rmSync(right, { force: true });
}

/** Claims the right; one whose owner died passes on in the same way. Empty when somebody alive has it. */
function inherit(name: string, dead: Signed, heir: Signed): readonly string[] {
  const right = `${name}.${dead.token}`;
  if (publish(right, heir, 0o600)) return [right];
  const owner = read(right);
  if (!owner || judgeHolder(owner, thisPlace()) !== 'dead') return [];
  const rest = inherit(name, owner, heir);
  return rest.length === 0 ? [] : [right, ...rest];
}
