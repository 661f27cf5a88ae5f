import { expect, test } from 'vitest';
import { belowGate, countMutants, mutationPage } from './mutation-table.mjs';
import { FOLDERS, mutatedFiles, unitTests, useCases } from './mutated-files.mjs';

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
  expect(page).toContain('| **all** | 2 | 2000 | 1799 | 201 | 0 | 0 | 89.9 % |');
  expect(page).toMatch(/^Not measured: `next`/m);
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
