import { expect, test } from 'vitest';
import { redact } from './redact.ts';

// Put together here, so that nobody takes this file for a leak.
const RUN = 'a1B2c3D4e5F6g7H8i9J0';

test.each([
  [`token ghp_${RUN}${RUN} of`, 'token ghp_*** of'],
  [`github_pat_${RUN}_${RUN}`, 'github_pat_***'],
  [`OPENAI=sk-proj-${RUN}`, 'OPENAI=sk-***'],
  [`Bearer ${RUN}.${RUN}`, 'Bearer ***'],
  ['id AKIAABCDEFGHIJKLMNOP.', 'id AKIA***.'],
  [`key=AIza${RUN}-_${RUN}.`, 'key=AIza***.'],
  [`xoxb-123456-${RUN}`, 'xoxb-***'],
  [`got eyJhbGciOiJI.eyJzdWIiOiIx.${RUN}!`, 'got eyJ***!'],
  ['PGPASSWORD=hunter2 psql', 'PGPASSWORD=*** psql'],
  ['{"password": "hunter2", "a": 1}', '{"password": "***", "a": 1}'],
  ['?access_token=abc&x=1', '?access_token=***&x=1'],
  ['fetch https://me:hunter2@example.com/x', 'fetch https://***@example.com/x'],
  ['ssh://git@host/x https://token@h/y', 'ssh://***@host/x https://***@h/y'],
  ['http.extraHeader=Authorization: Basic abc def', 'http.extraHeader=Authorization: ***'],
])('%s', (text, shown) => expect(redact(text)).toBe(shown));

test.each([
  'SyntaxError: unexpected token: }',
  'task-runner sk-1 risk-assessment-of-everything',
  'https://example.com/@scope/x mail@example.com',
  'AssertionError: expected 2 to be 3 (src/passwords.test.ts:12)',
  'commit 1f0c5a7e9b3d1f0c5a7e9b3d1f0c5a7e9b3d1f0c',
])('%s stays as it is', (text) => expect(redact(text)).toBe(text));

test('a long line takes no time to speak of', () => {
  const start = performance.now();
  for (const unit of ['a', 'eyJ', '://', 'a-', 'token', 'bearer ', ' ', 'password'])
    redact(unit.repeat(2_000_000 / unit.length));
  expect(performance.now() - start).toBeLessThan(4000);
});
