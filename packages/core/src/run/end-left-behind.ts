import { formatInstant } from '../instant.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { LeftBehind, RunPorts } from './run-ports.ts';
import { type Attempt, foldRun } from './run-state.ts';
import { isUnderWay } from './schedule.ts';

type Ports = Pick<RunPorts, 'journal' | 'agents'> & {
  readonly work: Pick<RunPorts['work'], 'lock' | 'clock'>;
};

/**
 * Ends what an engine that was killed has left running, and its run.
 *
 * @returns what is known of each attempt that was under way.
 * @throws Fault `LOCK_BUSY` where an engine is at it after all.
 */
export async function endLeftBehind(
  { work, journal, agents }: Ports,
  { missionId }: Mission,
): Promise<readonly ({ readonly wp: string } & LeftBehind)[]> {
  return work.lock.hold(`run-${missionId}`, 'run stop', async () => {
    const run = foldRun(journal.read());
    const at = formatInstant(work.clock.nowMicros());
    await endChecks(agents, run?.attempts ?? []);
    const found: ({ readonly wp: string } & LeftBehind)[] = [];
    for (const { id, wp, process } of run?.attempts.filter(isUnderWay) ?? []) {
      const left = await agents.clear(id, process);
      journal.append({ at, kind: 'attempt_ended', attempt: id, ...INTERRUPTED, ...left });
      found.push({ wp, ...left });
    }
    if (run?.ended === null) journal.append({ at, kind: 'run_ended', outcome: 'stopped', reason: '' });
    return found;
  });
}

/** Ends the validations of work whose evidence was being looked into; it is looked into anew. */
export async function endChecks(agents: Ports['agents'], attempts: readonly Attempt[]): Promise<void> {
  for (const { id, role, end, result } of attempts)
    if (role === 'implementer' && end !== null && result === null) await agents.clear(id, null);
}

/** How an attempt ended whose engine is gone: what it has committed stays, and the next attempt goes on from it. */
export const INTERRUPTED = { how: 'lost', reason: 'The run was interrupted.', usage: {} } as const;
