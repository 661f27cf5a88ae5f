import {
  annotationRow,
  laneRow,
  logOf,
  logText,
  packageAfter,
  stampOf,
} from '@spec-kitty/testkit/status-rows';
import { LANES, type SourceLane } from '@spec-kitty/protocol/lane';
import type { AnnotationDelta, LaneEvent, NewRow } from '@spec-kitty/protocol/status-row';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLog } from './rows/decode-log.ts';
import { reduce, stateFromJson, stateToJson } from './reduce.ts';
import { toSnapshot } from './snapshot.ts';

const slotAfter = (...rows: NewRow[]) => packageAfter(...rows)?.slot;
const review = { reviewer: 'bob', verdict: 'changes_requested', reference: 'review-cycle://m/WP01/1' };

test('reduces the minimal trace of L§C', () => {
  const agent = { policy_metadata: { agent: 'claude' }, actor: 'claude' };
  const state = reduce(
    logOf(
      laneRow(1, { from_lane: 'genesis', to_lane: 'planned', actor: 'finalize-tasks' }),
      laneRow(2, agent),
      laneRow(3, { ...agent, from_lane: 'claimed', to_lane: 'in_progress' }),
      annotationRow(4, { subtasks: { T001: 'done' } }, { actor: 'claude' }),
    ),
  );
  expect(state).toMatchObject({ eventCount: 3, lastEventId: stampOf(3).event_id, lastAt: stampOf(3).at });
  expect(state.missionSlug).toBe('invoice-export-01KE6Z2V');
  expect(toSnapshot(state, { mission_number: null })).toMatchObject({
    materialized_at: stampOf(3).at,
    mission_number: '',
    mission_type: '',
    summary: { in_progress: 1, planned: 0 },
  });
  expect(state.packages.get('WP01')?.slot).toEqual({
    lane: 'in_progress',
    actor: 'claude',
    agent: 'claude',
    force_count: 0,
    subtasks: { T001: 'done' },
    last_event_id: stampOf(3).event_id,
    last_transition_at: stampOf(3).at,
  });
});

test('an empty log has no slug, no time and no packages', () => {
  expect(toSnapshot(reduce(logOf()), { mission_type: 'research', mission_number: 7 })).toEqual({
    event_count: 0,
    last_event_id: null,
    materialized_at: '',
    mission_number: '7',
    mission_slug: '',
    mission_type: 'research',
    summary: Object.fromEntries(LANES.map((lane) => [lane, 0])),
    work_packages: {},
  });
});

test('annotations alone leave a package uninitialized and uncounted', () => {
  const state = reduce(logOf(annotationRow(1, { note: 'early' })));
  const { summary, work_packages: packages, event_count: count } = toSnapshot(state, {});
  expect([Object.values(summary), count]).toEqual([LANES.map(() => 0), 0]);
  expect(packages['WP01']).toEqual({
    lane: 'uninitialized',
    actor: null,
    last_transition_at: null,
    last_event_id: null,
    force_count: 0,
    notes: ['early'],
  });
});

test('orders by text, not by instant: a Z sorts after a fraction', () => {
  const early = laneRow(1, { at: '2026-01-05T10:00:20.5+00:00', to_lane: 'blocked' });
  const late = laneRow(0, { at: '2026-01-05T10:00:20Z', to_lane: 'canceled' });
  expect(slotAfter(late, early)?.lane).toBe('canceled');
});

test('of two events at one instant a rollback wins, whichever id is higher', () => {
  const at = stampOf(9).at;
  const forward = { at, from_lane: 'in_review', to_lane: 'approved' } as const;
  const back = { at, from_lane: 'in_review', to_lane: 'in_progress' } as const;
  expect(slotAfter(laneRow(1, back), laneRow(2, forward))?.lane).toBe('in_progress');
  expect(slotAfter(laneRow(1, forward), laneRow(2, back))?.lane).toBe('in_progress');
  expect(slotAfter(laneRow(1, back), laneRow(2, { ...forward, at: stampOf(10).at }))?.lane).toBe('approved');
  expect(slotAfter(laneRow(1, back), laneRow(2, { ...forward, wp_id: 'WP02' }))?.lane).toBe('in_progress');
});

test('a rollback outweighs nothing once a later event has followed it', () => {
  const [back, late, later] = [1, 2, 3].map((n) => ({ ...laneRow(n), at: stampOf(Math.min(n, 2)).at }));
  expect(
    slotAfter(
      { ...back, from_lane: 'in_review', to_lane: 'in_progress' } as LaneEvent,
      { ...late, from_lane: 'in_progress', to_lane: 'for_review' } as LaneEvent,
      { ...later, from_lane: 'for_review', to_lane: 'in_review' } as LaneEvent,
    )?.lane,
  ).toBe('in_review');
});

