import { expect, test } from 'vitest';
import { sameJson } from './json-value.ts';

test('two JSON values are the same whatever the order of their keys', () => {
  const value = { a: 1, b: [1, { c: null }] };
  expect(sameJson(value, { b: [1, { c: null }], a: 1 })).toBe(true);
  const others = [
    { a: 1 },
    { ...value, d: 1 },
    { a: 1, b: [1] },
    { a: 1, b: [1, { c: 0 }] },
    { a: 1, d: value.b },
    [],
    null,
    'a',
    1,
  ];
  for (const other of others)
    expect([sameJson(value, other), sameJson(other, value)]).toEqual([false, false]);
  expect([
    sameJson([1, 2], [2, 1]),
    sameJson([], {}),
    sameJson(null, null),
    sameJson({ a: undefined }, { b: undefined }),
  ]).toEqual([false, false, true, false]);
});
