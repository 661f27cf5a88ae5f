import fc from 'fast-check';
import { expect, test } from 'vitest';
import { laneBranches, worktreeFolder } from './branch-names.ts';
import { collapseReport, computeLanes, type LanePackage } from './compute-lanes.ts';
import { globsIntersect } from './globs-intersect.ts';
import { codeLaneId } from './lane-ids.ts';

const wp = (id: string, ownedFiles: string[], more: Partial<LanePackage> = {}): LanePackage => ({
  id,
  dependencies: [],
  planning: false,
  ownedFiles,
  ...more,
});
const planning = (id: string, dependencies: string[] = []) =>
  wp(id, ['docs/**'], { planning: true, dependencies });

function lanes(packages: readonly LanePackage[]) {
  const computed = computeLanes(packages);
  if (!computed.ok) throw new Error('refused');
  return computed.lanes;
}
const shape = (packages: readonly LanePackage[]) =>
  lanes(packages).map(
    (lane) =>
      `${lane.lane_id} ${lane.wp_ids.join('+')} <${lane.depends_on_lanes.join()}> ${lane.parallel_group}`,
  );

test('T2.1, T2.2: every planning package is in the one lane called lane-planning', () => {
  const [lane] = lanes([planning('WP02'), planning('WP01', ['WP02'])]);
  expect(lanes([planning('WP02'), planning('WP01', ['WP02'])])).toHaveLength(1);
  expect(lane).toEqual({
    lane_id: 'lane-planning',
    wp_ids: ['WP02', 'WP01'],
    write_scope: ['docs/**'],
    predicted_surfaces: ['planning'],
    depends_on_lanes: [],
    parallel_group: 0,
  });
});

