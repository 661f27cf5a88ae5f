import { expect, test } from 'vitest';
import type { RunRecord } from './run-record.ts';
import { foldRun } from './run-state.ts';

const at = '2026-01-01T00:00:00.000000Z';
const options = {
  implementers: ['a'],
  reviewer: null,
  maxParallel: 1,
  until: 'merge',
  maxCycles: 1,
  timeoutMs: 1000,
  budget: { usd: null, tokens: null },
} as const;
const begun: readonly RunRecord[] = [
  { at, kind: 'run_started', run_id: 'r', options, fence: '' },
  {
    at,
    kind: 'attempt_started',
    attempt: '1',
    wp: 'WP01',
    role: 'implementer',
    agent: 'a',
    actor: 'a:implementer',
  },
];

test('everything that is known of the end of an attempt is kept', () => {
  const end = {
    how: 'exited',
    reason: '',
    usage: {},
    session: 's',
    outside: [{ root: '/r', files: ['a'], patch: null }],
  } as const;
  const state = foldRun([...begun, { at, kind: 'attempt_ended', attempt: '1', ...end }]);
  expect(state?.attempts[0]?.end).toEqual({ ...end, at });
});

test('what was accepted, what has landed and what went back is kept in order', () => {
  const accepted = { at, kind: 'mission_accepted' } as const;
  const landed = {
    at,
    kind: 'mission_landed',
    commit: null,
    sent_back: [{ wp: 'WP01', reason: 'x' }],
  } as const;
  expect(foldRun([...begun, accepted, landed, accepted])?.closings).toEqual([accepted, landed, accepted]);
});

test('the last attempt of what a merge has sent back knows why', () => {
  const sent = [{ wp: 'WP01', reason: 'It conflicts.' }];
  const landed = { at, kind: 'mission_landed', commit: null, sent_back: sent } as const;
  const state = foldRun([...begun, { ...begun[1], attempt: '2' } as RunRecord, landed]);
  expect(state?.attempts.map(({ sentBack }) => sentBack)).toEqual([undefined, 'It conflicts.']);
});
