import { expect, test } from 'vitest';
import { parseStuckThreshold } from './stuck-threshold.ts';

test.each([
  '-1',
  '0',
  '0.0',
  'NaN',
  'Infinity',
  '1e400',
  '1e3',
  '31536001',
  '9'.repeat(400),
  '',
  ' ',
  '0x10',
  '60s',
])('R-11: a threshold of %j is none', (text) =>
  expect(() => parseStuckThreshold(text)).toThrow('seconds above 0, up to 31536000'),
);

test.each([
  ['60', 60],
  ['0.5', 0.5],
  [' 60.0 ', 60],
  ['31536000', 31_536_000],
] as const)('R-11: %j is %d seconds', (text, seconds) => {
  expect(parseStuckThreshold(text)).toBe(seconds);
});
