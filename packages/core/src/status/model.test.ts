import { laneRow, logOf } from '@spec-kitty/testkit/status-rows';
import { actorName } from '@spec-kitty/protocol/actor';
import { LANES, type SourceLane } from '@spec-kitty/protocol/lane';
import type { LaneEvent, ReviewResult } from '@spec-kitty/protocol/status-row';
import { beforeAll, expect, test } from 'vitest';
import { decideImplementationClaim, decideReviewClaim } from './decide-claim.ts';
import { decideTransition, type Transition, type TransitionRequest } from './decide-transition.ts';
import { laneEvent } from './lane-event.ts';
import type { PackageState } from './package-state.ts';
import { planHops } from './plan-hops.ts';
import { reduce } from './reduce.ts';
import type { Decision } from './refusal.ts';
import { toSnapshot } from './snapshot.ts';
import { validateLog } from './rows/validate-log.ts';

// Every state that two named actors and one nameless can bring one package into, through every front
// door and with every shape of request. Each edge of that graph is checked against the invariants of
// SPEC.md, and against an oracle that is told only the rows.

const ACTORS = ['ada', 'bob', 'user', ''];
const result = (reviewer: string, verdict: string): ReviewResult => ({ reviewer, verdict, reference: 'ref' });
const facts = { workspaceContext: 'w', subtasksComplete: true, implementationEvidence: true };

/** Shapes of what comes with a request: nothing, each part alone, contradictions, and all that is needed. */
const SHAPES: readonly Partial<TransitionRequest>[] = [
  {},
  { ...facts, subtasksComplete: false, reviewRef: 'ref' },
  { ...facts, implementationEvidence: false, evidence: { review: result('bob', 'changes_requested') } },
  { ...facts, reviewResult: result(' ', 'approved') },
  { ...facts, reviewResult: result('bob', 'approved'), reviewRef: 'elsewhere' },
  { ...facts, reviewResult: result('bob', 'approved'), evidence: { review: result('ada', 'approved') } },
  { ...facts, reviewResult: result('bob', 'changes_requested'), reviewRef: 'ref' },
  ...['ada', 'bob', 'user'].flatMap((reviewer) => [
    { ...facts, reviewResult: result(reviewer, 'approved') },
    { ...facts, evidence: { review: result(reviewer, 'approved') }, reviewRef: 'ref' },
    {
      ...facts,
      evidence: { review: result(reviewer, 'approved') },
      reviewResult: result(reviewer, 'approved'),
      reviewRef: 'ref',
    },
  ]),
];

interface Node {
  readonly rows: readonly LaneEvent[];
  readonly pkg: PackageState | undefined;
}

interface Edge {
  readonly before: Node;
  readonly after: Node;
  readonly row: LaneEvent;
  readonly transition: Transition;
}

const nodes = new Map<string, Node>();
const edges: Edge[] = [];
let refused = 0;

beforeAll(() => {
  const start: Node = { rows: [], pkg: undefined };
  const open = [start];
  nodes.set(keyOf(start), start);
  for (const node of open) {
    const known = new Set<string>();
    for (const decision of decisions(node.pkg)) {
      if (!decision.ok) {
        refused += 1;
        continue;
      }
      // Many shapes lead to the same rows.
      const same = JSON.stringify(decision.value);
      if (known.has(same)) continue;
      known.add(same);
      let before = node;
      for (const transition of decision.value) {
        const edge = follow(before, transition);
        edges.push(edge);
        before = edge.after;
      }
      const key = keyOf(before);
      if (nodes.has(key)) continue;
      nodes.set(key, before);
      open.push(before);
    }
  }
});

const TARGETS = [...LANES, 'genesis', 'uninitialized', 'limbo', 'constructor'];
const REQUESTS: readonly TransitionRequest[] = ACTORS.flatMap((actor) =>
  TARGETS.flatMap((to) => [
    ...SHAPES.flatMap((shape) => [
      { wpId: 'WP01', actor, to, ...shape },
      { wpId: 'WP01', actor, to, ...shape, force: true, reason: 'why' },
    ]),
    { wpId: 'WP01', actor, to, reason: 'why' },
    { wpId: 'WP01', actor, to, force: true, reason: ' ' },
  ]),
);

