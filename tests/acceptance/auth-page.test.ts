import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import ids from './auth-ids.json' with { type: 'json' };

const ROOT = path.join(import.meta.dirname, '../..');
const ROWS = readFileSync(path.join(ROOT, 'docs/acceptance/auth.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z]-\d\d /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, id = '', proves = '', result = '', tests = '']) => ({ id, proves, result, tests }));

test('the page of acceptance has every id, with what it proves', () => {
  expect(ROWS.map(({ id, proves }) => [id, proves])).toEqual(Object.entries(ids));
});

test.each(ROWS)('$id is shown as the page says', ({ id, result, tests }) => {
  expect(result).toMatch(/^(?:\d+ passed(?:, \d+ skipped here)?(?: \(function\))?|superseded)$/);
  const files = [...tests.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = '']) => file);
  const without = files.filter((file) => !readFileSync(path.join(ROOT, file), 'utf8').includes(id));
  expect(without).toEqual([]);
  expect(files.length > 0 || result === 'superseded').toBe(true);
});
