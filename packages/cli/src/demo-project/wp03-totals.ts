import type { PackageScript } from './package-script.ts';

const SOURCE = `/** Adds up expenses by one of their properties; the largest total comes first, equal ones by name. */
export function totalBy(expenses, property) {
  const totals = new Map();
  for (const expense of expenses) {
    const name = expense[property];
    totals.set(name, (totals.get(name) ?? 0) + expense.cents);
  }
  return [...totals]
    .map(([name, cents]) => ({ name, cents }))
    .sort((a, b) => b.cents - a.cents || (a.name < b.name ? -1 : 1));
}
`;

const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalBy } from '../src/summary.js';

const EXPENSES = [
  { category: 'food', month: '01', cents: 1250 },
  { category: 'rent', month: '01', cents: 95000 },
  { category: 'food', month: '02', cents: 29 },
];

test('expenses are added up, the largest total first', () => {
  assert.deepEqual(totalBy(EXPENSES, 'category'), [
    { name: 'rent', cents: 95000 },
    { name: 'food', cents: 1279 },
  ]);
});

test('any property can be the one', () => {
  assert.deepEqual(totalBy(EXPENSES, 'month').map(({ name }) => name), ['01', '02']);
});

test('equal totals are in the order of their names', () => {
  const equal = ['b', 'c', 'a'].map((category) => ({ category, cents: 100 }));
  assert.deepEqual(totalBy(equal, 'category').map(({ name }) => name), ['a', 'b', 'c']);
});

test('nothing adds up to nothing', () => {
  assert.deepEqual(totalBy([], 'category'), []);
});
`;

/** The first of the two packages that share \`src/summary.js\`, and so a lane. */
export const TOTALS: PackageScript = {
  id: 'WP03',
  slug: 'totals',
  title: 'Totals',
  dependencies: [],
  requirements: ['FR-003'],
  ownedFiles: ['src/summary.js', 'test/totals.test.js'],
  subtasks: { T005: 'Add up expenses by a property', T006: 'Order the totals' },
  instructions: `- \`totalBy(expenses, property)\` adds up the \`cents\` of expenses that have the same value of that property, and returns
  \`[{ name, cents }]\`.
- The largest total comes first. Equal totals are in the order of their names, so that a report never changes by itself.

Accepted when the totals do not depend on the order of the expenses.`,
  attempts: [
    {
      message: 'WP03: add up expenses by category, month or anything else',
      files: { 'src/summary.js': SOURCE, 'test/totals.test.js': TESTS },
    },
  ],
  reviewTest: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { totalBy } = await import(pathToFileURL('src/summary.js').href);

test('totals do not depend on the order of the expenses', () => {
  const expenses = Array.from({ length: 60 }, (_, at) => ({ category: 'c' + (at % 7), cents: (at * 37) % 50 }));
  const expected = totalBy(expenses, 'category');
  assert.equal(expected.length, 7);
  for (let turn = 1; turn < expenses.length; turn += 1) {
    const turned = [...expenses.slice(turn), ...expenses.slice(0, turn)];
    assert.deepEqual(totalBy(turned, 'category'), expected);
  }
});
`,
  advice: 'Make that test pass, and add the case to `test/totals.test.js`.',
};
