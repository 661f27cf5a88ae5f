import { expect, test } from 'vitest';
import { analysisFindings, analysisVerdict } from './analysis-report.ts';

test('rows with a severity are findings; prose and headers are none', () => {
  const text =
    '| ID | Severity | What |\n|--|--|--|\n| A1 | `Critical` | It contradicts the plan |\n| A2 | soon | x |\nA high wall.\n';
  expect(analysisFindings(text)).toEqual([
    { id: 'A1', severity: 'critical', summary: 'It contradicts the plan' },
  ]);
});

test.each([
  ['critical', 'blocked'],
  ['high', 'blocked'],
  ['medium', 'ready'],
  ['info', 'ready'],
])('a finding that is %s means %s', (severity, verdict) => {
  expect(analysisVerdict(analysisFindings(`| A | ${severity} |`)).verdict).toBe(verdict);
});

test('without findings work can begin', () => {
  expect(analysisVerdict([])).toEqual({
    verdict: 'ready',
    counts: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  });
});
