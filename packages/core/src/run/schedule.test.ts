import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptResult, AttemptRole, RunUntil } from './run-record.ts';
import type { Attempt } from './run-state.ts';
import { actorOf, isUnderWay, type RunPackage, schedule, type ScheduleInput } from './schedule.ts';

function wp(name: string, over: Partial<RunPackage> = {}): RunPackage {
  return {
    id: name,
    lane: 'planned',
    dependencies: [],
    busy: null,
    holder: null,
    implementers: [],
    since: null,
    laneId: `lane-${name}`,
    resources: [],
    openSubtasks: [],
    ...over,
  };
}

function attempt(name: string, over: Partial<Attempt> & Pick<Attempt, 'wp'>): Attempt {
  const [role, agent] = [over.role ?? 'implementer', over.agent ?? 'ada'];
  return {
    id: name,
    role,
    agent,
    actor: actorOf(agent, role),
    startedAt: '2026-01-01T00:00:00Z',
    process: null,
    end: null,
    result: null,
    isPast: false,
    ...over,
  };
}

const VOID = { result: 'void', reason: 'It ended with 1.', at: '' } as const;
const EXITED = { how: 'exited', reason: '', usage: {}, at: '2026-01-01T00:00:01Z' } as const;

function input(packages: readonly RunPackage[], over: Partial<ScheduleInput> = {}): ScheduleInput {
  return {
    mission: 'export-01KE6Z2V',
    packages,
    attempts: [],
    earlier: [],
    accepted: false,
    merged: false,
    until: 'merge',
    limits: { maxParallel: 9, perAgent: {}, maxCycles: 3 },
    draining: false,
    implementers: ['ada'],
    reviewers: { keys: ['ada', 'grace'], named: false },
    ...over,
  };
}

const starts = (given: ScheduleInput) =>
  schedule(given).flatMap((one) => (one.do === 'start' ? [`${one.agent} ${one.role} ${one.wp}`] : []));

test('what has the most hanging on it starts first, and a review before an implementation', () => {
  const packages = [
    wp('WP01'),
    wp('WP02', { lane: 'for_review', implementers: ['ada:implementer'] }),
    wp('WP03'),
    wp('WP04', { dependencies: ['WP03'] }),
  ];
  expect(starts(input(packages))).toEqual([
    'ada implementer WP03',
    'grace reviewer WP02',
    'ada implementer WP01',
  ]);
  const limits = { maxParallel: 2, perAgent: {}, maxCycles: 3 };
  expect(starts(input(packages, { limits }))).toEqual(['ada implementer WP03', 'grace reviewer WP02']);
  // One place for each agent.
  const each = { maxParallel: 9, perAgent: { ada: 1 }, maxCycles: 3 };
  expect(starts(input(packages, { limits: each }))).toEqual(['ada implementer WP03', 'grace reviewer WP02']);
});

test('a lane and a resource are for one attempt at a time', () => {
  const packages = [
    wp('WP01', { laneId: 'lane-a' }),
    wp('WP02', { laneId: 'lane-a' }),
    wp('WP03', { resources: ['db'] }),
    wp('WP04', { resources: ['db', 'port'] }),
    wp('WP05', { resources: ['port'] }),
  ];
  expect(starts(input(packages))).toEqual([
    'ada implementer WP01',
    'ada implementer WP03',
    'ada implementer WP05',
  ]);
  const attempts = [attempt('1', { wp: 'WP04' })];
  expect(starts(input(packages, { attempts }))).toEqual(['ada implementer WP01']);
  // What it has left is looked into in its worktree, by a validation that may need the resource as well.
  const looked = [
    attempt('1', { wp: 'WP02', end: EXITED }),
    attempt('2', { wp: 'WP04', end: EXITED }),
    attempt('3', { wp: 'WP06', end: EXITED }),
  ];
  const limits = { maxParallel: 1, perAgent: {}, maxCycles: 3 };
  const given = { attempts: looked, limits };
  expect(starts(input([...packages, wp('WP06'), wp('WP07')], given))).toEqual(['ada implementer WP07']);
});

test('whoever has a package goes on with it, and what others hold is left alone', () => {
  const packages = [
    wp('WP01', { lane: 'in_progress', holder: 'Grace:implementer' }),
    wp('WP02', { lane: 'in_progress', holder: 'somebody' }),
    wp('WP03', { lane: 'in_review', holder: 'linus:reviewer' }),
    wp('WP04', { lane: 'in_review', holder: 'grace' }),
  ];
  const given = input(packages, {
    implementers: ['ada', 'grace'],
    reviewers: { keys: ['linus'], named: true },
  });
  expect(starts(given)).toEqual(['linus reviewer WP03', 'grace implementer WP01']);
});

