import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import type { SlotLane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { uninitializedPackage } from '../status/package-state.ts';
import type { LogState } from '../status/reduce.ts';
import { type MergeInput, planMerge } from './plan-merge.ts';

const lane = (lane_id: string, wp_ids: string[], parallel_group: number) => ({
  lane_id,
  wp_ids,
  parallel_group,
  write_scope: [],
  predicted_surfaces: [],
  depends_on_lanes: [],
});

const manifest: LanesManifest = {
  version: 1,
  mission_slug: 'm',
  mission_id: null,
  mission_branch: 'kitty/mission-m',
  target_branch: 'main',
  lanes: [
    lane('lane-b', ['WP03'], 1),
    lane('lane-a', ['WP01', 'WP02'], 0),
    lane('lane-planning', ['WP04'], 0),
  ],
  computed_at: '',
  computed_from: '',
};

function given(lanes: Record<string, SlotLane>, more: Partial<MergeInput> = {}): MergeInput {
  const packages = new Map(
    Object.entries(lanes).map(([id, at]) => {
      const draft = uninitializedPackage();
      return [id, { ...draft, commit: `commit-${id}`, slot: { ...draft.slot, lane: at } }];
    }),
  );
  const state: LogState = {
    packages,
    eventCount: 0,
    lastEventId: null,
    lastAt: null,
    missionSlug: 'm',
    retrospective: null,
  };
  return {
    manifest: () => manifest,
    state,
    packages: Object.keys(lanes),
    accepted: true,
    withoutAcceptance: false,
    ...more,
  };
}

test('lanes go in order of their group, planning packages aside, and only approved work is taken', () => {
  expect(
    planMerge(given({ WP01: 'approved', WP02: 'canceled', WP03: 'approved', WP04: 'approved' })),
  ).toEqual({
    lanes: [
      { laneId: 'lane-a', packages: ['WP01'], commits: ['commit-WP01'] },
      { laneId: 'lane-b', packages: ['WP03'], commits: ['commit-WP03'] },
    ],
    planning: ['WP04'],
    completes: ['WP01', 'WP03', 'WP04'],
    unaccepted: false,
  });
});

test('open work is named, also a package without events', () => {
  const input = given({ WP01: 'approved', WP02: 'in_review' });
  expect(planMerge({ ...input, packages: ['WP01', 'WP02', 'WP09'] })).toEqual({
    code: 'MISSION_NOT_READY',
    incomplete: [
      { wp: 'WP02', lane: 'in_review' },
      { wp: 'WP09', lane: 'genesis' },
    ],
  });
});

test('a package of the log that no file speaks of is never left out', () => {
  const input = given({ WP01: 'approved', WP02: 'approved', WP03: 'planned', WP04: 'canceled' });
  expect(planMerge({ ...input, packages: ['WP01'] })).toEqual({
    code: 'WORK_PACKAGE_FILE_GONE',
    gone: [
      { wp: 'WP02', lane: 'approved', started: false },
      { wp: 'WP03', lane: 'planned', started: false },
    ],
  });
  const done = given({ WP01: 'done', WP02: 'approved' });
  expect(planMerge({ ...done, packages: ['WP01'] })).toMatchObject({ code: 'WORK_PACKAGE_FILE_GONE' });
});

test('nothing becomes done that is in no lane', () => {
  expect(planMerge(given({ WP01: 'approved', WP09: 'approved' }))).toEqual({
    code: 'LANE_NOT_FOUND',
    wp: 'WP09',
  });
});

test('without acceptance only on demand', () => {
  const input = given({ WP01: 'approved' }, { accepted: false });
  expect(planMerge(input)).toEqual({ code: 'ACCEPTANCE_REQUIRED', acceptedFor: null });
  expect(planMerge({ ...input, withoutAcceptance: true })).toMatchObject({
    completes: ['WP01'],
    unaccepted: true,
  });
});

test('a finished mission has nothing to merge', () => {
  expect(planMerge(given({ WP01: 'done', WP02: 'canceled' }))).toEqual({ code: 'NOTHING_TO_MERGE' });
});
