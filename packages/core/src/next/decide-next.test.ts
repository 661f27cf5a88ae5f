import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { missionType } from '../mission/mission-types.ts';
import { decideNext, type NextInput, type NextPackage, unsatisfiedDependencies } from './decide-next.ts';

const wp = (id: string, lane: NextPackage['lane'], more: Partial<NextPackage> = {}): NextPackage => ({
  id,
  lane,
  dependencies: [],
  busy: null,
  holder: null,
  implementers: [],
  since: null,
  ...more,
});

const mission = (packages: readonly NextPackage[], more: Partial<NextInput> = {}): NextInput => ({
  agent: null,
  openDecisions: [],
  type: missionType('software-dev'),
  typeName: 'software-dev',
  documents: [],
  unclear: [],
  packages,
  accepted: false,
  merged: false,
  abandoned: false,
  proposed: null,
  mission: 'pay',
  target: 'main',
  unready: [],
  ...more,
});

const lacking = (step: 'specify' | 'plan', lack: string): Partial<NextInput> => ({
  documents: [
    { id: 'specify', artifact: 'spec.md', lack: step === 'specify' ? lack : undefined },
    { id: 'plan', artifact: 'plan.md', lack: step === 'plan' ? lack : undefined },
  ],
});

const step = (input: NextInput) => {
  const decision = decideNext(input);
  return decision.kind === 'step' ? [decision.action, decision.wp] : decision.kind;
};