test('leaving for_review for in_progress is a rollback only with a review_ref', () => {
  const back = { from_lane: 'for_review', to_lane: 'in_progress', at: stampOf(1).at } as const;
  const forward = laneRow(2, { from_lane: 'for_review', to_lane: 'in_review', at: stampOf(1).at });
  expect(slotAfter(laneRow(1, { ...back, review_ref: 'x' }), forward)?.lane).toBe('in_progress');
  expect(slotAfter(laneRow(1, back), forward)?.lane).toBe('in_review');
});

test('a claim copies the runtime binding of its policy, and nothing blank', () => {
  const policy = { shell_pid: 7, shell_pid_created_at: '12.5', agent: 'claude' };
  const bound = { shell_pid: 7, shell_pid_created_at: '12.5', agent: 'claude' };
  expect(slotAfter(laneRow(1, { policy_metadata: policy }))).toMatchObject(bound);
  const blank = laneRow(3, { policy_metadata: { shell_pid: null, agent: '' } });
  expect(slotAfter(laneRow(1, { policy_metadata: policy }), blank)).toMatchObject(bound);
  const other = laneRow(1, { from_lane: 'genesis', to_lane: 'planned', policy_metadata: policy });
  expect(slotAfter(other)).not.toHaveProperty('agent');
  expect(slotAfter(laneRow(1, { from_lane: 'blocked', policy_metadata: policy }))).not.toHaveProperty(
    'agent',
  );
});

test('a review result is carried until the review is left without one', () => {
  const enter = laneRow(1, { from_lane: 'for_review', to_lane: 'in_review' });
  const leave = laneRow(2, { from_lane: 'in_review', to_lane: 'planned', review_result: review });
  expect(slotAfter(enter)).not.toHaveProperty('review_result');
  expect(slotAfter(enter, leave, laneRow(3))?.review_result).toEqual(review);
  expect(
    slotAfter(leave, laneRow(3, { from_lane: 'in_review', to_lane: 'planned' }))?.review_result,
  ).toBeNull();
});

test('annotations fold by key: latest scalar, merged subtasks, notes in order, blanks ignored', () => {
  const deltas: AnnotationDelta[] = [
    {
      shell_pid: 1,
      agent: 'a',
      role: 'implementer',
      subtasks: { T001: 'done', T002: 'planned' },
      note: 'one',
    },
    { agent: '', role: 'reviewer', subtasks: { T002: 'done' }, note: 'two', model: 'm' },
  ];
  expect(slotAfter(...deltas.map((delta, index) => annotationRow(index + 1, delta)))).toMatchObject({
    shell_pid: 1,
    agent: 'a',
    role: 'reviewer',
    model: 'm',
    subtasks: { T001: 'done', T002: 'done' },
    notes: ['one', 'two'],
  });
});

test('tracker references unite, or are replaced, without repeats', () => {
  const rows = [
    annotationRow(1, { tracker_refs: ['#2', '#1'] }),
    annotationRow(2, { tracker_refs: ['#1', '#3'] }),
  ];
  expect(slotAfter(...rows)?.tracker_refs).toEqual(['#2', '#1', '#3']);
  expect(slotAfter(...rows, annotationRow(3, { tracker_refs_replace: ['#9', '#9'] }))?.tracker_refs).toEqual([
    '#9',
  ]);
});

test('an override of a review is replaced, and cleared by an empty one', () => {
  const override = { at: 'now', actor: 'arbiter', wp_id: 'WP01', reason: 'late' };
  const empty = { at: '', actor: '', wp_id: '', reason: '' };
  expect(slotAfter(annotationRow(1, { review: override }))?.review).toEqual(override);
  expect(
    slotAfter(annotationRow(1, { review: override }), annotationRow(2, { review: empty }))?.review,
  ).toBeNull();
});

test('a released claim blanks the binding before the same delta sets it', () => {
  const held = annotationRow(1, { agent: 'a', shell_pid: 1, shell_pid_created_at: 'x' });
  const released = { agent: null, shell_pid: null, shell_pid_created_at: null };
  expect(slotAfter(held, annotationRow(2, { release_runtime_claim: true }))).toMatchObject(released);
  const again = annotationRow(2, { release_runtime_claim: true, agent: 'b' });
  expect(slotAfter(held, again)).toMatchObject({ ...released, agent: 'b' });
});

test('a delta of wrong types, or with keys that nobody knows, changes nothing', () => {
  const odd = {
    agent: 1,
    shell_pid: 'x',
    subtasks: [],
    note: 2,
    tracker_refs: 'x',
    review: 'no',
    hologram: {},
  };
  expect(slotAfter(annotationRow(1, odd as unknown as AnnotationDelta))).toEqual(
    slotAfter(annotationRow(1, {})),
  );
});