test('what an agent of a run has left is gone on with by another, of this run or of a later one', () => {
  const packages = [
    wp('WP01', { lane: 'in_review', holder: 'linus:reviewer', implementers: ['ada:implementer'] }),
    wp('WP02', { lane: 'in_progress', holder: 'linus:implementer' }),
  ];
  const of = (name: string, role: AttemptRole) =>
    attempt(name, { wp: name, role, agent: 'linus', end: EXITED, result: VOID });
  const left = [of('WP01', 'reviewer'), of('WP02', 'implementer')];
  expect(starts(input(packages))).toEqual([]);
  expect(starts(input(packages, { earlier: left }))).toEqual(['grace reviewer WP01', 'ada implementer WP02']);
  expect(starts(input(packages, { attempts: left }))).toHaveLength(2);
});

test('the reviewer that has failed least often is next, and goes on with what it has', () => {
  const held = wp('WP01', { lane: 'in_review', holder: 'grace:reviewer' });
  const reviewers = { keys: ['grace', 'linus'], named: false };
  const failed = (name: string, agent: string, how: 'failed' | 'lost' = 'failed') =>
    attempt(name, { wp: 'WP01', role: 'reviewer', agent, end: { ...EXITED, how }, result: VOID });
  const next = (...attempts: readonly Attempt[]) => starts(input([held], { reviewers, attempts }));
  expect(next()).toEqual(['grace reviewer WP01']);
  expect(next(failed('1', 'grace', 'lost'))).toEqual(['grace reviewer WP01']);
  expect(next(failed('1', 'grace'))).toEqual(['linus reviewer WP01']);
  expect(next(failed('1', 'grace'), failed('2', 'linus'))).toEqual(['grace reviewer WP01']);
});

test('nobody reviews under a key that has implemented, however it is spelled, unless a person has named it', () => {
  const packages = [wp('WP01', { lane: 'for_review', implementers: ['Ada:Implementer ', 'grace'] })];
  expect(schedule(input(packages))).toEqual([
    {
      do: 'end',
      complete: false,
      waiting: [
        {
          wp: 'WP01',
          reason:
            'waits for a person to review it (`spec-kitty agent action review WP01 --agent <you> --mission export-01KE6Z2V`): no agent is left that has not implemented it',
        },
      ],
    },
  ]);
  expect(starts(input(packages, { reviewers: { keys: ['ada'], named: true } }))).toEqual([
    'ada reviewer WP01',
  ]);
});

test('an attempt that has ended is concluded before anything else happens to its package', () => {
  const packages = [wp('WP01', { lane: 'in_progress', holder: 'ada:implementer' }), wp('WP02')];
  const attempts = [attempt('1', { wp: 'WP01', end: EXITED })];
  expect(schedule(input(packages, { attempts }))).toEqual([
    { do: 'conclude', attempt: '1' },
    { do: 'start', wp: 'WP02', role: 'implementer', agent: 'ada' },
  ]);
});

test('what comes to nothing too often waits for a person; what an interruption has ended counts for nobody', () => {
  const packages = [wp('WP01', { lane: 'in_progress', holder: 'ada:implementer' })];
  const limits = { maxParallel: 1, perAgent: {}, maxCycles: 1 };
  const nothing = { result: 'not_enough', reason: 'There is no commit.', at: '' } as const;
  const lost = { result: 'void', reason: 'The engine was killed.', at: '' } as const;
  const attempts = [
    attempt('1', { wp: 'WP01', end: { ...EXITED, how: 'lost' }, result: lost }),
    attempt('2', { wp: 'WP01', end: EXITED, result: nothing }),
  ];
  expect(starts(input(packages, { attempts, limits }))).toEqual(['ada implementer WP01']);
  const again = [...attempts, attempt('3', { wp: 'WP01', end: EXITED, result: nothing })];
  expect(schedule(input(packages, { attempts: again, limits }))).toEqual([
    {
      do: 'end',
      complete: false,
      waiting: [{ wp: 'WP01', reason: 'came to nothing 2 times, the last time: There is no commit.' }],
    },
  ]);
});

