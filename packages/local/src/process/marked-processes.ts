import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../files/disk-fault.ts';

/** Every process of an attempt has this in its environment, however it came to be started. */
export const ATTEMPT_VARIABLE = 'SPEC_KITTY_ATTEMPT';

/**
 * Finds every process of an attempt, also those that have left its group, as daemons do. Only Linux tells; elsewhere the
 * group is all there is.
 */
export function processesOf(attempt: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  const mark = `${ATTEMPT_VARIABLE}=${attempt}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && environmentOf(pid).includes(mark));
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch (error) {
    // It has ended meanwhile, or belongs to somebody else.
    if (/^(?:ENOENT|ESRCH|EACCES|EPERM)$/.test(errorCode(error) ?? '')) return [];
    throw error;
  }
}
