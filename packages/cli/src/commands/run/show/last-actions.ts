import { statSync } from 'node:fs';
import type { Activity } from '@spec-kitty/core/run/run-ports';
import type { Attempt } from '@spec-kitty/core/run/run-state';
import { readText } from '@spec-kitty/local/files/plain-file';
import type { OpenedRun } from '../open-run.ts';

const LONGEST = 120;

/** What agents did last as far as their logs show it, for whoever has not started them. */
export function lastActions({
  logOf,
}: Pick<OpenedRun, 'logOf'>): (attempt: Attempt) => Omit<Activity, 'usage'> {
  return ({ id, startedAt }) => {
    const log = logOf(id);
    const last = readText(log)?.trimEnd().split('\n').at(-1)?.trim().slice(0, LONGEST);
    const at = statSync(log, { throwIfNoEntry: false })?.mtimeMs ?? Date.parse(startedAt);
    return { last: last || null, atMicros: at * 1000 };
  };
}
