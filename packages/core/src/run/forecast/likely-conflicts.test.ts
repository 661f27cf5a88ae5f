import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { expect, test } from 'vitest';
import { forecastResources, forecastSentence, likelyConflicts } from './likely-conflicts.ts';

const pair = (a: string, b: string, likelihood: number) => ({
  a,
  b,
  likelihood,
  reasons: [{ path: 'CHANGELOG.md', likelihood, why: ['history', 'history'] as const }],
});

const lane = (id: string, ...wps: readonly string[]) => ({ lane_id: id, wp_ids: wps });
const lanes = { lanes: [lane('lane-a', 'WP01', 'WP02'), lane('lane-b', 'WP03'), lane('lane-c', 'WP04')] };

test('what shares a lane, rests on the other, or is unlikely is not told', () => {
  const dependencies = new Map([
    ['WP01', []],
    ['WP02', []],
    ['WP03', ['WP02']],
    ['WP04', ['WP03']],
  ]);
  const all = [
    pair('WP01', 'WP02', 0.9),
    pair('WP01', 'WP03', 0.2),
    pair('WP01', 'WP04', 0.19),
    pair('WP02', 'WP04', 0.9),
  ];
  const found = likelyConflicts(all, { lanes: lanes as unknown as LanesManifest, dependencies });
  expect(found.map(({ a, b }) => `${a} ${b}`)).toEqual(['WP01 WP03']);
});

test('two packages that are not to be worked on at once need something for themselves alone', () => {
  const resources = forecastResources([pair('WP01', 'WP03', 0.5), pair('WP01', 'WP04', 0.5)]);
  expect([...resources]).toEqual([
    ['WP01', ['forecast:WP01+WP03', 'forecast:WP01+WP04']],
    ['WP03', ['forecast:WP01+WP03']],
    ['WP04', ['forecast:WP01+WP04']],
  ]);
});

test('a sentence says where and why', () => {
  const reasons = [
    { path: 'CHANGELOG.md', likelihood: 0.4, why: ['history', 'history'] as const },
    { path: 'src/a.ts', likelihood: 0.1, why: ['owned', 'symbols'] as const },
  ];
  expect(forecastSentence({ a: 'WP01', b: 'WP03', likelihood: 0.416, reasons })).toBe(
    'WP01 and WP03 may conflict (42 %): what both own has changed together with CHANGELOG.md; src/a.ts, which WP01 owns and WP03 has definitions for.',
  );
});
