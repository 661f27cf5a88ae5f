import { expect, test } from 'vitest';
import { conflictNews, type KnownMerges, pairsToAsk, type WatchedTip, withAnswers } from './known-merges.ts';

const tip = (lane: string | null, commit: string): WatchedTip => ({ lane, commit });

/** Answers everything that is asked: two tips conflict where their commits have a letter in common. */
function ask(
  known: KnownMerges,
  tips: readonly WatchedTip[],
): { known: KnownMerges; asked: readonly string[] } {
  const pairs = pairsToAsk(known, tips);
  const answers = pairs.map((pair) => {
    const paths = pair[0].commit.split('').filter((one) => pair[1].commit.includes(one));
    return { pair, paths: paths.length > 0 ? paths : null };
  });
  const asked = pairs.map(([a, b]) => `${a.lane} ${b.lane ?? 'target'}`);
  return { known: withAnswers(known, tips, answers), asked };
}

test('every two lanes are asked about, and each with the target', () => {
  const { asked } = ask(new Map(), [
    tip('lane-b', 'b'),
    tip(null, 't'),
    tip('lane-a', 'a'),
    tip('lane-c', 'c'),
  ]);
  expect(asked).toEqual([
    'lane-a lane-b',
    'lane-a lane-c',
    'lane-a target',
    'lane-b lane-c',
    'lane-b target',
    'lane-c target',
  ]);
});

test('only what a tip that has moved is part of is asked about again', () => {
  const first = ask(new Map(), [tip(null, 't'), tip('lane-a', 'a'), tip('lane-b', 'b'), tip('lane-c', 'c')]);
  const same = ask(first.known, [tip('lane-c', 'c'), tip('lane-b', 'b'), tip('lane-a', 'a'), tip(null, 't')]);
  expect(same.asked).toEqual([]);
  const moved = ask(same.known, [tip(null, 't'), tip('lane-a', 'a'), tip('lane-b', 'B'), tip('lane-c', 'c')]);
  expect(moved.asked).toEqual(['lane-a lane-b', 'lane-b lane-c', 'lane-b target']);
  const target = ask(moved.known, [
    tip(null, 'T'),
    tip('lane-a', 'a'),
    tip('lane-b', 'B'),
    tip('lane-c', 'c'),
  ]);
  expect(target.asked).toEqual(['lane-a target', 'lane-b target', 'lane-c target']);
});

test('a conflict is told once, again with a file more, and again when it is gone', () => {
  const first = ask(new Map(), [tip('lane-a', 'xy'), tip('lane-b', 'x'), tip(null, 'z')]);
  const seen = { lane: 'lane-a', other: 'lane-b', paths: ['x'] };
  expect(conflictNews([], first.known)).toEqual({ seen: [seen], gone: [] });
  expect(conflictNews([seen], first.known)).toEqual({ seen: [], gone: [] });
  const more = ask(first.known, [tip('lane-a', 'xy'), tip('lane-b', 'xy'), tip(null, 'z')]);
  const both = { ...seen, paths: ['x', 'y'] };
  expect(conflictNews([seen], more.known)).toEqual({ seen: [both], gone: [] });
  // One file less is no news while others are left.
  expect(conflictNews([both], first.known)).toEqual({ seen: [], gone: [] });
  const none = ask(more.known, [tip('lane-a', 'q'), tip('lane-b', 'xy'), tip(null, 'z')]);
  expect(conflictNews([both], none.known)).toEqual({ seen: [], gone: [{ lane: 'lane-a', other: 'lane-b' }] });
});

test('a conflict with a lane that has landed or was given up is gone, and one with the target names none', () => {
  const first = ask(new Map(), [tip('lane-a', 'x'), tip('lane-b', 'x'), tip(null, 'x')]);
  const told = conflictNews([], first.known).seen;
  expect(told.map(({ lane, other }) => [lane, other])).toEqual([
    ['lane-a', 'lane-b'],
    ['lane-a', null],
    ['lane-b', null],
  ]);
  const after = ask(first.known, [tip('lane-b', 'x'), tip(null, 'x')]);
  expect(conflictNews(told, after.known)).toEqual({
    seen: [],
    gone: [
      { lane: 'lane-a', other: 'lane-b' },
      { lane: 'lane-a', other: null },
    ],
  });
});

test('a conflict in which Git names no file is one all the same', () => {
  const tips = [tip('lane-a', 'a'), tip('lane-b', 'b')];
  const [pair] = pairsToAsk(new Map(), tips);
  const known = withAnswers(new Map(), tips, pair ? [{ pair, paths: [] }] : []);
  const seen = { lane: 'lane-a', other: 'lane-b', paths: [] };
  expect(conflictNews([], known).seen).toEqual([seen]);
  expect(conflictNews([seen], known).seen).toEqual([]);
});