test.each<[RunUntil, boolean, boolean, string]>([
  ['review', false, false, 'end'],
  ['accept', false, false, 'accept'],
  ['accept', true, false, 'end'],
  ['merge', false, false, 'accept'],
  ['merge', true, false, 'merge'],
  ['merge', true, true, 'end'],
])('until %s, accepted %s, merged %s: %s', (until, accepted, merged, what) => {
  const packages = [wp('WP01', { lane: 'approved' }), wp('WP02', { lane: 'canceled' })];
  expect(schedule(input(packages, { until, accepted, merged })).map((one) => one.do)).toEqual([what]);
});

test('while it drains, nothing starts; it ends with the last attempt, and does not accept or merge', () => {
  const attempts = [attempt('1', { wp: 'WP01' })];
  const packages = [wp('WP01', { lane: 'in_progress', holder: 'ada:implementer' }), wp('WP02')];
  expect(schedule(input(packages, { attempts, draining: true }))).toEqual([]);
  const done = [wp('WP01', { lane: 'approved' })];
  expect(schedule(input(done, { draining: true }))).toEqual([{ do: 'end', complete: false, waiting: [] }]);
});

/** A mission whose agents do what chance says. */
interface World {
  readonly packages: Map<string, RunPackage>;
  readonly attempts: Attempt[];
  count: number;
}

const worldArb = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.record({
    dependencies: fc.tuple(
      ...Array.from({ length: size }, (_, at) =>
        fc.subarray(Array.from({ length: at }, (_unused, n) => id(n))),
      ),
    ),
    lanes: fc.array(fc.nat({ max: 3 }), { minLength: size, maxLength: size }),
    resources: fc.array(fc.subarray(['db', 'port']), { minLength: size, maxLength: size }),
    maxParallel: fc.integer({ min: 1, max: 4 }),
    ada: fc.integer({ min: 1, max: 2 }),
    luck: fc.infiniteStream(fc.nat({ max: 9 })),
  }),
);

function id(at: number): string {
  return `WP0${at + 1}`;
}

test('whatever comes of the attempts, a run keeps its limits and comes to its end', () => {
  fc.assert(
    fc.property(worldArb, ({ dependencies, lanes, resources, maxParallel, ada, luck }) => {
      const world: World = {
        packages: new Map(
          dependencies.map((needed, at) => [
            id(at),
            wp(id(at), {
              dependencies: needed,
              laneId: `lane-${lanes[at]}`,
              resources: resources[at] ?? [],
            }),
          ]),
        ),
        attempts: [],
        count: 0,
      };
      const limits = { maxParallel, perAgent: { ada }, maxCycles: 2 };
      const chance = () => luck.next().value ?? 0;
      for (let turn = 0; turn < 500; turn += 1) {
        const given = input([...world.packages.values()], {
          attempts: world.attempts,
          limits,
          until: 'review',
        });
        const actions = schedule(given);
        const end = actions.find((one) => one.do === 'end');
        if (end) {
          expect(actions).toHaveLength(1);
          const open = [...world.packages.values()].filter(({ lane }) => lane !== 'approved');
          expect(end).toMatchObject({ complete: open.length === 0 });
          return;
        }
        for (const action of actions) {
          if (action.do === 'start') begin(world, action);
          else if (action.do === 'conclude') conclude(world, action.attempt, chance());
          else throw new Error(`A run until review may not ${action.do}`);
        }
        checkLimits(world, limits);
        // Chance ends one attempt, as an agent does, or as a killed engine finds it.
        const running = world.attempts.filter(isUnderWay);
        const one = running[chance() % Math.max(running.length, 1)];
        if (one) replace(world, { ...one, end: { ...EXITED, how: chance() === 9 ? 'lost' : 'exited' } });
      }
      throw new Error('It never came to its end');
    }),
    { numRuns: 300 },
  );
});

function begin(
  world: World,
  { wp: of, role, agent }: { wp: string; role: AttemptRole; agent: string },
): void {
  const found = world.packages.get(of);
  if (!found) throw new Error(of);
  const needed = found.dependencies.map((one) => world.packages.get(one)?.lane);
  if (role === 'implementer') expect(needed.every((lane) => lane === 'approved')).toBe(true);
  const actor = actorOf(agent, role);
  if (role === 'reviewer') expect(found.implementers).not.toContain(actorOf(agent, 'implementer'));
  world.count += 1;
  world.attempts.push(attempt(String(world.count), { wp: of, role, agent }));
  const implementers =
    role === 'implementer' ? [...new Set([...found.implementers, actor])] : found.implementers;
  const lane = role === 'implementer' ? 'in_progress' : 'in_review';
  world.packages.set(of, { ...found, lane, holder: actor, implementers });
}

