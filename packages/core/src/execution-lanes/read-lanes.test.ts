import { expect, test } from 'vitest';
import { laneOf, readLanes } from './read-lanes.ts';

const lane = (id: string, wps: string[]) => ({
  lane_id: id,
  wp_ids: wps,
  write_scope: ['src/**'],
  predicted_surfaces: ['api'],
  depends_on_lanes: [],
  parallel_group: 0,
});
const manifest = {
  version: 1,
  mission_slug: 'x-01KE6Z2V',
  mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
  mission_branch: 'kitty/mission-x-01KE6Z2V',
  target_branch: 'main',
  lanes: [lane('lane-a', ['WP01'])],
  computed_at: '2030-01-01T00:00:00+00:00',
  computed_from: 'dependency_graph+ownership',
};

test('keeps a current manifest as it is, unknown keys included', () => {
  const current = { ...manifest, surprise: 1, planning_commit_sha: 'abc' };
  expect(readLanes(JSON.stringify(current))).toEqual({ ok: true, manifest: current });
});

test('T2.4: planning packages of an old manifest are found in lane-planning', () => {
  const read = readLanes(JSON.stringify({ ...manifest, planning_artifact_wps: ['WP02', 'WP03'] }));
  expect(read.ok && laneOf(read.manifest, 'WP03')).toEqual({
    ...lane('lane-planning', ['WP02', 'WP03']),
    write_scope: [],
    predicted_surfaces: ['planning'],
  });
  expect(read.ok && laneOf(read.manifest, 'WP01')?.lane_id).toBe('lane-a');
  expect(read.ok && laneOf(read.manifest, 'WP09')).toBeUndefined();
});

test('an existing lane-planning takes the packages it lacks, and only those', () => {
  const lanes = [...manifest.lanes, lane('lane-planning', ['WP02'])];
  const read = readLanes(JSON.stringify({ ...manifest, lanes, planning_artifact_wps: ['WP02', 'WP03'] }));
  expect(read.ok && read.manifest.lanes.map(({ wp_ids }) => wp_ids)).toEqual([['WP01'], ['WP02', 'WP03']]);
});

test('reads the oldest form', () => {
  const { mission_slug: slug, mission_id: _, ...rest } = manifest;
  const read = readLanes(
    JSON.stringify({ ...rest, feature_slug: slug, lanes: [{ lane_id: 'lane-a', wp_ids: ['WP01'] }] }),
  );
  expect(read).toMatchObject({
    ok: true,
    manifest: {
      mission_slug: slug,
      mission_id: null,
      lanes: [
        {
          lane_id: 'lane-a',
          wp_ids: ['WP01'],
          write_scope: [],
          predicted_surfaces: [],
          depends_on_lanes: [],
          parallel_group: 0,
        },
      ],
    },
  });
  expect(read.ok && 'feature_slug' in read.manifest).toBe(false);
});

test.each([
  [null, 'is not an object'],
  [[], 'is not an object'],
  [{}, 'has no list of lanes'],
  [{ lanes: [{ wp_ids: [] }] }, 'without lane_id'],
  [{ lanes: [lane('lane-a', ['WP01']), { wp_ids: [] }] }, 'without lane_id'],
  [{ lanes: ['lane-a'] }, 'without lane_id'],
  [{ lanes: [{ lane_id: 'lane-a', wp_ids: [1] }] }, 'without lane_id'],
  [{ lanes: [lane('lane-a', ['WP01']), lane('lane-b', ['WP01'])] }, 'has WP01 more than once'],
  [{ lanes: [lane('lane-a', []), lane('lane-a', [])] }, 'has lane-a more than once'],
])('%j is refused', (json, message) => {
  const read = readLanes(JSON.stringify(json));
  expect(read.ok ? '' : read.message).toContain(message);
});

test('a text that is no JSON is refused with the place', () => {
  expect(readLanes('{\n  "lanes": [}\n')).toEqual({
    ok: false,
    message: 'lanes.json is not JSON in line 2, column 13.',
    place: { line: 2, column: 13 },
  });
});

test('what a lane waits for and its group are kept; a group that is no number is the first', () => {
  const waiting = { ...lane('lane-b', ['WP02']), depends_on_lanes: ['lane-a'], parallel_group: 2 };
  const odd = { ...lane('lane-c', ['WP03']), parallel_group: '2' };
  const read = readLanes(JSON.stringify({ ...manifest, lanes: [waiting, odd] }));
  expect(read.ok && read.manifest.lanes).toEqual([waiting, { ...odd, parallel_group: 0 }]);
});
