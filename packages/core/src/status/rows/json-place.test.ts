import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonErrorPlace } from './json-place.ts';

function errorOf(text: string): unknown {
  try {
    JSON.parse(text);
  } catch (error) {
    return error;
  }
  throw new Error(`It is JSON: ${text}`);
}

test.each([
  ['a value that is missing', '{\n  "a": }', 2, 8],
  ['a word', '{\n  "a": [1, two]\n}\n', 2, 13],
  ['a word that begins like one of JSON', '{"a": trick}', 1, 9],
  ['a comma too many', '{\n  "a": 1,\n}\n', 3, 1],
  ['a comma too few', '{"a": 1\n "b": 2}', 2, 2],
  ['a line break in a text', '{"a": "x\ny"}', 1, 9],
  ['more after the end', '{}\n{}', 2, 1],
  ['a text that is not closed', '{"a": "x', 1, 9],
  ['an end that comes too early', '{\n  "a": 1\n\n', 2, 9],
  ['nothing', '', 1, 1],
  ['a side of a merge', '{\n  "a": 1,\n<<<<<<< HEAD\n', 3, 1],
])('%s', (_, text, line, column) => {
  expect(jsonErrorPlace(text, errorOf(text))).toEqual({ line, column });
});

test('wherever a sign is put that JSON has nowhere, it is found', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      const spread = JSON.stringify(JSON.parse(json), null, 1).replaceAll(/"(?:[^"\\]|\\.)*"/g, '"x"');
      const breaks = [...spread.matchAll(/\n/g)].map(({ index }) => index + 1);
      const position = breaks[at % Math.max(1, breaks.length)] ?? 0;
      const text = `${spread.slice(0, position)}§${spread.slice(position)}`;
      const line = spread.slice(0, position).split('\n').length;
      expect(jsonErrorPlace(text, errorOf(text))).toEqual({ line, column: 1 });
    }),
  );
});