test('a slug that could leave its directory counts as none', () => {
  for (const slug of ['../up', 'a/b', '..', 'a\\b']) {
    expect(reduce(logOf(laneRow(1, { mission_slug: slug }))).missionSlug).toBe('');
  }
});

test('folds retrospective rows into their block', () => {
  const row = (n: number, name: string, payload = {}) => ({
    ...stampOf(n),
    event_name: `retrospective.${name}`,
    payload,
  });
  expect(reduce(logOf()).retrospective).toBeNull();
  const log = logOf(
    row(1, 'started', { mode: 'autonomous' }),
    row(2, 'proposal.generated'),
    row(3, 'proposal.generated'),
    row(4, 'proposal.applied'),
    row(5, 'completed', { record_path: 'retrospective.yaml' }),
  );
  expect(toSnapshot(reduce(log), {}).retrospective).toEqual({
    status: 'completed',
    mode: 'autonomous',
    record_path: 'retrospective.yaml',
    proposals_total: 2,
    proposals_applied: 1,
    proposals_rejected: 0,
    proposals_pending: 1,
  });
});

// Few packages and instants, so that ties, repeats and out-of-order rows are common.
const rows: fc.Arbitrary<NewRow[]> = fc
  .array(
    fc.record({
      wp_id: fc.constantFrom('WP01', 'WP02'),
      at: fc.integer({ min: 1, max: 6 }).map((n) => stampOf(n).at),
      lane: fc.boolean(),
      from_lane: fc.constantFrom<SourceLane>('genesis', ...LANES),
      to_lane: fc.constantFrom(...LANES),
      actor: fc.constantFrom('ada', 'bob', 'user'),
      force: fc.boolean(),
      review_ref: fc.constantFrom(null, 'review-cycle://1'),
      delta: fc.record({
        note: fc.string(),
        agent: fc.string(),
        subtasks: fc.dictionary(fc.string(), fc.string()),
      }),
    }),
    { maxLength: 12 },
  )
  .map((facts) =>
    facts.map(({ lane, delta, wp_id, at, actor, ...event }, index) =>
      lane
        ? laneRow(index, { wp_id, at, actor, ...event })
        : annotationRow(index, delta, { wp_id, at, actor }),
    ),
  );

test('does not depend on the order of lines (ST-8)', () => {
  const twice = rows.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(twice, ([list, shuffled]) => {
      expect(reduce(logOf(...shuffled))).toEqual(reduce(logOf(...list)));
    }),
  );
});

test('two copies of a log reduce like their union, repeats and all (ST-8)', () => {
  const copies = rows.chain((list) =>
    fc.tuple(fc.constant(list), fc.subarray(list), fc.shuffledSubarray(list)),
  );
  fc.assert(
    fc.property(copies, ([list, left, right]) => {
      const both = decodeLog([
        { text: logText(left), file: 'journal' },
        { text: logText([...right, ...right]), file: 'checkout' },
      ]);
      const union = list.filter((row) => left.includes(row) || right.includes(row));
      expect(reduce(both)).toEqual(reduce(logOf(...union)));
      expect(both.laneEvents.length + both.annotations.length).toBe(union.length);
    }),
  );
});

test('annotations change neither lane nor holder nor force count (ST-11)', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const facts = (kept: NewRow[]) =>
        [...reduce(logOf(...kept)).packages].map(([id, { slot, holder, implementers }]) => [
          id,
          slot.lane,
          slot.force_count,
          holder,
          implementers,
        ]);
      const events = facts(list.filter((row) => 'to_lane' in row));
      expect(facts(list).filter(([, lane]) => lane !== 'uninitialized')).toEqual(events);
    }),
  );
});

test('a state survives storage as JSON', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const state = reduce(logOf(...list));
      expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))))).toEqual(state);
    }),
  );
});

test('why a package is where it is is known', () => {
  const blocked = laneRow(1, { from_lane: 'planned', to_lane: 'blocked', reason: 'no access' });
  expect(packageAfter(blocked)?.reason).toBe('no access');
  expect(
    packageAfter(blocked, laneRow(2, { from_lane: 'blocked', to_lane: 'in_progress' }))?.reason,
  ).toBeNull();
});

test('knows every commit that any attempt was built on, once each', () => {
  const claim = (n: number, built_on: object) => laneRow(n, { policy_metadata: { built_on } });
  const back = laneRow(2, { from_lane: 'claimed', to_lane: 'planned' });
  const log = logOf(
    claim(1, { WP02: 'a', constructor: 'x', WP04: 7 }),
    back,
    claim(3, { WP02: 'b' }),
    claim(4, { WP02: 'a' }),
  );
  expect(reduce(log).packages.get('WP01')?.builtOn).toEqual({ WP02: ['a', 'b'], constructor: ['x'] });
});
