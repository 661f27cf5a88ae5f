import { expect, test } from 'vitest';
import { SOUND } from '../finalize/testing/sound-mission.ts';
import { checkMission } from './check-mission.ts';

const LENGTH = 300_000;

test.each([
  '[',
  '|',
  '](',
  '`',
  '[a](',
  '**',
  'a: [',
  '- FR-001: ',
  ' ',
  'Total ',
  'NEEDS CLARIFICATION ',
  '[a b]|',
])('a line of nothing but %j is checked without hanging', (part) => {
  const text = part.repeat(LENGTH / part.length);
  const started = performance.now();
  checkMission({
    plan: { ...SOUND, spec: text, plan: text, tasksMd: text },
    files: { read: () => undefined, list: () => [] },
    unreadable: [],
    exists: () => true,
  });
  // Milliseconds where it is linear, minutes where it is not.
  expect(performance.now() - started).toBeLessThan(5000);
});
