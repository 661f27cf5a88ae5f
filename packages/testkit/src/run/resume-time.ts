import type { RunRecord } from '@spec-kitty/core/run/run-record';

/** A process that went on with a run, from when to when in milliseconds. */
export interface Resumed {
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * How long a resume has taken beyond the agents' own time: all of it but what passed while an agent was at work, in
 * milliseconds. Several that are at work at once count once.
 *
 * @param journal what is noted of the run when the process is through; what was noted before it began is of others.
 */
export function resumeTime({ startedAt, endedAt }: Resumed, journal: readonly RunRecord[]): number {
  const atWork = new Set<string>();
  let taken = 0;
  let idleSince = startedAt;
  for (const record of journal) {
    const at = Date.parse(record.at);
    if (at < startedAt) continue;
    if (record.kind === 'attempt_spawned') {
      if (atWork.size === 0) taken += at - idleSince;
      atWork.add(record.attempt);
    } else if (record.kind === 'attempt_ended' && atWork.delete(record.attempt)) idleSince = at;
  }
  return taken + endedAt - idleSince;
}
