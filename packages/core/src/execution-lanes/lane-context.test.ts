import { missionView, type ViewFacts } from '@spec-kitty/testkit/mission-view';
import { expect, test } from 'vitest';
import type { Fault } from '../fault.ts';
import { contextOf, laneContext, readManifest, recordedName, requireLane } from './lane-context.ts';
import { laneLock } from './lane-lock.ts';

const HANDLE = 'pay-01KE6Z2V';
const ID = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';
const LANES = { 'lane-a': ['WP02', 'WP01'], 'lane-planning': ['WP03'] };
const PLANNED = { 'spec.md': 's', 'plan.md': 'p', 'tasks.md': 't' };

const missionOf = (facts: ViewFacts) => missionView(facts).mission;

function refusal(act: () => unknown): Fault {
  try {
    act();
  } catch (error) {
    return error as Fault;
  }
  throw new Error('It was not refused');
}

test('a package is worked on in the folder and on the branch of its lane, in the order of the lane', () => {
  expect(laneContext(missionOf({ lanes: LANES }), 'WP01')).toEqual({
    laneId: 'lane-a',
    planning: false,
    packages: ['WP02', 'WP01'],
    folder: `${HANDLE}-lane-a`,
    branches: [`kitty/mission-${HANDLE}-lane-a`],
    missionBranch: `kitty/mission-${HANDLE}`,
    target: 'main',
  });
});

test('a planning package is worked on on the target', () => {
  const mission = missionOf({ lanes: LANES });
  const there = { ...mission, meta: { target_branch: 'develop' } };
  expect(laneContext(there, 'WP03')).toMatchObject({
    laneId: 'lane-planning',
    planning: true,
    packages: ['WP03'],
    target: 'develop',
  });
});

test('a branch that the manifest names for the mission counts, and a lane that it does not have is empty', () => {
  const mission = missionOf({ lanes: LANES });
  const manifest = { mission_branch: 'kitty/mission-old', lanes: [] };
  const context = contextOf(mission, manifest, 'lane-b');
  expect(context.packages).toEqual([]);
  expect(context.missionBranch).toBe('kitty/mission-old');
  expect(context.branches).toContain('kitty/mission-old-lane-b');
});

test('a package in no lane, and a mission without lanes, are refused with the command that computes them', () => {
  const finalize = `spec-kitty agent mission finalize-tasks --mission ${HANDLE}`;
  const hints = [expect.stringContaining(finalize)];
  expect(refusal(() => laneContext(missionOf({ lanes: LANES }), 'WP09'))).toMatchObject({
    kind: 'refused',
    code: 'LANE_NOT_FOUND',
    message: `WP09 is in no lane of ${HANDLE}.`,
    hints,
    details: { wp_id: 'WP09' },
  });
  expect(refusal(() => readManifest(missionOf({ files: PLANNED })))).toMatchObject({
    kind: 'refused',
    code: 'NOT_FINALIZED',
    message: `${HANDLE} has no lanes yet.`,
    hints,
  });
});

test.each([
  ['no JSON', 'lanes'],
  ['a list', '[]'],
  ['an id that leads out of the folder', JSON.stringify({ lanes: [{ lane_id: '../x', wp_ids: [] }] })],
])('a manifest that is damaged is named: %s', (_, text) => {
  expect(refusal(() => readManifest(missionOf({ files: { 'lanes.json': text } })))).toMatchObject({
    kind: 'refused',
    code: 'LANES_CORRUPT',
    message: expect.stringContaining('lanes.json'),
    hints: [expect.stringContaining(`finalize-tasks --mission ${HANDLE}`)],
    details: { file: `kitty-specs/${HANDLE}/lanes.json` },
  });
});

test('names of a lock and of recorded commits are of the mission, whatever its folder is called', () => {
  const mission = missionOf({});
  expect([laneLock(mission, 'lane-a'), recordedName(mission, 'WP01')]).toEqual([
    `lane-${ID}-lane-a`,
    `recorded/${ID}/WP01`,
  ]);
});

test('a name that no lane has is refused with those that there are', () => {
  const mission = missionOf({ lanes: LANES });
  expect(() => requireLane(mission, 'lane-a')).not.toThrow();
  expect(refusal(() => requireLane(mission, 'lane-z'))).toMatchObject({
    kind: 'refused',
    code: 'LANE_NOT_FOUND',
    message: `${HANDLE} has no lane "lane-z".`,
    hints: [expect.stringMatching(/lane-a.*lane-planning/)],
    details: { lane_id: 'lane-z', lanes: ['lane-a', 'lane-planning'] },
  });
});