function* decisions(pkg: PackageState | undefined): Generator<Decision<readonly Transition[]>> {
  for (const actor of ACTORS) {
    yield decideReviewClaim(pkg, { wpId: 'WP01', actor });
    for (const allowRework of [false, true]) {
      yield decideImplementationClaim(pkg, { wpId: 'WP01', actor, workspaceContext: 'w', allowRework });
    }
  }
  for (const request of REQUESTS) {
    const single = decideTransition(pkg, request);
    if (single.ok) yield { ok: true, value: [single.value] };
    // A single refused step may still be several allowed ones.
    else yield planHops(pkg, request);
  }
}

function follow(before: Node, transition: Transition): Edge {
  const stamp = laneRow(before.rows.length + 1);
  const row = laneEvent(transition, {
    eventId: stamp.event_id,
    at: stamp.at,
    missionId: stamp.mission_id ?? '',
    missionSlug: stamp.mission_slug,
    executionMode: 'worktree',
    policy: null,
  });
  const rows = [...before.rows, row];
  const log = { laneEvents: rows, annotations: [], lifecycle: [], others: [] };
  return { before, row, transition, after: { rows, pkg: reduce(log).packages.get('WP01') } };
}

/**
 * What later decisions can depend on, and what the oracle knows: a state that forgets something is still two nodes.
 * Ids, times and counts are left out to keep the graph finite.
 */
function keyOf({ pkg, rows }: Node): string {
  const known = [...new Set(implementersOf(rows))].toSorted();
  return JSON.stringify(pkg && [pkg.slot.lane, pkg.holder, pkg.worker, pkg.implementers.toSorted(), known]);
}

/** Implementers of all attempts, from the rows alone. */
function implementersOf(rows: readonly LaneEvent[]): readonly string[] {
  const reviewed = /^(for_review|in_review|approved|done)$/;
  const rejects = ({ review_ref: ref, review_result: given }: LaneEvent) =>
    !!given || (ref !== null && ref !== 'force-override');
  return rows
    .filter(
      (row) =>
        row.to_lane === 'claimed' ||
        (row.to_lane === 'in_progress' && !(reviewed.test(row.from_lane) && rejects(row))) ||
        (row.to_lane === 'for_review' && !reviewed.test(row.from_lane)),
    )
    .map(({ actor }) => actorName(actor))
    .filter((actor) => actor === 'ada' || actor === 'bob');
}

const laneOf = ({ pkg }: Node): SourceLane | 'uninitialized' => pkg?.slot.lane ?? 'genesis';
const violations = (broken: (edge: Edge) => boolean) =>
  edges
    .filter(broken)
    .map(({ after }) =>
      after.rows.map(
        (row) => `${actorName(row.actor)}: ${row.from_lane} -> ${row.to_lane}${row.force ? '!' : ''}`,
      ),
    );

test('the exploration covers all lanes and is large enough to mean something', () => {
  expect(new Set([...nodes.values()].map(laneOf))).toEqual(new Set(['genesis', ...LANES]));
  expect(nodes.size).toBeGreaterThan(100);
  expect(edges.length).toBeGreaterThan(10_000);
  expect(refused).toBeGreaterThan(10_000);
});

test('ST-1, ST-2: whatever is accepted leaves a log without findings', () => {
  const snapshot = toSnapshot(reduce(logOf()), {});
  const broken = violations(({ row }) => {
    const found = validateLog({ rows: [{ ...row }], statusJson: null, snapshot });
    return [found.schema, found.legality, found.evidence].some((list) => list.length > 0);
  });
  expect(broken).toEqual([]);
});

test('ST-2: done without force carries an approving review', () => {
  const isDone = ({ row }: Edge) => row.to_lane === 'done' && !row.force;
  expect(edges.some(isDone)).toBe(true);
  expect(violations((edge) => isDone(edge) && edge.row.evidence?.review.verdict !== 'approved')).toEqual([]);
});

