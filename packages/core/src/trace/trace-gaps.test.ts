import { expect, test } from 'vitest';
import { findGaps, type Gap } from './trace-gaps.ts';
import type { TracedRequirement } from './trace-mission.ts';
import { traceSarif } from './trace-sarif.ts';

const TEST = { path: 'a.test.js', because: 'changed' } as const;

function requirement(id: string, more: Partial<TracedRequirement> = {}): TracedRequirement {
  return {
    id,
    line: 3,
    packages: ['WP01'],
    commits: [],
    files: [],
    tests: [],
    state: 'delivered',
    ...more,
  };
}

const TRACE = {
  packages: [],
  requirements: [
    requirement('FR-001', { tests: [TEST] }),
    requirement('FR-002'),
    requirement('FR-003', { packages: [], state: 'uncovered' }),
    requirement('FR-004', { state: 'uncovered', tests: [TEST] }),
    requirement('NFR-001', { packages: [], state: 'uncovered' }),
    requirement('C-001', { state: 'planned' }),
  ],
};

test.each<[Gap | undefined, readonly string[]]>([
  [undefined, ['warning', 'warning', 'warning', 'note', 'note']],
  ['uncovered', ['warning', 'error', 'error', 'note', 'note']],
  ['untested', ['error', 'error', 'error', 'note', 'note']],
])('--fail-on %s', (failOn, severities) => {
  const gaps = findGaps(TRACE, failOn);
  expect(gaps.map(({ gap, message }) => `${gap}: ${message}`)).toEqual([
    'untested: No test counts for FR-002.',
    'uncovered: No work package delivers FR-003.',
    'uncovered: WP01 should deliver FR-004, and nothing of it is there.',
    'uncovered: No work package delivers NFR-001.',
    'untested: No test counts for C-001.',
  ]);
  expect(gaps.map(({ severity }) => severity)).toEqual(severities);
  const [run] = traceSarif(gaps, { mission: 'pay', version: '1.0.0' }).runs;
  expect(run?.results.map(({ level }) => level)).toEqual(severities);
  expect(run?.results.map(({ ruleId, ruleIndex }) => [ruleId, ruleIndex])).toEqual([
    ['SK702', 1],
    ['SK701', 0],
    ['SK701', 0],
    ['SK701', 0],
    ['SK702', 1],
  ]);
});
