import { expect, test } from 'vitest';
import { trackedParts } from './tracked-parts.ts';

test.each([
  ['node_modules/typescript/lib/typescript.js', true],
  ['node_modules', true],
  ['Node_Modules/typescript/package.json', true],
  ['node_modules/@microsoft/typescript-etw/index.js', true],
  ['node_modules_of_ours/typescript.js', false],
  ['test/node_modules/typescript/lib/typescript.js', false],
  ['src/a.ts', false],
])('what a repository brings along is found: %s', (file, found) => {
  expect(trackedParts([file], 'node_modules')).toEqual(found ? [file] : []);
});

test('a link or submodule above the folder counts', () => {
  expect(trackedParts(['vendor'], 'vendor/typescript')).toEqual(['vendor']);
  expect(trackedParts(['lib/typescript.js'], '')).toEqual(['lib/typescript.js']);
  expect(trackedParts(['ven'], 'vendor/typescript')).toEqual([]);
});
