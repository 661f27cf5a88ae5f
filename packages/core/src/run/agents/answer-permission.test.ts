import { expect, test } from 'vitest';
import type { Permissions } from './agent-entry.ts';
import { answerPermission } from './answer-permission.ts';

const OPTIONS = [
  { id: 'always', kind: 'allow_always' },
  { id: 'once', kind: 'allow_once' },
  { id: 'never', kind: 'reject_always' },
  { id: 'no', kind: 'reject_once' },
];
const PLACE = { workspace: '/w/lane', reportFile: '/r/report.json' };

const answer = (policy: Permissions, kind: string | null, paths: readonly string[] = [], options = OPTIONS) =>
  answerPermission(policy, { kind, paths, options }, PLACE);

test.each<[Permissions, string | null, string]>([
  ['all', 'execute', 'once'],
  ['all', null, 'once'],
  ['edits', 'edit', 'once'],
  ['edits', 'read', 'once'],
  ['edits', 'execute', 'no'],
  ['edits', 'fetch', 'no'],
  ['edits', null, 'no'],
  ['none', 'read', 'no'],
])('%s: %s is answered by %s', (policy, kind, answered) => expect(answer(policy, kind)).toBe(answered));

test.each([
  ['/w/lane/src/a.js', 'once'],
  ['/w/lane', 'once'],
  ['src/a.js', 'once'],
  ['/r/report.json', 'once'],
  ['/r/other.json', 'no'],
  ['/w/lane-b/a.js', 'no'],
  ['/w/lane/../lane-b/a.js', 'no'],
  ['../a.js', 'no'],
  ['C:\\w\\a.js', 'no'],
])('a change of %s is answered by %s', (path, answered) => {
  expect(answer('all', 'edit', ['/w/lane/b.js', path])).toBe(answered);
  expect(answer('all', 'read', [path])).toBe('once');
});

test('Windows has its own kind of slash', () => {
  const place = { workspace: 'C:\\w\\lane', reportFile: 'C:\\r\\report.json' };
  const asked = (path: string) =>
    answerPermission('all', { kind: 'edit', paths: [path], options: OPTIONS }, place);
  expect([asked('C:\\w\\lane\\a.js'), asked('C:\\r\\report.json'), asked('C:\\w\\b.js')]).toEqual([
    'once',
    'once',
    'no',
  ]);
});

test('an answer for ever is given only where there is no other, and none where none will do', () => {
  expect(answer('all', 'read', [], [{ id: 'always', kind: 'allow_always' }])).toBe('always');
  expect(answer('none', 'read', [], [{ id: 'always', kind: 'allow_always' }])).toBeUndefined();
});
