import { deriveLog, type DerivedLog } from '@spec-kitty/core/log/derive-log';
import type { Clock } from '@spec-kitty/core/ports/clock';
import { stateFromJson, stateToJson } from '@spec-kitty/core/status/reduce';
import { type LogCopies, readLogCopies } from '../event-log/log-copies.ts';
import type { DerivedCache } from './derived-cache.ts';
import { fingerprint } from './file-fingerprint.ts';

/** Raised with every change to what is derived, so that an older cache is not believed. */
const FORMAT = 18;

/** Derives the state of a log, or remembers it from the last time the files were the same. */
export function readDerivedLog(
  copies: LogCopies,
  name: string,
  cache: DerivedCache,
  clock: Clock,
): DerivedLog {
  const now = clock.nowMicros() / 1000;
  const prints = [fingerprint(copies.file, now), fingerprint(copies.journal, now)];
  const settled = prints.every((print) => print.settled);
  const key = [FORMAT, ...prints.map((print) => print.text)].join(' ');
  const known = settled
    ? (cache.get(name, key) as (Omit<DerivedLog, 'state'> & { state: unknown }) | undefined)
    : undefined;
  const state = known && stateFromJson(known.state);
  if (known && state) return { ...known, state };

  const derived = deriveLog(readLogCopies(copies).sources);
  if (settled) cache.put(name, key, { ...derived, state: stateToJson(derived.state) });
  return derived;
}
