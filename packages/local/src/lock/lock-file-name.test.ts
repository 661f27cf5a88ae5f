import { expect, test } from 'vitest';
import { lockFileName } from './lock-file-name.ts';

test.each([
  ['mission-01KNXQS9ATWWFXS3K5ZJ9E5008', 'mission-01KNXQS9ATWWFXS3K5ZJ9E5008'],
  ['../../etc/passwd', '%2E%2E%2F%2E%2E%2Fetc%2Fpasswd'],
  ['C:\\x', 'C%3A%5Cx'],
  ['a%2Fb', 'a%252Fb'],
  ['ü', '%C3%BC'],
  ['nul', '%6Eul'],
  ['COM1', '%43OM1'],
])('%s becomes %s', (name, file) => {
  expect(lockFileName(name)).toBe(file);
});

test.each(['', 'x'.repeat(181), '/'.repeat(61)])('%j is a mistake of the caller', (name) => {
  expect(() => lockFileName(name)).toThrow('Not a name for a lock');
});
