import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { hasFields, isText, isTextOrNull, isTexts, readRecord } from './read-record.ts';

const reading = {
  check: (value: unknown): value is { name: string } =>
    hasFields(value, { name: isText, of: isTexts, by: isTextOrNull }),
  hints: ['Delete it.'],
};

test('a record that is not whole is a fault that names its file and what to do', () => {
  const { root } = tempRepository();
  const file = path.join(root, 'record.json');
  expect(readRecord(file, reading)).toBeUndefined();
  const whole = { name: 'a', of: ['b'], by: null };
  writeFileSync(file, JSON.stringify(whole));
  expect(readRecord(file, reading)).toEqual(whole);

  const { by: _by, ...without } = whole;
  const damaged = [
    '',
    '{"name":',
    'null',
    '[]',
    JSON.stringify(without),
    JSON.stringify({ ...whole, of: [1] }),
  ];
  for (const text of damaged) {
    writeFileSync(file, text);
    const unreadable = { code: 'RECORD_UNREADABLE', hints: ['Delete it.'], details: { path: file } };
    expect(() => readRecord(file, reading), text).toThrow(expect.objectContaining(unreadable));
  }
  mkdirSync(path.join(root, 'folder.json'));
  expect(() => readRecord(path.join(root, 'folder.json'), reading)).toThrow(
    expect.objectContaining({ code: 'RECORD_UNREADABLE' }),
  );
});