describe('the order of L§6.8', () => {
  const decision = { decisionId: 'D1', inputKey: null, question: 'Which?', options: [] };
  const claimed = wp('WP01', 'claimed', { holder: 'claude' });
  test.each<[string, NextInput, unknown]>([
    [
      'an open decision comes before everything',
      mission([wp('WP01', 'for_review')], { openDecisions: [decision] }),
      'decision_required',
    ],
    [
      'what was given up asks for nothing',
      mission([], { openDecisions: [decision], abandoned: true }),
      'terminal',
    ],
    ['no specification', mission([], lacking('specify', 'There is no spec.md.')), ['specify', null]],
    [
      'a specification without substance',
      mission([], lacking('specify', 'It is a scaffold.')),
      ['specify', null],
    ],
    ['no plan', mission([], lacking('plan', 'There is no plan.md.')), ['plan', null]],
    ['no packages', mission([]), ['tasks', null]],
    ['packages that are not finalized', mission([wp('WP01', 'genesis')]), ['tasks', null]],
    ['packages of which one is not', mission([wp('WP01', 'done'), wp('WP02', 'genesis')]), ['tasks', null]],
    [
      'review before new work',
      mission([wp('WP01', 'planned'), wp('WP02', 'for_review')]),
      ['review', 'WP02'],
    ],
    [
      'a claimable package',
      mission([wp('WP01', 'done'), wp('WP02', 'planned', { dependencies: ['WP01'] })]),
      ['implement', 'WP02'],
    ],
    [
      'an approved dependency is enough',
      mission([wp('WP01', 'approved'), wp('WP02', 'planned', { dependencies: ['WP01'] })]),
      ['implement', 'WP02'],
    ],
    [
      'one in review is not',
      mission([wp('WP01', 'in_review', { holder: 'x' }), wp('WP02', 'planned', { dependencies: ['WP01'] })]),
      'blocked',
    ],
    ['own claimed work', mission([claimed], { agent: 'Claude ' }), ['implement', 'WP01']],
    [
      'own work under way',
      mission([wp('WP01', 'in_progress', { holder: 'claude' })], { agent: 'claude' }),
      ['implement', 'WP01'],
    ],
    ['work that nobody holds', mission([wp('WP01', 'in_progress')], { agent: 'claude' }), 'blocked'],
    [
      'a package whose lane is taken is passed over',
      mission([wp('WP01', 'planned', { busy: 'WP03' }), wp('WP02', 'planned')]),
      ['implement', 'WP02'],
    ],
    [
      'own work while nothing else can be claimed',
      mission([claimed, wp('WP02', 'planned', { busy: 'WP01' })], { agent: 'claude' }),
      ['implement', 'WP01'],
    ],
    [
      'own work before anything that could be claimed',
      mission([wp('WP01', 'planned'), wp('WP02', 'in_progress', { holder: 'claude' })], { agent: 'claude' }),
      ['implement', 'WP02'],
    ],
    ["somebody else's work", mission([claimed], { agent: 'codex' }), 'blocked'],
    [
      'own review',
      mission([wp('WP01', 'in_review', { holder: 'codex' })], { agent: 'codex' }),
      ['review', 'WP01'],
    ],
    ['all approved', mission([wp('WP01', 'approved'), wp('WP02', 'canceled')]), ['accept', null]],
    [
      'all approved and accepted',
      mission([wp('WP01', 'approved'), wp('WP02', 'done')], { accepted: true }),
      ['merge', null],
    ],
    [
      'a canceled package holds nothing up',
      mission([wp('WP01', 'done'), wp('WP02', 'canceled')], { merged: true }),
      'terminal',
    ],
    ['all done without a merge', mission([wp('WP01', 'done'), wp('WP02', 'canceled')]), ['accept', null]],
    ['all done and accepted', mission([wp('WP01', 'done')], { accepted: true }), 'terminal'],
    ['nothing is wanted', mission([wp('WP01', 'canceled')]), 'terminal'],
    [
      'work that has started is not sent back to planning',
      mission([wp('WP01', 'planned')], lacking('specify', 'There is no spec.md.')),
      ['implement', 'WP01'],
    ],
  ])('%s', (_, input, expected) => {
    expect(step(input)).toEqual(expected);
  });

  test('the package that has waited longest is reviewed first, and nobody is sent to review their own', () => {
    const packages = [
      wp('WP01', 'for_review', { since: '2026-01-02', implementers: ['codex'] }),
      wp('WP02', 'for_review', { since: '2026-01-01', implementers: ['claude'] }),
    ];
    expect(step(mission(packages))).toEqual(['review', 'WP02']);
    expect(step(mission(packages, { agent: 'Claude' }))).toEqual(['review', 'WP01']);
    const own = packages.slice(1);
    const more = [...own, wp('WP03', 'planned')];
    expect(step(mission(more, { agent: 'claude' }))).toEqual(['implement', 'WP03']);
    expect(decideNext(mission(own, { agent: 'claude' }))).toMatchObject({
      kind: 'blocked',
      failures: ['WP02 is for_review, and somebody else than claude must review it'],
    });
    const taken = wp('WP01', 'in_review', { holder: 'claude', implementers: ['claude'] });
    expect(step(mission([taken], { agent: 'claude' }))).toBe('blocked');
  });

  test('acceptance is asked for with what stands in its way', () => {
    const approved = [wp('WP01', 'approved')];
    expect(decideNext(mission(approved, { unready: ['plan.md is missing', 'x'] }))).toMatchObject({
      action: 'accept',
      reason: 'Before it can be accepted: plan.md is missing; x.',
    });
    expect(decideNext(mission(approved))).toMatchObject({
      reason: 'Every work package is approved, done or canceled.',
    });
  });

  test('a step of planning says what its document lacks, and tasks what there is of packages', () => {
    const reason = (more: Partial<NextInput>, ...packages: NextPackage[]) => {
      const made = decideNext(mission(packages, more));
      return made.kind === 'step' ? made.reason : made.kind;
    };
    expect(reason(lacking('specify', 'There is no spec.md.'))).toBe('There is no spec.md.');
    expect(reason({})).toBe('There are no work packages.');
    expect(reason({}, wp('WP01', 'genesis'))).toBe('The work packages are not finalized.');
  });

  test('reviews come in the order in which they began to wait, whatever the order of the files', () => {
    const waiting = ['2026-01-02', null, '2026-01-01', '2026-01-03'];
    const packages = waiting.map((since, index) => wp(`WP0${index + 1}`, 'for_review', { since }));
    for (const order of [packages, packages.toReversed()]) {
      expect(step(mission(order))).toEqual(['review', 'WP02']);
      expect(step(mission(order.filter(({ since }) => since !== null)))).toEqual(['review', 'WP03']);
    }
  });

  test('a mission in which nothing can start says of each package why', () => {
    const packages = [
      wp('WP01', 'for_review', { implementers: ['claude'] }),
      wp('WP02', 'in_review', { implementers: ['claude'], holder: 'claude' }),
      wp('WP03', 'in_review', { implementers: ['ada'], holder: 'bob' }),
      wp('WP04', 'blocked'),
      wp('WP05', 'in_progress', { implementers: ['claude'] }),
    ];
    expect(decideNext(mission(packages, { agent: 'claude' }))).toMatchObject({
      failures: [
        'WP01 is for_review, and somebody else than claude must review it',
        'WP02 is in_review, and somebody else than claude must review it',
        'WP03 is in_review by bob',
        'WP04 is blocked',
        'WP05 is in_progress',
      ],
    });
  });

  test('what waits for a canceled package says so, and what ends that', () => {
    const packages = [wp('WP01', 'canceled'), wp('WP02', 'planned', { dependencies: ['WP01'] })];
    const waiting = decideNext(mission(packages));
    expect(waiting).toMatchObject({ failures: ['WP02 waits for WP01, which is canceled'] });
    for (const way of ['finalize-tasks', 'move-task WP02 --to canceled', 'move-task WP01 --to planned'])
      expect(waiting).toMatchObject({ reason: expect.stringContaining(way) });
  });

  test('a blocked mission says who holds what and what waits', () => {
    const packages = [
      wp('WP01', 'in_progress', { holder: 'claude' }),
      wp('WP02', 'planned', { dependencies: ['WP01'] }),
      wp('WP03', 'planned', { busy: 'WP01' }),
    ];
    expect(decideNext(mission(packages, { agent: 'codex' }))).toMatchObject({
      failures: [
        'WP01 is in_progress by claude',
        'WP02 waits for WP01',
        'WP03 waits for its lane, where WP01 is worked on',
      ],
    });
  });
});

