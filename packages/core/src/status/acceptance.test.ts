import type { Lane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import type { LogRows } from './rows/decode-log.ts';
import { uninitializedPackage } from './package-state.ts';
import type { LogState } from './reduce.ts';
import { isAccepted, latestAcceptance } from './acceptance.ts';

function state(commits: Record<string, string | null>, at = '2026-01-02T00:00:00.000000+00:00'): LogState {
  const packages = new Map(
    Object.entries(commits).map(([id, commit]) => {
      const draft = uninitializedPackage();
      return [
        id,
        { ...draft, commit, slot: { ...draft.slot, lane: 'approved' as const, last_transition_at: at } },
      ];
    }),
  );
  return { packages, eventCount: 0, lastEventId: null, lastAt: null, missionSlug: '', retrospective: null };
}

const log = (lifecycle: LogRows['lifecycle']): LogRows => ({
  laneEvents: [],
  annotations: [],
  others: [],
  lifecycle,
});
const row = (timestamp: string, commits: object) => ({
  event_type: 'MissionAccepted',
  timestamp,
  payload: { accepted_by: 'ada', acceptance_mode: 'local', commits },
});

test('the latest acceptance counts, whatever the order of the rows', () => {
  expect(latestAcceptance(log([row('2026-01-03', { WP01: 'b' }), row('2026-01-02', { WP01: 'a' })]))).toEqual(
    {
      at: '2026-01-03',
      by: 'ada',
      mode: 'local',
      target: null,
      fromCommit: null,
      commits: { WP01: 'b' },
    },
  );
  expect(latestAcceptance(log([{ event_type: 'WPCreated' }]))).toBeNull();
});

test('it covers exactly the commits it names', () => {
  const acceptance = latestAcceptance(log([row('2026-01-03', { WP01: 'a', WP02: null })]));
  expect(isAccepted(acceptance, state({ WP01: 'a', WP02: null }), {})).toBe(true);
  expect(isAccepted(acceptance, state({ WP01: 'newer', WP02: null }), {})).toBe(false);
  expect(isAccepted(acceptance, state({ WP01: 'a', WP03: 'c' }), {})).toBe(false);
});

test('it covers the whole: without a package that it names with a commit, something else lands', () => {
  const acceptance = latestAcceptance(log([row('2026-01-03', { WP01: 'a', WP02: 'b', WP03: null })]));
  const now = (lane: Lane) => {
    const { packages, ...rest } = state({ WP01: 'a', WP02: 'b' });
    const wp = packages.get('WP02') ?? uninitializedPackage();
    return { ...rest, packages: new Map([...packages, ['WP02', { ...wp, slot: { ...wp.slot, lane } }]]) };
  };
  expect(isAccepted(acceptance, now('canceled'), {})).toBe(false);
  expect(isAccepted(acceptance, now('planned'), {})).toBe(false);
  expect(isAccepted(acceptance, now('done'), {})).toBe(true);
  expect(isAccepted(acceptance, state({ WP01: 'a' }), {})).toBe(false);
});

test('a mission accepted by the predecessor says so in its meta, until a package moves again', () => {
  const meta = { accepted_at: '2026-01-03T00:00:00.000000+00:00' };
  expect(isAccepted(null, state({ WP01: null }), meta)).toBe(true);
  expect(isAccepted(null, state({ WP01: null }, '2026-01-04T00:00:00.000000+00:00'), meta)).toBe(false);
  expect(isAccepted(null, state({ WP01: null }), {})).toBe(false);
});

/** One package more, in a lane, moved at a time. */
function beside(known: LogState, lane: Lane, at: string): LogState {
  const draft = uninitializedPackage();
  const wp = { ...draft, slot: { ...draft.slot, lane, last_transition_at: at } };
  return { ...known, packages: new Map([...known.packages, ['WP09', wp]]) };
}

test('what is not approved needs no acceptance', () => {
  const acceptance = latestAcceptance(log([row('2026-01-03', { WP01: 'a' })]));
  const late = '2026-01-09T00:00:00.000000+00:00';
  for (const lane of ['planned', 'done', 'canceled'] as const) {
    expect(isAccepted(acceptance, beside(state({ WP01: 'a' }), lane, late), {})).toBe(true);
    const meta = { accepted_at: '2026-01-03T00:00:00.000000+00:00' };
    expect(isAccepted(null, beside(state({ WP01: null }), lane, late), meta)).toBe(true);
    expect(isAccepted(null, beside(state({}), lane, late), {})).toBe(false);
  }
});

test('an approval in the moment of the acceptance is covered, and one of two that came later is not', () => {
  const at = '2026-01-03T00:00:00.000000+00:00';
  expect(isAccepted(null, state({ WP01: null }, at), { accepted_at: at })).toBe(true);
  const later = beside(state({ WP01: null }, at), 'approved', '2026-01-04T00:00:00.000000+00:00');
  expect(isAccepted(null, later, { accepted_at: at })).toBe(false);
});

test('of two acceptances of one moment the last one counts, and a damaged row says nothing', () => {
  const twice = latestAcceptance(log([row('2026-01-03', { WP01: 'a' }), row('2026-01-03', { WP01: 'b' })]));
  expect(twice?.commits).toEqual({ WP01: 'b' });
  const from = { ...row('2026-01-03', {}), payload: { from_commit: 'c0ffee' } };
  expect(latestAcceptance(log([from]))).toEqual({
    at: '2026-01-03',
    by: '',
    mode: '',
    target: null,
    fromCommit: 'c0ffee',
    commits: {},
  });
  const damaged = {
    event_type: 'MissionAccepted',
    timestamp: 7,
    payload: { accepted_by: 7, acceptance_mode: null },
  };
  expect(latestAcceptance(log([damaged]))).toEqual({
    at: '',
    by: '',
    mode: '',
    target: null,
    fromCommit: null,
    commits: {},
  });
});