function conclude(world: World, attemptId: string, luck: number): void {
  const one = world.attempts.find((each) => each.id === attemptId);
  const found = world.packages.get(one?.wp ?? '');
  if (!one || !found) throw new Error(attemptId);
  const failed = luck < 3 || one.end?.how === 'lost';
  const result = failed ? setback(one.role, luck) : one.role === 'implementer' ? 'handed_over' : 'approved';
  replace(world, { ...one, result: { result, reason: '', at: '' } });
  const lane = (
    {
      handed_over: 'for_review',
      approved: 'approved',
      rejected: 'planned',
      not_enough: 'in_progress',
      void: 'in_review',
    } as const
  )[result];
  const isHeld = lane === 'in_progress' || lane === 'in_review';
  world.packages.set(found.id, { ...found, lane, holder: isHeld ? one.actor : null });
}

function setback(role: AttemptRole, luck: number): AttemptResult['result'] {
  if (role === 'implementer') return 'not_enough';
  return luck % 2 === 0 ? 'rejected' : 'void';
}

function replace(world: World, one: Attempt): void {
  world.attempts.splice(
    world.attempts.findIndex((each) => each.id === one.id),
    1,
    one,
  );
}

function checkLimits(world: World, limits: ScheduleInput['limits']): void {
  const running = world.attempts.filter(isUnderWay);
  const used = running.map(({ wp: of }) => world.packages.get(of));
  expect(running.length).toBeLessThanOrEqual(limits.maxParallel);
  expect(running.filter(({ agent }) => agent === 'ada').length).toBeLessThanOrEqual(
    limits.perAgent['ada'] ?? 0,
  );
  const lanes = used.map((one) => one?.laneId);
  expect(new Set(lanes).size).toBe(lanes.length);
  const resources = used.flatMap((one) => one?.resources ?? []);
  expect(new Set(resources).size).toBe(resources.length);
}

test('what is further than its attempt brought it is neither gone on with nor finished, until a person has seen it', () => {
  const result = { result: 'not_enough', reason: 'No work.', foundIn: 'approved', at: '' } as const;
  const forged = attempt('A1', { wp: 'WP01', end: EXITED, result });
  const packages = [wp('WP01', { lane: 'approved' }), wp('WP02', { dependencies: ['WP01'] })];
  const waiting = (attempts: readonly Attempt[]) => schedule(input(packages, { attempts }));
  expect(waiting([forged])).toEqual([
    {
      do: 'end',
      complete: false,
      waiting: [
        {
          wp: 'WP01',
          reason: 'is approved, where its attempt did not bring it (No work.); if that is right, resume',
        },
        { wp: 'WP02', reason: 'is planned' },
      ],
    },
  ]);
  const inReview = [wp('WP01', { lane: 'for_review' })];
  expect(starts(input(inReview, { attempts: [forged] }))).toEqual([]);
  expect(waiting([{ ...forged, isPast: true }])).toMatchObject([{ do: 'start', wp: 'WP02' }]);
  expect(
    waiting([
      forged,
      attempt('A2', { wp: 'WP01', end: EXITED, result: { result: 'approved', reason: '', at: '' } }),
    ]),
  ).toMatchObject([{ do: 'start', wp: 'WP02' }]);
});

test('whoever has to look at a package that went back after its approval is told why it did', () => {
  const APPROVED = { result: 'approved', reason: 'Fine.', at: '' } as const;
  const one = { wp: 'WP01', role: 'reviewer', agent: 'grace', end: EXITED, result: APPROVED } as const;
  const limits = { maxParallel: 9, perAgent: {}, maxCycles: 0 };
  const waiting = (attempts: readonly Attempt[]) =>
    schedule(input([wp('WP01')], { attempts, limits })).flatMap((action) =>
      action.do === 'end' ? action.waiting.map(({ reason }) => reason) : [],
    );
  const told = 'came to nothing 1 time, the last time: it was approved, and sent back since';
  expect(waiting([attempt('1', one)])).toEqual([told]);
  expect(waiting([attempt('1', { ...one, sentBack: 'It conflicts.' })])).toEqual([`${told}: It conflicts.`]);
});
