import { expect, test } from 'vitest';
import { SystemClock } from './system-clock.ts';

test('readings within one millisecond differ by a microsecond', () => {
  const clock = new SystemClock(() => 5);
  expect([clock.nowMicros(), clock.nowMicros(), clock.nowMicros()]).toEqual([5000, 5001, 5002]);
});

test('a clock that is set back never repeats a reading', () => {
  const times = [10, 9, 9, 11];
  const clock = new SystemClock(() => times.shift() ?? 0);
  expect([clock.nowMicros(), clock.nowMicros(), clock.nowMicros(), clock.nowMicros()]).toEqual([
    10_000, 10_001, 10_002, 11_000,
  ]);
});

test('reads the real time', () => {
  const before = Date.now();
  const micros = new SystemClock().nowMicros();
  expect(micros / 1000).toBeGreaterThanOrEqual(before);
  expect(micros / 1000).toBeLessThanOrEqual(Date.now() + 1);
});