test('ST-3: a package has a holder exactly while somebody works on it or reviews it', () => {
  const held = new Set(['claimed', 'in_progress', 'in_review']);
  expect(violations(({ after }) => (after.pkg?.holder !== null) !== held.has(laneOf(after)))).toEqual([]);
});

test('ST-3: without force, no implementer loses a package to another', () => {
  const isTaken = ({ before, after, row }: Edge) =>
    !row.force &&
    ['claimed', 'in_progress'].includes(laneOf(before)) &&
    Boolean(before.pkg?.holder) &&
    after.pkg?.holder !== null &&
    after.pkg?.holder !== before.pkg?.holder;
  expect(violations(isTaken)).toEqual([]);
});

test('ST-3: without force, blocked work goes on with whoever was at it', () => {
  const isUnblocked = ({ before, row }: Edge) =>
    !row.force &&
    laneOf(before) === 'blocked' &&
    row.to_lane === 'in_progress' &&
    Boolean(before.pkg?.worker);
  expect(edges.some(isUnblocked)).toBe(true);
  expect(
    violations((edge) => isUnblocked(edge) && edge.after.pkg?.holder !== edge.before.pkg?.worker),
  ).toEqual([]);
});

test('ST-3: without force, a rejected package never ends with the reviewer while its worker is known', () => {
  const isStolen = ({ before, after, row }: Edge) =>
    !row.force &&
    laneOf(before) === 'in_review' &&
    laneOf(after) === 'in_progress' &&
    row.review_result?.verdict !== 'approved' &&
    before.pkg?.worker !== null &&
    after.pkg?.holder !== before.pkg?.worker;
  expect(violations(isStolen)).toEqual([]);
});

test('ST-4: nobody approves their own work without a visible override', () => {
  const isOwn = ({ before, row }: Edge) => {
    const approves = row.to_lane === 'approved' || (row.to_lane === 'done' && row.from_lane !== 'approved');
    const names = new Set([actorName(row.actor), row.review_result?.reviewer, row.evidence?.review.reviewer]);
    return approves && implementersOf(before.rows).some((name) => names.has(name));
  };
  expect(edges.some(isOwn)).toBe(true);
  expect(
    violations(
      (edge) => isOwn(edge) && !(edge.row.force && edge.row.reason && edge.transition.approvingImplementer),
    ),
  ).toEqual([]);
  expect(violations((edge) => edge.transition.approvingImplementer !== null && !edge.row.force)).toEqual([]);
});

test('ST-5: done and canceled are left by force only', () => {
  const isLeft = ({ row }: Edge) => row.from_lane === 'done' || row.from_lane === 'canceled';
  expect(edges.some(isLeft)).toBe(true);
  expect(violations((edge) => isLeft(edge) && !edge.row.force)).toEqual([]);
});

test('ST-6: force has an actor and a reason, and no target outside the nine lanes', () => {
  expect(violations(({ row }) => row.force && !(actorName(row.actor).trim() && row.reason?.trim()))).toEqual(
    [],
  );
  expect(violations(({ row }) => !LANES.includes(row.to_lane))).toEqual([]);
});

test('ST-7: every row starts where the log stood', () => {
  expect(violations(({ before, row }) => row.from_lane !== laneOf(before))).toEqual([]);
});

test('ST-12: of two who claim the same package, the second is refused', () => {
  for (const { pkg } of nodes.values()) {
    const first = decideImplementationClaim(pkg, { wpId: 'WP01', actor: 'ada', workspaceContext: 'w' });
    if (!first.ok) continue;
    const rows = [...nodes.values()].find((node) => node.pkg === pkg)?.rows ?? [];
    const claimed = first.value.reduce((node, step) => follow(node, step).after, { rows, pkg });
    const second = decideImplementationClaim(claimed.pkg, {
      wpId: 'WP01',
      actor: 'bob',
      workspaceContext: 'w',
    });
    expect(second).toMatchObject({ ok: false, refusal: { code: 'HELD_BY_OTHER', holder: 'ada' } });
    expect(
      decideImplementationClaim(claimed.pkg, { wpId: 'WP01', actor: 'ada', workspaceContext: 'w' }),
    ).toEqual({ ok: true, value: [] });
  }
});
