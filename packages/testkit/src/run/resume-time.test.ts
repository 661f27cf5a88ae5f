import { formatInstant } from '@spec-kitty/core/instant';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { expect, test } from 'vitest';
import { resumeTime } from './resume-time.ts';

const at = (ms: number): { readonly at: string } => ({ at: formatInstant(ms * 1000) });
const spawned = (attempt: string, ms: number): RunRecord => ({
  ...at(ms),
  kind: 'attempt_spawned',
  attempt,
  process: { pid: 1 },
});
const ended = (attempt: string, ms: number): RunRecord => ({
  ...at(ms),
  kind: 'attempt_ended',
  attempt,
  how: 'exited',
  reason: '',
  usage: {},
});

test('what passes while no agent is at work is the time of the resume', () => {
  expect(resumeTime({ startedAt: 1000, endedAt: 1700 }, [])).toBe(700);
  const one = [spawned('A', 1200), ended('A', 5200)];
  expect(resumeTime({ startedAt: 1000, endedAt: 5500 }, one)).toBe(500);
});

test('agents that are at work at once count once', () => {
  const two = [spawned('A', 1100), spawned('B', 1200), ended('A', 1500), ended('B', 1900)];
  expect(resumeTime({ startedAt: 1000, endedAt: 2000 }, two)).toBe(200);
});

test('what was noted before it began is of the engine that died: its agents are ended, and not waited for', () => {
  const left = [spawned('A', 400), ended('A', 1150), spawned('B', 1300), ended('B', 1400)];
  expect(resumeTime({ startedAt: 1000, endedAt: 1500 }, left)).toBe(400);
});
