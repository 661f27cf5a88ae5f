import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const REPORT = 'SPEC_KITTY_NETWORK_REPORT';

/** Attempts to reach another machine since the guard was asked for; each is told once. */
export interface NetworkGuard {
  recorded(): readonly string[];
}

/**
 * Refuses and records, in this process and in whatever it starts, every attempt to reach another machine.
 *
 * What is recorded cannot be caught by the code that made the attempt.
 */
export function guardNetwork(): NetworkGuard {
  const file = (process.env[REPORT] ??= path.join(mkdtempSync(path.join(tmpdir(), 'network-')), 'report'));
  // Does its work once, however often it is asked for.
  createRequire(import.meta.url)('../../../../scripts/network-guard.cjs');
  return {
    recorded: () => {
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      rmSync(file);
      return lines;
    },
  };
}
