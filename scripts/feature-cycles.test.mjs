import { expect, test } from 'vitest';
import { featureCycles } from './feature-cycles.mjs';

const file = (name) => `packages/core/src/${name}.ts`;
const importing = (source, ...targets) => ({ source: file(source), targets: targets.map(file) });

test('two folders that import each other are a cycle, and the imports are named', () => {
  const there = importing('work/claim', 'next/decide');
  expect(featureCycles([there, importing('next/ask', 'status/board')])).toEqual([]);
  expect(featureCycles([there, importing('next/report', 'work/writer')])).toEqual([
    'packages/core/src/next -> packages/core/src/work -> packages/core/src/next is a cycle: packages/core/src/next/report.ts -> packages/core/src/work/writer.ts, packages/core/src/work/claim.ts -> packages/core/src/next/decide.ts.',
  ]);
});

test('a longer way back is found and told once', () => {
  const around = [importing('a/1', 'b/1'), importing('b/2', 'c/deep/1'), importing('c/2', 'a/2')];
  expect(featureCycles(around)).toHaveLength(1);
  expect(featureCycles(around.slice(1))).toEqual([]);
});

test('folders below a feature are part of it, files beside the features are none, and tests may look anywhere', () => {
  expect(featureCycles([importing('a/1', 'a/rows/1'), importing('a/rows/1', 'a/2')])).toEqual([]);
  expect(featureCycles([importing('fault', 'a/1'), importing('a/1', 'fault')])).toEqual([]);
  const there = importing('a/1', 'b/1');
  expect(featureCycles([there, importing('b/1.test', 'a/1')])).toEqual([]);
  expect(featureCycles([there, importing('b/testing/1', 'a/1')])).toEqual([]);
});