const LANES = [
  'genesis',
  'planned',
  'claimed',
  'in_progress',
  'for_review',
  'in_review',
  'approved',
  'done',
  'blocked',
  'canceled',
] as const;
const anyPackages = fc
  .array(
    fc.record({
      lane: fc.constantFrom(...LANES),
      deps: fc.array(fc.nat(5), { maxLength: 2 }),
      holder: fc.constantFrom('a', 'b'),
      busy: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((items) =>
    items.map(({ lane, deps, holder, busy }, index) =>
      wp(`WP0${index + 1}`, lane, {
        dependencies: deps.filter((dep) => dep < index).map((dep) => `WP0${dep + 1}`),
        busy: busy ? 'WP09' : null,
        holder: ['claimed', 'in_progress', 'in_review'].includes(lane) ? holder : null,
      }),
    ),
  );

test('it never hands out what cannot be taken, and only ends when nothing is open', () => {
  fc.assert(
    fc.property(anyPackages, fc.constantFrom('a', 'c', null), fc.boolean(), (packages, agent, accepted) => {
      const decision = decideNext(mission(packages, { agent, accepted }));
      const open = packages.filter(({ lane }) => lane !== 'done' && lane !== 'canceled');
      if (decision.kind === 'terminal') expect(open).toEqual([]);
      if (decision.kind !== 'step') return;
      const named = packages.find(({ id }) => id === decision.wp);
      if (decision.action === 'implement' && named?.lane === 'planned') {
        expect([unsatisfiedDependencies(named, packages), named.busy]).toEqual([[], null]);
      } else if (decision.action === 'implement') {
        expect(named?.holder).toBe(agent);
      }
      if (decision.action === 'merge') expect(accepted).toBe(true);
      if (decision.action === 'merge' || decision.action === 'accept') {
        expect(open.every(({ lane }) => lane === 'approved')).toBe(true);
      }
    }),
  );
});

describe('a type that is delivered by documents', () => {
  const documents = [
    { id: 'scoping', artifact: 'spec.md', lack: undefined },
    { id: 'methodology', artifact: 'plan.md', lack: undefined },
    { id: 'output', artifact: 'report.md', lack: 'There is no report.md.' },
  ];
  const research = { type: missionType('research'), documents };
  const done = { ...research, documents: documents.map((one) => ({ ...one, lack: undefined })) };

  test.each<[string, NextInput, unknown]>([
    ['the first document that lacks something', mission([], research), ['output', null]],
    ['acceptance at the end', mission([], done), ['accept', null]],
    ['the last step of its own table', mission([], { ...done, type: missionType('plan') }), ['review', null]],
    ['accepted, it is over', mission([], { ...done, accepted: true }), 'terminal'],
    [
      'accepted or merged, its documents no longer matter',
      mission([], { ...research, merged: true }),
      'terminal',
    ],
    ['packages take over where the plan ends', mission([wp('WP01', 'genesis')], research), ['tasks', null]],
    ['and then the board decides', mission([wp('WP01', 'planned')], research), ['implement', 'WP01']],
  ])('%s', (_, input, expected) => {
    expect(step(input)).toEqual(expected);
  });

  test('acceptance is asked for with what stands in its way', () => {
    expect(decideNext(mission([], { ...done, unready: ['x'] }))).toMatchObject({
      reason: 'Before it can be accepted: x.',
    });
    expect(decideNext(mission([], done))).toMatchObject({ reason: 'Every document is there.' });
  });
});

test('a type that nobody knows is said to be unknown, and packages that are finalized are worked on all the same', () => {
  const unknown = { type: undefined, typeName: 'audit' };
  expect(decideNext(mission([], unknown))).toMatchObject({
    kind: 'blocked',
    reason:
      'meta.json names the mission type "audit", whose steps this program does not know (it knows software-dev, research, documentation, plan).',
  });
  expect(step(mission([wp('WP01', 'planned')], unknown))).toEqual(['implement', 'WP01']);
});
