import { expect, test } from 'vitest';
import { timesOf, timesText, withTimes } from './resume-times.mjs';

test('times add up over invocations, rounded up to ten milliseconds', () => {
  const first = withTimes({}, [512, 770]);
  expect(withTimes(first, [765.2])).toEqual({ 520: 1, 770: 2 });
});

test('median, 95th percentile and maximum', () => {
  const many = Array.from({ length: 100 }, (_, index) => (index + 1) * 10);
  expect(timesOf(withTimes({}, many))).toEqual({
    resumes: 100,
    median_ms: 500,
    p95_ms: 950,
    max_ms: 1000,
    under_2_s: 100,
  });
  expect(timesOf({})).toBeUndefined();
});

test('the words say whether resumes are under two seconds', () => {
  const said = (...times) => timesText(timesOf(withTimes({}, times)));
  expect(said()).toBe('No resume was measured.');
  expect(said(770)).toBe(
    "Beyond the agents' own time a resume took 770 ms in the median, 770 ms at the 95th percentile and 770 ms at most (1 measured): all under 2 s.",
  );
  expect(said(770, 1990)).toMatch(/: all under 2 s\.$/);
  expect(said(...Array.from({ length: 99 }, () => 770), 2000)).toMatch(/: 99 of 100 under 2 s\.$/);
});
