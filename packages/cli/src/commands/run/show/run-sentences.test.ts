import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { expect, test } from 'vitest';
import { recordSentence } from './run-sentences.ts';

const at = '2026-01-01T00:00:00.000000Z';
const ended = (how: 'exited' | 'timed_out', reason: string): RunRecord => ({
  at,
  kind: 'attempt_ended',
  attempt: '1',
  how,
  reason,
  usage: {},
});
const attempt = (role: 'implementer' | 'reviewer') => ({
  id: '1',
  wp: 'WP01',
  role,
  agent: 'codex',
  actor: `codex:${role}`,
  startedAt: at,
  process: null,
  end: null,
  result: null,
  isPast: false,
});

test.each([
  ['implementer', ended('exited', ''), 'WP01  codex has ended; its evidence is checked'],
  ['implementer', ended('timed_out', 'It took too long.'), 'WP01  codex: It took too long.'],
  ['reviewer', ended('exited', ''), undefined],
] as const)('that the agent of an %s has ended is told while its work is looked at', (role, record, told) => {
  expect(recordSentence(record, attempt(role), 1)).toBe(told);
});
