import { setTimeout as pause } from 'node:timers/promises';
import { readText } from '../files/plain-file.ts';
import { processesOf } from './marked-processes.ts';

/** Ends every process of an attempt, also those that have left its group. Daemons start others while they are looked for: it is over when none is found. */
export async function endProcessesOf(attempt: string): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    const found = processesOf(attempt);
    if (found.length === 0) return;
    for (const pid of found) signal(pid);
    await pause(20);
  }
}

/** Tells an agent and what it has started to end. The fence around it would end at once, and the agent with it. */
export function askToEnd(pid: number, attempt: string): void {
  if (!isFence(pid)) signal(-pid, 'SIGTERM');
  else for (const one of processesOf(attempt)) if (!isFence(one)) signal(one, 'SIGTERM');
}

function isFence(pid: number): boolean {
  return process.platform === 'linux' && readText(`/proc/${pid}/comm`)?.trim() === 'bwrap';
}

/** Sends a signal to a process, or to a group by its negative number; whoever is gone needs none. */
export function signal(pid: number, name: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // broad-catch: has ended by itself meanwhile, or belongs to somebody else and cannot be the agent's
  }
}
