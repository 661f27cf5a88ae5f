import { laneRow, packageAfter, stampOf } from '@spec-kitty/testkit/status-rows';
import { LANES, type SourceLane } from '@spec-kitty/protocol/lane';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('ST-13: an approval by force stays visible, also once it is merged, until the package is worked on again', () => {
  const forced = laneRow(1, { from_lane: 'planned', to_lane: 'approved', force: true, reason: 'tiny' });
  const override = {
    eventId: stampOf(1).event_id,
    forced: true,
    at: stampOf(1).at,
    actor: 'ada',
    to: 'approved',
    reason: 'tiny',
    review: null,
  };
  const merged = laneRow(2, { from_lane: 'approved', to_lane: 'done', actor: 'merge' });
  const again = laneRow(2, { from_lane: 'approved', to_lane: 'planned' });
  expect(packageAfter(forced)?.override).toEqual(override);
  expect(packageAfter(forced, merged)?.override).toEqual(override);
  expect(packageAfter(forced, again)?.override).toBeNull();
  expect(packageAfter(merged)?.override).toBeNull();
});

test('ST-13: after any walk, what is approved or done names the last force that brought it there', () => {
  const step = fc.record({ to: fc.constantFrom(...LANES), force: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      let from: SourceLane = 'planned';
      let owed: string | null = null;
      const walked = steps.map(({ to, force }, index) => {
        const row = laneRow(index + 1, {
          from_lane: from,
          to_lane: to,
          force,
          reason: force ? `r${index}` : null,
        });
        if (force) owed = row.event_id;
        else if (from !== 'approved' || to !== 'done') owed = null;
        from = to;
        return row;
      });
      fc.pre(['approved', 'done'].includes(from));
      const told = packageAfter(...walked)?.override;
      const source = walked.find(({ event_id: id }) => id === owed);
      expect(told?.eventId ?? null).toBe(owed);
      if (source) expect(told).toMatchObject({ actor: source.actor, reason: source.reason });
    }),
  );
});

test('every forced move is seen while the package stays where it was put, with the review it gave or none', () => {
  const taken = laneRow(1, { from_lane: 'in_progress', to_lane: 'planned', force: true, reason: 'on leave' });
  expect(packageAfter(taken)?.override).toMatchObject({ to: 'planned', reason: 'on leave', review: null });
  const claimed = laneRow(2, { from_lane: 'planned', to_lane: 'claimed' });
  expect(packageAfter(taken, claimed)?.override).toBeNull();
  const evidence = { review: { reviewer: 'eve', verdict: 'approved', reference: 'pr-1' } } as const;
  const done = laneRow(2, { to_lane: 'done', force: true, reason: 'by hand', evidence });
  expect(packageAfter(taken, done)?.override).toMatchObject({ to: 'done', ...evidence });
});

test('completing without a look for the commit is an override, in rows of the predecessor, too', () => {
  const done = (reason: string) => laneRow(1, { from_lane: 'approved', to_lane: 'done', reason });
  expect(packageAfter(done('Done override: post-merge'))?.override).toMatchObject({
    forced: false,
    to: 'done',
    reason: 'Done override: post-merge',
  });
  expect(packageAfter(done('Merged WP01 into main'))?.override).toBeNull();
  const elsewhere = laneRow(1, { to_lane: 'approved', reason: 'Done override: not yet' });
  expect(packageAfter(elsewhere)?.override).toBeNull();
});

test('completing by force what a review approved tells of that review', () => {
  const verdict = { reviewer: 'eve', verdict: 'approved', reference: 'pr-1' };
  const approved = laneRow(1, { from_lane: 'in_review', to_lane: 'approved', review_result: verdict });
  const done = laneRow(2, { from_lane: 'approved', to_lane: 'done', force: true, reason: 'by hand' });
  expect(packageAfter(approved, done)?.override).toMatchObject({ to: 'done', review: verdict });
  const rejected = laneRow(1, {
    from_lane: 'in_review',
    to_lane: 'planned',
    review_result: { ...verdict, verdict: 'changes_requested' },
  });
  const forced = laneRow(2, { from_lane: 'planned', to_lane: 'approved', force: true, reason: 'late' });
  const landed = laneRow(3, { from_lane: 'approved', to_lane: 'done', force: true, reason: 'by hand' });
  expect(packageAfter(rejected, forced, landed)?.override).toMatchObject({ to: 'done', review: null });
});
