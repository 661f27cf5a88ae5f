import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';

/** Reads a text that the user names: a file relative to where they stand, or `-` for standard input. */
export function readGivenText(cwd: string, named: string, option: string): string {
  if (named === '-') return readFileSync(0, 'utf8');
  const file = path.resolve(cwd, named);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return readFileSync(file, 'utf8');
  throw new Fault('refused', 'FILE_NOT_FOUND', `There is no file for ${option}: ${named}`, {
    hints: ['Give the path of a text file, or - for standard input.'],
    details: { path: named },
  });
}
