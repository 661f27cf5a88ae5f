import { statSync } from 'node:fs';
import { timeOf } from '@spec-kitty/core/session/session-document';
import type { HolderRecord } from './lock-method.ts';

/** Since when a lock is held, in milliseconds: by its record, else by its file; a time without an offset is one in UTC. */
export function heldSince(record: HolderRecord | null, file: string): number | null {
  const said = timeOf(record?.since);
  return said ?? statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
