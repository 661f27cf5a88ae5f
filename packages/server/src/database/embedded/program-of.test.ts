import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { programOf } from './program-of.ts';

/** A folder with a database of a major version, and programs that were copied there. */
function folderWith(made: string | undefined, programs: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'program-of-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of programs) mkdirSync(path.join(folder, `program-${name}`));
  if (made !== undefined) {
    mkdirSync(path.join(folder, 'data'));
    writeFileSync(path.join(folder, 'data', 'PG_VERSION'), `${made}\n`);
  }
  return folder;
}

const PACKAGED = { version: '18.4.0', folder: '' };

test.each([
  ['no database', undefined, ['17.9.0', '18.4.0'], '18.4.0'],
  ['one of the packaged major version', '18', ['18.3.0', '18.4.0'], '18.4.0'],
  ['one of an earlier major version', '17', ['17.9.0', '17.10.0', '17.11.0.4711.tmp', '18.4.0'], '17.10.0'],
  ['one of a later major version', '19', ['18.4.0', '19.1.0'], '19.1.0'],
] as const)('%s is run by a program that reads it', (_, made, programs, used) => {
  const folder = folderWith(made, programs);
  expect(programOf(folder, PACKAGED)).toBe(path.join(folder, `program-${used}`));
});

test('a database whose program is not there any more is not touched', () => {
  expect(() => programOf(folderWith('17', ['18.4.0', '170.1.0']), PACKAGED)).toThrow(
    /made by PostgreSQL 17.*this is PostgreSQL 18/,
  );
});
