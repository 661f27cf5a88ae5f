import { expect, test } from 'vitest';
import type { LaneCommit } from '../ports/integration.ts';
import { boundTo, lanesOf, type TrainFacts, trainCommits, trainUnits } from './train-unit.ts';

function lane(laneId: string, reviewed: Readonly<Record<string, string | null>>, tip?: string): LaneCommit {
  const entries = Object.entries(reviewed).map(([wp, commit]) => ({ wp, commit }));
  const packages = entries.map(({ wp }) => wp);
  return { laneId, packages, commit: tip ?? entries.at(-1)?.commit ?? '', base: null, reviewed: entries };
}

function facts(
  lanes: readonly LaneCommit[],
  more: Partial<Record<'needs' | 'has' | 'at', object>> = {},
): TrainFacts {
  const map = <V>(of: object = {}): Map<string, V> => new Map(Object.entries(of) as [string, V][]);
  const has = Object.entries(more.has ?? {}) as [string, string[]][];
  return {
    lanes,
    dependencies: map(more.needs),
    approvedAt: map(more.at),
    history: new Map(has.map(([commit, others]) => [commit, new Set(others)])),
  };
}

const names = (given: TrainFacts) => trainUnits(given).map(({ packages }) => packages.join('+'));

test('what was approved first goes first, but never before what it needs', () => {
  const lanes = [lane('lane-a', { WP01: 'a' }), lane('lane-b', { WP02: 'b' }), lane('lane-c', { WP03: 'c' })];
  const at = { WP01: '3', WP02: '2', WP03: '1' };
  expect(names(facts(lanes, { at }))).toEqual(['WP03', 'WP02', 'WP01']);
  expect(names(facts(lanes, { at, needs: { WP03: ['WP01'] } }))).toEqual(['WP02', 'WP01', 'WP03']);
  // Also where only Git knows, and where what is needed is not part of the merge.
  expect(names(facts(lanes, { at, has: { c: ['a'] }, needs: { WP02: ['WP09'] } }))).toEqual([
    'WP02',
    'WP01',
    'WP03',
  ]);
});

test('of a lane, what lies below can go without what lies on top', () => {
  const lanes = [lane('lane-a', { WP01: 'one', WP02: 'two', WP03: 'three' }), lane('lane-b', { WP04: 'b' })];
  const has = { two: ['one'], three: ['one', 'two'], b: ['one'] };
  const units = trainUnits(facts(lanes, { has }));
  expect(units.map(({ packages, needs }) => [packages, [...needs].toSorted()])).toEqual([
    [['WP01'], []],
    [['WP02'], ['WP01']],
    [['WP03'], ['WP01', 'WP02']],
    [['WP04'], ['WP01']],
  ]);
  const [first, second] = units;
  expect(first && boundTo(first, units, false).map(({ packages }) => packages)).toEqual([
    ['WP02'],
    ['WP03'],
    ['WP04'],
  ]);
  expect(second && boundTo(second, units, false).map(({ packages }) => packages)).toEqual([['WP03']]);
  expect(lanesOf(units.slice(0, 2), lanes)).toEqual([
    {
      ...lanes[0],
      packages: ['WP01', 'WP02'],
      commit: 'two',
      reviewed: [
        { wp: 'WP01', commit: 'one' },
        { wp: 'WP02', commit: 'two' },
      ],
    },
  ]);
  expect(lanesOf(units, lanes)).toEqual(lanes);
  expect(lanesOf([], lanes)).toEqual([]);
});

test('a package that was mended on top of a later one lies above it', () => {
  const lanes = [lane('lane-a', { WP01: 'mended', WP02: 'two' }, 'mended')];
  const units = trainUnits(facts(lanes, { has: { mended: ['two'] } }));
  expect(units.map(({ packages }) => packages)).toEqual([['WP02'], ['WP01']]);
  expect(lanesOf(units, lanes)[0]?.commit).toBe('mended');
  expect(lanesOf(units.slice(0, 1), lanes)[0]?.commit).toBe('two');
});

test('what Git cannot tell apart, or what needs each other, is one', () => {
  const same = [lane('lane-a', { WP01: 'a', WP02: 'a' }), lane('lane-b', { WP03: 'b' })];
  expect(names(facts(same))).toEqual(['WP01+WP02', 'WP03']);
  const unknown = [lane('lane-a', { WP01: 'a', WP02: null }, 'tip')];
  expect([names(facts(unknown)), trainCommits(unknown)]).toEqual([['WP01+WP02'], ['tip']]);
  const circle = [lane('lane-a', { WP01: 'mended', WP02: 'a' }), lane('lane-b', { WP03: 'b' })];
  const has = { mended: ['a'] };
  const needs = { WP02: ['WP03'], WP03: ['WP01'] };
  expect(names(facts(circle, { has, needs }))).toEqual(['WP01+WP02+WP03']);
  const [unit] = trainUnits(facts(circle, { has, needs }));
  expect(lanesOf(unit ? [unit] : [], circle).map(({ commit }) => commit)).toEqual(['mended', 'b']);
});
