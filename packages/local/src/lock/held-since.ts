import { statSync } from 'node:fs';
import { timeOf } from '@spec-kitty/core/session/session-document';
import type { HolderRecord } from './lock-method.ts';
import { heldForSeconds, thisPlace } from './process-identity.ts';

/**
 * Since when a lock is held, in milliseconds of the clock as it is now: by how long the machine has run, else by the time in
 * its record, else by its file; a time without an offset is one in UTC.
 */
export function heldSince(record: HolderRecord | null, file: string): number | null {
  const seconds = record && heldForSeconds(record, thisPlace());
  if (typeof seconds === 'number') return Date.now() - seconds * 1000;
  const said = timeOf(record?.since);
  return said ?? statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
