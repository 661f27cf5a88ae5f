import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cut, cutTrain, type Trial } from './cut-train.ts';
import type { TrainUnit } from './train-unit.ts';

const FAILED = { output: 'red', conflicts: [] };

function units(count: number, needs: Readonly<Record<string, readonly string[]>> = {}): readonly TrainUnit[] {
  return Array.from({ length: count }, (_, at) => {
    const wp = `WP${String(at + 1).padStart(2, '0')}`;
    return { packages: [wp], parts: [], needs: new Set(needs[wp] ?? []) };
  });
}

interface Run {
  readonly cut: Cut<readonly string[]>;
  readonly trials: readonly Trial[];
}

/** Runs a train whose whole has failed; a trial fails where `breaks` says so of its packages. */
function run(
  order: readonly TrainUnit[],
  breaks: (has: (wp: string) => boolean, at: number) => boolean,
  keepLanes = false,
): Run {
  const search = cutTrain<readonly string[]>(order, FAILED, keepLanes);
  const trials: Trial[] = [];
  let step = search.next();
  while (!step.done) {
    const { units: merged } = step.value;
    trials.push(step.value);
    const value = merged.flatMap(({ packages }) => packages);
    const isBroken = breaks((wp) => value.includes(wp), trials.length);
    step = search.next(isBroken ? { ok: false, failure: FAILED } : { ok: true, value });
    if (trials.length > 200) throw new Error('It does not end');
  }
  return { cut: step.value, trials };
}

const names = (some: readonly TrainUnit[]) => some.flatMap(({ packages }) => packages);
const blamed = ({ cut }: Run) => names(cut.culprits.map(({ unit }) => unit));

test.each(Array.from({ length: 20 }, (_, at) => `WP${String(at + 1).padStart(2, '0')}`))(
  'of twenty packages, %s breaks it: at most six validations find it, and one more passes the other nineteen',
  (bad) => {
    const order = units(20);
    const found = run(order, (has) => has(bad));
    expect(blamed(found)).toEqual([bad]);
    const rest = names(order).filter((wp) => wp !== bad);
    expect([names(found.cut.lands), found.cut.value]).toEqual([rest, rest]);
    // The first is the whole, which had failed before.
    const search = found.trials.filter(({ why }) => why !== 'rest');
    expect(1 + search.length).toBeLessThanOrEqual(6);
    expect(1 + found.trials.length).toBeLessThanOrEqual(7);
    expect([found.cut.waits, found.cut.unsteady, found.cut.target]).toEqual([[], [], null]);
  },
);

test.each([1, 2, 3, 7, 8, 33])(
  'with %i packages, each of them is found, and what lands was validated',
  (count) => {
    const order = units(count);
    for (const bad of names(order)) {
      const found = run(order, (has) => has(bad));
      expect(blamed(found)).toEqual([bad]);
      if (count > 1) expect(found.cut.value).toEqual(names(order).filter((wp) => wp !== bad));
      const search = found.trials.filter(({ why }) => why !== 'rest');
      expect(1 + search.length).toBeLessThanOrEqual(Math.max(3, Math.ceil(Math.log2(count)) + 2));
    }
  },
);

test('of two that break it only together, the later one goes', () => {
  const found = run(units(9), (has) => has('WP03') && has('WP07'));
  expect(blamed(found)).toEqual(['WP07']);
  expect(found.cut.culprits[0]?.beside).toEqual(['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06']);
  expect(found.cut.value).toEqual(['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06', 'WP08', 'WP09']);
});

test('several that break it are all found', () => {
  const bad = ['WP02', 'WP05', 'WP12'];
  const found = run(units(12), (has) => bad.some(has));
  expect(blamed(found)).toEqual(bad);
  expect(found.cut.value).toHaveLength(9);
  const all = run(units(5), (has) => ['WP01', 'WP02', 'WP03', 'WP04', 'WP05'].some(has));
  expect([blamed(all), all.cut.lands, all.cut.value]).toEqual([
    ['WP01', 'WP02', 'WP03', 'WP04', 'WP05'],
    [],
    undefined,
  ]);
});

test('what needs a culprit waits, and is blamed for nothing', () => {
  const order = units(6, { WP04: ['WP02'], WP06: ['WP02', 'WP04'] });
  const found = run(order, (has) => has('WP02'));
  expect([blamed(found), names(found.cut.waits), found.cut.value]).toEqual([
    ['WP02'],
    ['WP04', 'WP06'],
    ['WP01', 'WP03', 'WP05'],
  ]);
  const chain = units(4, { WP03: ['WP02'], WP04: ['WP02', 'WP03'] });
  const cut = run(chain, (has) => has('WP02'));
  expect([blamed(cut), cut.cut.value]).toEqual([['WP02'], ['WP01']]);
});

