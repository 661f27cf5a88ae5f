import { laneRow, packageAfter, stampOf } from '@spec-kitty/testkit/status-rows';
import { LANES, type SourceLane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import type { Transition } from '../status/decide-transition.ts';
import type { PackageState } from '../status/package-state.ts';
import { afterStep, lanesPassed, RECORDED, route } from './move-route.ts';

/** A package whose last event, forced, led to a lane. */
function standing(lane: SourceLane): PackageState | undefined {
  if (lane === 'genesis') return undefined;
  return packageAfter(laneRow(1, { from_lane: 'genesis', to_lane: lane, force: true, reason: 'r' }));
}

const FROM: readonly SourceLane[] = ['genesis', ...LANES];

test('a move goes straight to its lane, but for a verdict without a review and for approved work that changed', () => {
  const detours: Record<string, string> = {
    'for_review > planned': 'in_review',
    'for_review > in_progress': 'in_review',
    'for_review > doing': 'in_review',
    'approved > for_review': 'in_progress',
  };
  for (const from of FROM) {
    for (const to of [...LANES, 'doing', 'nowhere']) {
      const detour = detours[`${from} > ${to}`];
      expect(route(standing(from), { to, force: false })).toEqual(detour ? [detour, to] : [to]);
      expect(route(standing(from), { to, force: true })).toEqual([to]);
      expect(lanesPassed(standing(from), { to, force: true })).toEqual([to]);
    }
  }
});

test.each<[SourceLane, string, readonly string[]]>([
  ['planned', 'for_review', ['claimed', 'in_progress', 'for_review']],
  ['planned', 'doing', ['claimed', 'in_progress']],
  ['for_review', 'done', ['in_review', 'approved', 'done']],
  // The first station decides where the second starts from.
  ['for_review', 'planned', ['in_review', 'planned']],
  ['for_review', 'in_progress', ['in_review', 'in_progress']],
  ['approved', 'for_review', ['in_progress', 'for_review']],
  ['approved', 'planned', ['planned']],
  ['planned', 'blocked', ['blocked']],
  ['genesis', 'planned', ['planned']],
  ['planned', 'nowhere', ['nowhere']],
])('from %s to %s it enters %j', (from, to, lanes) => {
  expect(lanesPassed(standing(from), { to, force: false })).toEqual(lanes);
});

test('a step is folded as its row would be, and the state that it starts from stays as it was', () => {
  const before = standing('planned');
  if (before === undefined) throw new Error('It has an event.');
  const copy = structuredClone(before);
  const step: Transition = {
    wpId: 'WP01',
    from: 'planned',
    to: 'claimed',
    actor: 'bob',
    force: false,
    reason: null,
    reviewRef: null,
    evidence: null,
    reviewResult: null,
    approvingImplementer: null,
  };
  const after = afterStep(before, step);
  expect([after.slot.lane, after.holder, after.implementers]).toEqual(['claimed', 'bob', ['bob']]);
  expect(before).toEqual(copy);
  const first = laneRow(1, { from_lane: 'genesis', to_lane: 'planned', force: true, reason: 'r' });
  const folded = packageAfter(first, laneRow(2, { ...stampOf(2), actor: 'bob' }));
  expect([after.slot.lane, after.holder, after.worker, after.implementers]).toEqual([
    folded?.slot.lane,
    folded?.holder,
    folded?.worker,
    folded?.implementers,
  ]);
});

test('a commit is recorded from the submission of work on', () => {
  expect(LANES.filter((lane) => RECORDED.has(lane))).toEqual(['for_review', 'in_review', 'approved', 'done']);
});
