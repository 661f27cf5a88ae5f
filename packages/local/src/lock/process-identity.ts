import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { errorCode } from '../files/disk-fault.ts';
import type { HolderRecord } from '../lock/lock-method.ts';

/** Where a process runs, as far as the platform tells. */
export type ProcessPlace = Pick<HolderRecord, 'host' | 'machineId' | 'bootId' | 'pidNamespace'>;

/** What can be seen of a process from here. */
export interface ProcessFacts {
  readonly exists: boolean;
  readonly startTime?: string;
}

/** The place of this process. */
export function thisPlace(): ProcessPlace {
  const machineId = attempt(readMachineId);
  const bootId = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const pidNamespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return {
    host: hostname(),
    ...(machineId && { machineId }),
    ...(bootId && { bootId }),
    ...(pidNamespace && { pidNamespace }),
  };
}

/** Only its beginning, which is enough to tell a few machines apart: the whole is not for others to know. */
function readMachineId(): string | undefined {
  return /^[0-9a-f]{8}/.exec(readFileSync('/etc/machine-id', 'utf8'))?.[0];
}

/** The record that a process signs with: this one, or one that it has just started. */
export function holderRecord(purpose: string, pid: number = process.pid): HolderRecord {
  const { startTime } = processFacts(pid);
  return {
    pid,
    since: new Date().toISOString(),
    upSince: uptime().toFixed(2),
    purpose,
    ...thisPlace(),
    ...(startTime && { startTime }),
  };
}

/** Looks a process up; a zombie, which holds nothing any more, does not exist. */
export function processFacts(pid: number): ProcessFacts {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const code = errorCode(error);
    // The second: no process has such a number.
    if (code === 'ESRCH' || code === 'ERR_INVALID_ARG_TYPE') return { exists: false };
    // EPERM: there is such a process, and it belongs to somebody else.
    if (code !== 'EPERM') throw error;
  }
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat === undefined ? { exists: true } : parseStat(stat);
}

/** Reads `/proc/<pid>/stat`; the second field is a name that may itself contain spaces and parentheses. */
export function parseStat(stat: string): ProcessFacts {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const threads = Number(fields[17]);
  const startTime = fields[19];
  // A dying process is shown as a zombie while other threads of it may still be finishing a write.
  const gone = (state === 'Z' || state === 'X') && threads <= 1;
  return { exists: !gone, ...(startTime && { startTime }) };
}

/** Whether a holder still runs. `unknown` is anybody whom this process cannot see: never to be stolen from. */
export function judgeHolder(
  holder: HolderRecord,
  here: ProcessPlace,
  look: (pid: number) => ProcessFacts = processFacts,
): 'alive' | 'dead' | 'unknown' {
  if (holder.host !== here.host) return 'unknown';
  const sameMachine = holder.machineId !== undefined && holder.machineId === here.machineId;
  // A name is no proof: two machines on one disk may share it, and each has started at another time.
  if (differ(holder.bootId, here.bootId)) return sameMachine ? 'dead' : 'unknown';
  if (differ(holder.pidNamespace, here.pidNamespace)) return 'unknown';
  const found = look(holder.pid);
  return !found.exists || differ(holder.startTime, found.startTime) ? 'dead' : 'alive';
}

/** For how many seconds a holder has held, by the machine's own count; `undefined` where its record or place has none. */
export function heldForSeconds(holder: HolderRecord, here: ProcessPlace): number | undefined {
  const held = uptime() - Number(holder.upSince ?? Number.NaN);
  const isHere = holder.host === here.host && !differ(holder.bootId, here.bootId);
  // Another start of the machine counts anew.
  return isHere && held >= 0 ? held : undefined;
}

/** Whether the very process of a record runs, and not another one of its number; only where the platform tells. */
export function isSameProcess({ pid, startTime }: HolderRecord): boolean {
  return startTime !== undefined && processFacts(pid).startTime === startTime;
}

/** Whether the very process of a record has a file open; only where the platform shows it. */
export function hasOpen(holder: HolderRecord, { dev, ino }: Pick<Stats, 'dev' | 'ino'>): boolean {
  if (!isSameProcess(holder)) return false;
  const folder = `/proc/${holder.pid}/fd`;
  const names = attempt(() => readdirSync(folder));
  if (names === undefined) return false;
  return names.some((name) => {
    const facts = attempt(() => statSync(`${folder}/${name}`));
    return facts?.dev === dev && facts.ino === ino;
  });
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** Only Linux has these files, and a container may hide them. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // broad-catch: reports what the platform does not tell as not known, which every caller allows for
    return undefined;
  }
}
