import { missionView } from '@spec-kitty/testkit/mission-view';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { nextPackages } from './next-packages.ts';

const put = (wp_id: string, to_lane: Lane, n = 1) =>
  laneRow(n, { wp_id, from_lane: 'genesis', to_lane, force: true, reason: 'r' });
const PROBLEM = { rule: 'frontmatter', message: 'It has none.', file: 'tasks/WP01.md' } as never;

test('plan and state are joined, in the order of the files', () => {
  const claim = laneRow(2, { wp_id: 'WP02' });
  const view = missionView({
    packages: [{ id: 'WP02', dependencies: ['WP01'] }, { id: 'WP01' }],
    lanes: { 'lane-a': ['WP01'], 'lane-b': ['WP02'] },
    rows: [put('WP02', 'planned'), claim],
  });
  const nothing = { busy: null, holder: null, implementers: [], since: null };
  expect(nextPackages(view)).toEqual([
    {
      id: 'WP02',
      lane: 'claimed',
      dependencies: ['WP01'],
      busy: null,
      holder: 'ada',
      implementers: ['ada'],
      since: claim.at,
    },
    { id: 'WP01', lane: 'genesis', dependencies: [], ...nothing },
  ]);
});

test('a package whose file cannot be read is not handed out; one that somebody has stays where it is', () => {
  for (const lane of LANES) {
    const view = missionView({ packages: [{ id: 'WP01', problem: PROBLEM }], rows: [put('WP01', lane)] });
    expect(nextPackages(view)[0]?.lane).toBe(lane === 'planned' ? 'blocked' : lane);
    const sound = missionView({ packages: [{ id: 'WP01' }], rows: [put('WP01', lane)] });
    expect(nextPackages(sound)[0]?.lane).toBe(lane);
  }
});

test.each(LANES)('a lane is busy for its other packages while one of them is worked on: %s', (lane) => {
  const view = missionView({
    packages: [{ id: 'WP01' }, { id: 'WP02' }, { id: 'WP03' }],
    lanes: { 'lane-a': ['WP01', 'WP02'], 'lane-b': ['WP03'] },
    rows: [put('WP01', lane), put('WP02', 'planned', 2), put('WP03', 'planned', 3)],
  });
  const worked = lane === 'claimed' || lane === 'in_progress';
  expect(nextPackages(view).map(({ busy }) => busy)).toEqual([null, worked ? 'WP01' : null, null]);
});

test('of two that are worked on in one lane, each is busy with the other', () => {
  const view = missionView({
    packages: [{ id: 'WP01' }, { id: 'WP02' }],
    lanes: { 'lane-a': ['WP01', 'WP02'] },
    rows: [put('WP01', 'claimed'), put('WP02', 'in_progress', 2)],
  });
  expect(nextPackages(view).map(({ busy }) => busy)).toEqual(['WP02', 'WP01']);
});

test('lanes.json is read only for work under way, and one that cannot be read makes nothing busy', () => {
  const packages = [{ id: 'WP01' }, { id: 'WP02' }];
  const busy = (view: ReturnType<typeof missionView>) => nextPackages(view).map((wp) => wp.busy);
  const read = () => {
    throw new Error('It was read.');
  };
  const unread = ({ mission, ...view }: ReturnType<typeof missionView>) => ({
    ...view,
    mission: { ...mission, files: { ...mission.files, read } },
  });
  expect(busy(unread(missionView({ packages, rows: [put('WP01', 'planned')] })))).toEqual([null, null]);
  expect(() => busy(unread(missionView({ packages, rows: [put('WP01', 'claimed')] })))).toThrow(
    'It was read.',
  );
  for (const files of [{}, { 'lanes.json': '{' }])
    expect(busy(missionView({ packages, files, rows: [put('WP01', 'claimed')] }))).toEqual([null, null]);
});
