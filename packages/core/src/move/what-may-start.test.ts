import { missionView, type ViewFacts } from '@spec-kitty/testkit/mission-view';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane } from '@spec-kitty/protocol/lane';
import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { requireStartable } from './require-startable.ts';

const put = (to_lane: Lane, more: Partial<LaneEvent> = {}, n = 1) =>
  laneRow(n, { from_lane: 'genesis', to_lane, force: true, reason: 'r', ...more });
const PROBLEM = { rule: 'frontmatter', message: 'It has none.', file: 'tasks/WP01.md' } as never;

/** What refuses to let WP01 go on to a lane; `undefined` when nothing does. */
function refusal(to: string | undefined, facts: ViewFacts): string | undefined {
  const view = missionView({ lanes: { 'lane-a': ['WP01', 'WP02'] }, ...facts });
  const [wp] = view.packages;
  if (wp === undefined) throw new Error('The view has a package.');
  try {
    requireStartable(view, wp, to);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

const WAITING = [{ id: 'WP01', dependencies: ['WP02'] }, { id: 'WP02' }];
const BESIDE = [{ id: 'WP01' }, { id: 'WP02' }];
const STARTS: ReadonlySet<string | undefined> = new Set(['claimed', 'in_progress']);
const other = put('in_progress', { wp_id: 'WP02' }, 9);

test('what is planned, or was blocked before anybody began, waits for what it depends on', () => {
  for (const to of [...LANES, undefined]) {
    for (const from of LANES) {
      const waits = STARTS.has(to) && (from === 'planned' || from === 'blocked');
      const expected = waits ? 'DEPENDENCIES_NOT_SATISFIED' : undefined;
      expect([from, to, refusal(to, { packages: WAITING, rows: [put(from)] })]).toEqual([from, to, expected]);
    }
  }
});

test('and so it does for a file that can be read', () => {
  const packages = [{ id: 'WP01', problem: PROBLEM }];
  for (const from of LANES) {
    const expected = from === 'planned' || from === 'blocked' ? 'WP_FILE_INVALID' : undefined;
    expect([from, refusal('claimed', { packages, rows: [put(from)] })]).toEqual([from, expected]);
  }
});

test('work that was begun and blocked goes on, whatever became of its dependencies', () => {
  const rows = [put('planned'), laneRow(2), put('blocked', { from_lane: 'claimed' }, 3)];
  expect(refusal('in_progress', { packages: WAITING, rows })).toBeUndefined();
});

test('a lane that is worked in is not started in, be the package planned, blocked or approved', () => {
  const lanes: ReadonlySet<Lane> = new Set(['planned', 'blocked', 'approved']);
  for (const to of [...LANES, undefined]) {
    for (const from of LANES) {
      const expected = STARTS.has(to) && lanes.has(from) ? 'LANE_BUSY' : undefined;
      expect([from, to, refusal(to, { packages: BESIDE, rows: [put(from), other] })]).toEqual([
        from,
        to,
        expected,
      ]);
    }
  }
});
