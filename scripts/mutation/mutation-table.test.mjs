import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../repository-root.mjs';
import { belowGate, countMutants, mutationPage } from './mutation-table.mjs';
import { FOLDERS, LEFT_OUT, mutatedFiles, unitTests, useCases } from './mutated-files.mjs';

const mutants = (...statuses) => ({ mutants: statuses.map((status) => ({ status })) });

test('a mutant that never ends is noticed, one that no test reaches is not, and one left alone does not count', () => {
  const report = {
    files: { 'a.ts': mutants('Killed', 'Timeout', 'Survived'), 'b.ts': mutants('NoCoverage', 'Ignored') },
  };
  expect(countMutants(report)).toEqual({
    files: 2,
    mutants: 4,
    killed: 2,
    survived: 1,
    uncovered: 1,
    ignored: 1,
  });
});

test('a folder below 90 % is below the gate, however little, and what is not measured is named', () => {
  const counts = (killed) => ({
    files: 1,
    mutants: 1000,
    killed,
    survived: 1000 - killed,
    uncovered: 0,
    ignored: 0,
  });
  const evidence = { status: counts(900), move: counts(899) };
  expect(belowGate(evidence)).toEqual([{ folder: 'move', score: 89.9 }]);
  const page = mutationPage(evidence);
  expect(page).toContain('| status | 1 | 1000 | 900 | 100 | 0 | 0 | 90.0 % |');
  expect(page).toContain('| **all measured** | 2 | 2000 | 1799 | 201 | 0 | 0 | 89.9 % |');
  expect(page).toMatch(/^Not measured: `next`/m);
  expect(page).toMatch(/^Below the gate: `move`\.$/m);
});

test('every folder has rules and unit tests, and a use case is no rule', () => {
  for (const folder of FOLDERS) {
    expect(mutatedFiles(folder)).not.toEqual([]);
    expect(unitTests(folder)).not.toEqual([]);
    expect(mutatedFiles(folder).filter((file) => useCases(folder).includes(file))).toEqual([]);
  }
  expect(useCases('move')).toContain('packages/core/src/move/move-package.ts');
  expect(unitTests('move').join()).not.toContain('move-package.test.ts');
});

test('every folder of the core is mutated or left out, and no other is named', () => {
  const core = path.join(ROOT, 'packages/core/src');
  const folders = readdirSync(core, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...FOLDERS, ...LEFT_OUT].toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

test('the page is what its numbers come to', () => {
  const read = (name) => readFileSync(path.join(ROOT, 'docs/evidence', name), 'utf8');
  expect(read('mutation.md'), 'run `npm run mutation -- --page`').toBe(
    mutationPage(JSON.parse(read('mutation.json'))),
  );
});