test('a target that fails by itself is nobody’s fault', () => {
  const found = run(units(8), () => true);
  expect([found.cut.target, blamed(found), found.cut.lands]).toEqual([FAILED, [], []]);
});

test.each([1, 2, 3, 20])(
  'of %i packages, a failure that does not come back throws nothing out, and is told',
  (count) => {
    const order = units(count);
    const found = run(order, () => false);
    expect([blamed(found), names(found.cut.lands), found.cut.value]).toEqual([
      [],
      names(order),
      names(order),
    ]);
    expect(found.cut.unsteady).toEqual([{ packages: names(order), failure: FAILED }]);
  },
);

test('one failure by bad luck, wherever it strikes, blames nobody but who is to blame', () => {
  const order = units(20);
  for (let strikes = 1; strikes <= 8; strikes += 1) {
    const found = run(order, (has, at) => at === strikes || has('WP15'));
    // Where it strikes the target itself, nothing is decided.
    if (found.cut.target) expect(found.trials[strikes - 1]?.units).toEqual([]);
    else expect([strikes, blamed(found)]).toEqual([strikes, ['WP15']]);
  }
});

test('where lanes stay whole, what lies below a culprit waits as well, with what needs it', () => {
  const lanes = ['a', 'a', 'b', 'c', 'a'];
  const order = units(5, { WP02: ['WP01'], WP03: ['WP01'], WP05: ['WP01', 'WP02'] }).map((unit, at) => {
    const laneId = `lane-${lanes[at]}`;
    return { ...unit, parts: [{ laneId, packages: unit.packages, commit: `${at}`, depth: at }] };
  });
  const whole = run(order, (has) => has('WP02'), true);
  expect([blamed(whole), names(whole.cut.waits), whole.cut.value]).toEqual([
    ['WP02'],
    ['WP01', 'WP03', 'WP05'],
    ['WP04'],
  ]);
  const divided = run(order, (has) => has('WP02'), false);
  expect([blamed(divided), names(divided.cut.waits), divided.cut.value]).toEqual([
    ['WP02'],
    ['WP05'],
    ['WP01', 'WP03', 'WP04'],
  ]);
  // What is left without the beginning that had passed is validated anew, and searched again where it fails.
  const both = run(order, (has) => has('WP02') || (has('WP04') && !has('WP01')), true);
  expect([blamed(both), both.cut.lands, both.cut.value]).toEqual([['WP02', 'WP04'], [], undefined]);
});

test('whatever is wrong, what lands has passed, holds what it needs, and nothing good is blamed', () => {
  const pairs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 3 });
  const property = fc.property(
    fc.integer({ min: 1, max: 12 }),
    fc.array(fc.nat(11), { maxLength: 3 }),
    pairs,
    fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 8 }),
    (count, alone, together, edges) => {
      const name = (at: number) => `WP${String(at + 1).padStart(2, '0')}`;
      const needs: Record<string, string[]> = {};
      // In the order of a train, what is needed comes before, and what that needs is known.
      for (const [a, b] of edges.toSorted((x, y) => Math.max(...x) - Math.max(...y))) {
        const [low, high] = [name(Math.min(a, b)), name(Math.max(a, b))];
        if (low !== high) needs[high] = [...new Set([...(needs[high] ?? []), low, ...(needs[low] ?? [])])];
      }
      const order = units(count, needs);
      const breaks = (has: (wp: string) => boolean): boolean =>
        alone.some((at) => has(name(at))) ||
        together.some(([a, b]) => a !== b && has(name(a)) && has(name(b)));
      if (!breaks((wp) => names(order).includes(wp))) return;
      const { cut } = run(order, breaks);
      const lands = names(cut.lands);
      expect([cut.target, cut.unsteady]).toEqual([null, []]);
      expect(breaks((wp) => lands.includes(wp))).toBe(false);
      expect(lands.length > 0 ? cut.value : lands).toEqual(lands);
      for (const wp of lands) expect(lands).toEqual(expect.arrayContaining(needs[wp] ?? []));
      const faulty = new Set([...alone.map(name), ...together.flat().map(name)]);
      for (const { unit } of cut.culprits) expect(faulty.has(unit.packages[0] ?? '')).toBe(true);
      const all = [...lands, ...names(cut.culprits.map(({ unit }) => unit)), ...names(cut.waits)];
      expect(all.toSorted()).toEqual(names(order));
    },
  );
  fc.assert(property, { numRuns: 500, seed: 7 });
});
