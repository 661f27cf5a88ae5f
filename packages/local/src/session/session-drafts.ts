import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/** Nobody takes so long to write a file: whoever began this one was killed. */
export const ABANDONED_MS = 3_600_000;

/**
 * Removes files that somebody has begun to write, and not put in their place for so long.
 *
 * @param of the file that they were to become; any unless given.
 */
export function sweepDrafts(folder: string, olderThanMs: number, of?: string): void {
  const prefix = of === undefined ? '' : `.${of}.`;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.tmp') || !name.startsWith(prefix)) continue;
    const file = path.join(folder, name);
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (age >= olderThanMs) rmSync(file, { force: true });
  }
}
