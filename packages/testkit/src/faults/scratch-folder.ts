import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Makes a folder in memory where the machine has a place for that: everything in it is synced, again and again. */
export function scratchFolder(prefix: string): string {
  return mkdtempSync(path.join(memory() ?? tmpdir(), prefix));
}

function memory(): string | undefined {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    // Only Linux has it.
    return undefined;
  }
}
