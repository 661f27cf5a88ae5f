import { expect, test } from 'vitest';
import { drawLanes } from './draw-lanes.ts';

test('draws a row for each lane and a column for each level', () => {
  const packages = [
    { id: 'WP01', lane: 'lane-a', dependencies: [] },
    { id: 'WP02', lane: 'lane-b', dependencies: [] },
    { id: 'WP03', lane: 'lane-b', dependencies: ['WP02'] },
    { id: 'WP04', lane: 'lane-planning', dependencies: ['WP01', 'WP03'] },
    { id: 'WP05', lane: 'lane-a', dependencies: ['WP04', 'WP01'] },
  ];
  expect(`\n${drawLanes(packages)}`).toMatchInlineSnapshot(`
    "
    lane-a           WP01 ─────────────────→ WP05    needs WP04
    lane-b           WP02 ─→ WP03
    lane-planning                    WP04    needs WP01, WP03"
  `);
});

test('a level is one more than the highest of its dependencies, in whatever order they come', () => {
  const packages = [
    { id: 'WP01', lane: 'lane-a', dependencies: ['WP02'] },
    { id: 'WP02', lane: 'lane-b', dependencies: ['WP03'] },
    { id: 'WP03', lane: 'lane-c', dependencies: [] },
  ];
  expect(`\n${drawLanes(packages)}`).toMatchInlineSnapshot(`
    "
    lane-a                    WP01    needs WP02
    lane-b            WP02    needs WP03
    lane-c    WP03"
  `);
});
