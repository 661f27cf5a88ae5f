import { expect, test } from 'vitest';
import { averagePrecision, percent, score } from './score.mjs';

const row = (said, truth) => ({ said, truth });

test('recall is of the conflicts, precision of what was said', () => {
  const found = score([
    row(true, true),
    row(true, false),
    row(true, false),
    row(false, true),
    row(false, false),
  ]);
  expect(found).toMatchObject({ said: 3, truth: 2, right: 1, recall: 1 / 2, precision: 1 / 3 });
  expect(found.f1).toBeCloseTo(0.4);
});

test('of none there is no share', () => {
  const found = score([row(false, false)]);
  expect([percent(found.recall), percent(found.precision), found.f1]).toEqual(['–', '–', 0]);
});

test('who puts the conflicts first has the best average precision, and who cannot tell has their share', () => {
  const rows = (...likelihoods) => likelihoods.map((likelihood, at) => ({ likelihood, truth: at < 2 }));
  expect(averagePrecision(rows(0.9, 0.8, 0.2, 0.1))).toBe(1);
  expect(averagePrecision(rows(0, 0, 0, 0))).toBe(0.5);
  expect(averagePrecision(rows(0.9, 0.2, 0.8, 0.1))).toBeCloseTo((1 + 2 / 3) / 2);
  expect(averagePrecision([])).toBe(0);
});
