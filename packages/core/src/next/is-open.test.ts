import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { logOf, laneRow } from '@spec-kitty/testkit/status-rows';
import type { Lane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { reduce } from '../status/reduce.ts';
import { isOpen } from './is-open.ts';

const MERGE = { at: '2026-01-01', target: 'main', commit: null, moves: [], lanes: {} };
const ACCEPTANCE = {
  at: '2026-01-01',
  by: 'ada',
  mode: 'local',
  target: null,
  fromCommit: null,
  commits: {},
};

const mission = (lanes: readonly Lane[], more: Partial<Parameters<typeof isOpen>[1]> = {}) => ({
  state: reduce(
    logOf(
      ...lanes.map((to_lane, at) =>
        laneRow(at + 1, {
          wp_id: `WP0${at + 1}`,
          from_lane: 'genesis',
          to_lane,
          force: true,
          reason: 'as it is',
        }),
      ),
    ),
  ),
  acceptance: null,
  merge: null,
  abandoned: false,
  ...more,
});

test.each<[string, boolean, ReturnType<typeof mission>, MissionMeta?]>([
  ['nothing is planned', true, mission([])],
  ['nothing is planned, and it is given up', false, mission([], { abandoned: true })],
  ['it has a number from the start', true, mission([]), { mission_number: 41 }],
  ['its documents are accepted', false, mission([], { acceptance: ACCEPTANCE })],
  ['its documents are merged', false, mission([], { merge: MERGE })],
  ['a package is planned', true, mission(['planned'])],
  ['all are approved and accepted', true, mission(['approved'], { acceptance: ACCEPTANCE })],
  ['all are done, and nobody has accepted', true, mission(['done', 'canceled'])],
  ['all are done and accepted', false, mission(['done'], { acceptance: ACCEPTANCE })],
  ['all are done and merged', false, mission(['done', 'canceled'], { merge: MERGE })],
  ['all are done, merged by the predecessor', false, mission(['done']), { mission_number: '041' }],
  ['all are canceled', false, mission(['canceled'])],
  ['one was taken up again after the merge', true, mission(['done', 'planned'], { merge: MERGE })],
])('%s: open is %s', (_, open, log, meta = {}) => {
  expect(isOpen(meta, log)).toBe(open);
});
