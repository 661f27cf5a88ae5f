import { annotationRow, laneRow, logOf, packageAfter } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import type { Mission } from '../ports/mission-store.ts';
import type { Transition } from '../status/decide-transition.ts';
import { type DecidedMove, doneSubtasks, moveRows } from './move-rows.ts';
import type { MoveRequest } from './move-request.ts';

const MISSION: Mission = {
  directory: 'pay-01KE6Z2V',
  missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
  meta: {},
  checkedOut: true,
  files: { read: () => undefined, list: () => [] },
};
const REQUEST: MoveRequest = {
  mission: undefined,
  wp: 'WP01',
  to: 'x',
  agent: undefined,
  note: undefined,
  force: false,
};
const FACTS = {
  commit: null,
  implemented: true,
  landing: null,
  undone: null,
  changedOutsideOwned: [],
  workspace: 'w',
  executionMode: 'worktree',
} as const;
const REJECTION = {
  file: 'f.md',
  text: 't',
  reason: 'r',
  result: { reviewer: 'eve', verdict: 'changes_requested', reference: 'ref' },
};

function step(to: Lane, more: Partial<Transition> = {}): Transition {
  const nothing = {
    reason: null,
    reviewRef: null,
    evidence: null,
    reviewResult: null,
    approvingImplementer: null,
  };
  return { wpId: 'WP01', from: 'planned', to, actor: 'ada', force: false, ...nothing, ...more };
}

function rows(move: Partial<Omit<DecidedMove, 'request'>> & { request?: Partial<MoveRequest> }) {
  let id = 0;
  const ports = { clock: { nowMicros: () => 0 }, ids: { next: () => String((id += 1)) } };
  const wp = { id: 'WP01' } as DecidedMove['wp'];
  const whole = {
    mission: MISSION,
    wp,
    facts: FACTS,
    rejection: undefined,
    now: undefined,
    steps: [step('claimed')],
  };
  return moveRows(ports, logOf(), { ...whole, ...move, request: { ...REQUEST, ...move.request } });
}

test('every step is a row, in order, and a move without a step has no row at all', () => {
  const steps = [step('claimed'), step('in_progress', { from: 'claimed' })];
  expect(rows({ steps })).toMatchObject([
    { event_id: '1', wp_id: 'WP01', from_lane: 'planned', to_lane: 'claimed', actor: 'ada' },
    { event_id: '2', wp_id: 'WP01', from_lane: 'claimed', to_lane: 'in_progress' },
  ]);
  expect(rows({ steps })).toHaveLength(2);
  expect(rows({ steps: [], rejection: REJECTION, request: { assignee: 'bob' } })).toEqual([]);
});

test('a row says who asked, in what the work was done and, where the lane is about a commit, which', () => {
  const policy = (to: Lane, agent: string | undefined, commit: string | null) =>
    rows({
      steps: [step(to)],
      request: { agent },
      facts: { ...FACTS, commit, executionMode: 'direct_repo' },
    })[0];
  expect(policy('claimed', undefined, 'c')).toMatchObject({
    policy_metadata: null,
    execution_mode: 'direct_repo',
  });
  expect(policy('done', undefined, null)).toMatchObject({ policy_metadata: null });
  for (const lane of LANES) {
    const recorded = ['for_review', 'in_review', 'approved', 'done'].includes(lane);
    expect(policy(lane, 'bob', 'c')).toMatchObject({ policy_metadata: { agent: 'bob' } });
    expect((policy(lane, 'bob', 'c') as { policy_metadata: object }).policy_metadata).toEqual(
      recorded ? { agent: 'bob', commit: 'c' } : { agent: 'bob' },
    );
  }
});

test('a rejection releases the claim and opens again what was ticked, and nothing else does', () => {
  const now = packageAfter(
    laneRow(1),
    annotationRow(2, { subtasks: { T001: 'done', T002: 'planned', T003: 'done' } }),
  );
  expect(doneSubtasks(now)).toEqual(['T001', 'T003']);
  expect([doneSubtasks(undefined), doneSubtasks(packageAfter(laneRow(1)))]).toEqual([[], []]);
  const release = { release_runtime_claim: true };
  const [, annotation, ...rest] = rows({ rejection: REJECTION, now, request: { agent: 'eve' } });
  expect(annotation).toMatchObject({ kind: 'annotation', wp_id: 'WP01', actor: 'eve' });
  expect(annotation).toHaveProperty('delta', { ...release, subtasks: { T001: 'planned', T003: 'planned' } });
  expect(rest).toEqual([]);
  expect(rows({ rejection: REJECTION })[1]).toMatchObject({ actor: 'user', delta: release });
  expect(rows({ rejection: REJECTION })[1]).toHaveProperty('delta', release);
  expect(rows({ now })).toHaveLength(1);
});

test('an assignee is noted', () => {
  expect(rows({ request: { assignee: 'bob' } })[1]).toMatchObject({
    wp_id: 'WP01',
    actor: 'user',
    delta: { assignee: 'bob' },
  });
  expect(rows({ request: { assignee: 'bob', agent: 'eve' } })[1]).toMatchObject({ actor: 'eve' });
});

test('an approval of own work is a row of its own, with who should have reviewed and why they did not', () => {
  const steps = [step('approved', { approvingImplementer: 'ada', reason: 'said the step' })];
  const visible = (request: Partial<MoveRequest>) => rows({ steps, request })[1];
  expect(visible({})).toMatchObject({
    event_type: 'ReviewerSelfApproval',
    aggregate_id: 'WP01',
    aggregate_type: 'WorkPackage',
    payload: {
      wp_id: 'WP01',
      mission_slug: 'pay-01KE6Z2V',
      implementing_actor: 'ada',
      intended_reviewer: null,
      failure_reason: 'said the step',
      fallback_approved: true,
    },
  });
  expect(visible({ note: 'said the note' })).toMatchObject({ payload: { failure_reason: 'said the note' } });
  const selfReview = { intendedReviewer: 'eve', failureReason: 'eve is ill' };
  expect(visible({ note: 'n', selfReview })).toMatchObject({
    payload: { intended_reviewer: 'eve', failure_reason: 'eve is ill' },
  });
});
