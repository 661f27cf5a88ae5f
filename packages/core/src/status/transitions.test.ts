import { existsSync, readFileSync } from 'node:fs';
import type { Lane, SourceLane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { NEXT_LANES } from './transitions.ts';

type Marks = Record<Lane, 0 | 1>;

/** Written out, so that a new lane does not compile until somebody has decided every pair. */
// prettier-ignore
const EDGES: Record<SourceLane, Marks> = {
  genesis:     { planned: 1, claimed: 0, in_progress: 0, for_review: 0, in_review: 0, approved: 0, done: 0, blocked: 0, canceled: 1 },
  planned:     { planned: 0, claimed: 1, in_progress: 0, for_review: 0, in_review: 0, approved: 0, done: 0, blocked: 1, canceled: 1 },
  claimed:     { planned: 0, claimed: 0, in_progress: 1, for_review: 0, in_review: 0, approved: 0, done: 0, blocked: 1, canceled: 1 },
  in_progress: { planned: 1, claimed: 0, in_progress: 0, for_review: 1, in_review: 0, approved: 1, done: 0, blocked: 1, canceled: 1 },
  for_review:  { planned: 0, claimed: 0, in_progress: 0, for_review: 0, in_review: 1, approved: 0, done: 0, blocked: 1, canceled: 1 },
  in_review:   { planned: 1, claimed: 0, in_progress: 1, for_review: 0, in_review: 0, approved: 1, done: 1, blocked: 1, canceled: 1 },
  approved:    { planned: 1, claimed: 0, in_progress: 1, for_review: 0, in_review: 0, approved: 0, done: 1, blocked: 1, canceled: 1 },
  done:        { planned: 0, claimed: 0, in_progress: 0, for_review: 0, in_review: 0, approved: 0, done: 0, blocked: 0, canceled: 0 },
  blocked:     { planned: 0, claimed: 0, in_progress: 1, for_review: 0, in_review: 0, approved: 0, done: 0, blocked: 0, canceled: 1 },
  canceled:    { planned: 0, claimed: 0, in_progress: 0, for_review: 0, in_review: 0, approved: 0, done: 0, blocked: 0, canceled: 0 },
};

const pairs = (table: Readonly<Record<string, Readonly<Record<string, 0 | 1>>>>) =>
  Object.entries(table)
    .flatMap(([from, row]) => Object.keys(row).flatMap((to) => (row[to] === 1 ? [`${from} ${to}`] : [])))
    .toSorted();

test('NEXT_LANES says what the complete table says', () => {
  const next = Object.entries(NEXT_LANES).flatMap(([from, lanes]) => lanes.map((to) => `${from} ${to}`));
  expect(next.toSorted()).toEqual(pairs(EDGES));
});

test('NEXT_LANES says what SPEC.md says', () => {
  const spec = readFileSync(new URL('SPEC.md', import.meta.url), 'utf8');
  const section = /^## Lanes$(.*?)^`genesis` is/ms.exec(spec)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| (\w+) +\| ([\w, ]*?) *\|$/gm)].slice(1);
  expect(
    Object.fromEntries(rows.map(([, from = '', to = '']) => [from, to.split(', ').filter(Boolean)])),
  ).toEqual(NEXT_LANES);
});

const edges = new URL('../../../../../shared/corpus/expected/edges.json', import.meta.url);
const absent = existsSync(edges) ? '' : ' (skipped: the corpus is not beside the repository)';

test.skipIf(absent)(`the complete table says what the predecessor allows${absent}`, () => {
  const known: { edges: [string, string][] } = JSON.parse(readFileSync(edges, 'utf8'));
  expect(pairs(EDGES)).toEqual(known.edges.map((edge) => edge.join(' ')).toSorted());
});