test("T2.3: the branch of lane-planning is the mission's target branch", () => {
  const names = { directory: 'x-01KE6Z2V', missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', storedBranch: undefined };
  expect(laneBranches({ ...names, targetBranch: 'release/2.x' }, 'lane-planning')).toEqual({
    create: 'release/2.x',
    candidates: ['release/2.x'],
  });
});

test('T2.6: code packages get lane-a and so on, with their write scope', () => {
  expect(
    lanes([
      planning('WP01'),
      wp('WP02', ['src/b', 'src/a'], { dependencies: ['WP01'] }),
      wp('WP03', ['lib/**']),
    ]),
  ).toMatchObject([
    {
      lane_id: 'lane-b',
      wp_ids: ['WP03'],
      write_scope: ['lib/**'],
      predicted_surfaces: [],
      parallel_group: 0,
    },
    { lane_id: 'lane-planning', wp_ids: ['WP01'], parallel_group: 0 },
    {
      lane_id: 'lane-a',
      wp_ids: ['WP02'],
      write_scope: ['src/a', 'src/b'],
      depends_on_lanes: ['lane-planning'],
      parallel_group: 1,
    },
  ]);
});

test('overlap joins lanes, also through a third package; dependencies do not', () => {
  const packages = [
    wp('WP01', ['src/a/**'], { dependencies: ['WP04'] }),
    wp('WP02', ['src/b/**', 'src/a/x.ts'], { dependencies: ['WP01'] }),
    wp('WP03', ['src/b/y.ts']),
    wp('WP04', ['src/ab.ts']),
    wp('WP05', ['src/c.ts'], { dependencies: ['WP03', 'WP04'] }),
  ];
  expect(shape(packages)).toEqual([
    'lane-b WP04 <> 0',
    'lane-a WP01+WP02+WP03 <lane-b> 1',
    'lane-c WP05 <lane-a,lane-b> 2',
  ]);
  const computed = computeLanes(packages);
  expect(
    computed.ok &&
      collapseReport(computed.merges, new Map(packages.map((one) => [one.id, one.dependencies]))),
  ).toEqual({
    events: [
      {
        wp_a: 'WP01',
        wp_b: 'WP02',
        rule: 'write_scope_overlap',
        evidence: "overlapping globs: 'src/a/**' vs 'src/a/x.ts'; WP02 depends on WP01",
      },
      {
        wp_a: 'WP02',
        wp_b: 'WP03',
        rule: 'write_scope_overlap',
        evidence: "overlapping globs: 'src/b/**' vs 'src/b/y.ts'",
      },
    ],
    total_merges: 2,
    independent_wps_collapsed: 1,
    by_rule: { write_scope_overlap: 2 },
  });
  expect(collapseReport([], new Map())).toBeUndefined();
});

test('lanes may wait for each other without an endless chain', () => {
  expect(
    shape([
      wp('WP01', ['a']),
      wp('WP02', ['b'], { dependencies: ['WP01'] }),
      wp('WP03', ['a'], { dependencies: ['WP02'] }),
    ]),
  ).toEqual(['lane-b WP02 <lane-a> 1', 'lane-a WP01+WP03 <lane-b> 2']);
});

test('work that has started keeps its lane, whatever the files say now', () => {
  const started = [
    wp('WP01', ['a'], { startedIn: 'lane-b' }),
    wp('WP02', ['a', 'b'], { startedIn: 'lane-a', dependencies: ['WP01'] }),
    wp('WP03', ['b']),
    wp('WP04', ['c'], { startedIn: 'lane-a' }),
    wp('WP05', ['d']),
  ];
  expect(shape(started)).toEqual([
    'lane-b WP01 <> 0',
    'lane-c WP05 <> 0',
    'lane-a WP02+WP03+WP04 <lane-b> 1',
  ]);
  expect(computeLanes([wp('WP01', ['a'], { startedIn: 'lane-planning' }), planning('WP02')])).toEqual({
    ok: false,
    stranded: [{ id: 'WP01', lane: 'lane-planning' }],
  });
});

test('lane ids go on after z', () => {
  expect([0, 25, 26, 51, 52, 99].map(codeLaneId)).toEqual([
    'lane-a',
    'lane-z',
    'lane-aa',
    'lane-az',
    'lane-ba',
    'lane-cv',
  ]);
});

test('the worktree of a lane is named after the directory verbatim', () => {
  expect(worktreeFolder('billing-01M7XR50', 'lane-a')).toBe('billing-01M7XR50-lane-a');
});

test('every package is in exactly one lane, overlapping ones in the same, and the order of input does not matter', () => {
  const ids = Array.from({ length: 8 }, (_, index) => `WP0${index + 1}`);
  const one = (id: string) =>
    fc.record({
      id: fc.constant(id),
      dependencies: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 }),
      planning: fc.boolean(),
      ownedFiles: fc.uniqueArray(fc.constantFrom('a', 'a/b', 'a/c', 'b/**', 'b/x', '**/x', 'd', 'e', 'f'), {
        maxLength: 2,
      }),
    });
  fc.assert(
    fc.property(
      fc.tuple(...ids.map(one)),
      fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
      (packages, order) => {
        const found = lanes(packages);
        expect(found.flatMap(({ wp_ids }) => wp_ids).toSorted()).toEqual(ids);
        const laneOf = (id: string) => found.find(({ wp_ids }) => wp_ids.includes(id))?.lane_id;
        for (const a of packages) {
          expect(laneOf(a.id) === 'lane-planning').toBe(a.planning);
          for (const b of packages) {
            const overlap = a.ownedFiles.some((left) =>
              b.ownedFiles.some((right) => globsIntersect(left, right)),
            );
            if (overlap && !a.planning && !b.planning) expect(laneOf(a.id)).toBe(laneOf(b.id));
          }
        }
        const shuffled = packages.toSorted(
          (a, b) => (order[ids.indexOf(a.id)] ?? 0) - (order[ids.indexOf(b.id)] ?? 0),
        );
        expect(computeLanes(shuffled)).toEqual(computeLanes(packages));
      },
    ),
  );
});

test('stranded packages are named in their order, however they came into one lane', () => {
  const started = { startedIn: 'lane-planning' };
  const packages = [wp('WP01', ['a'], started), wp('WP02', ['b'], started), wp('WP03', ['a', 'b'], started)];
  expect(computeLanes(packages)).toEqual({
    ok: false,
    stranded: ['WP01', 'WP02', 'WP03'].map((id) => ({ id, lane: 'lane-planning' })),
  });
});
