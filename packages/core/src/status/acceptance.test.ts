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
