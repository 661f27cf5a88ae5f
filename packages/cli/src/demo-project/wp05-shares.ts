import type { PackageScript } from './package-script.ts';

const ADDITION = `
/**
 * Adds to every total its share of the sum, in tenths of a percent.
 *
 * The shares add up to exactly 1000: each is rounded down, and what is left over goes to those that lost most.
 * Where the sum is not positive, as after many refunds, a share means nothing and is 0.
 */
export function withShares(totals) {
  const sum = totals.reduce((cents, total) => cents + total.cents, 0);
  if (sum <= 0) return totals.map((total) => ({ ...total, tenths: 0 }));
  const shares = totals.map((total) => {
    const tenths = Math.floor((total.cents * 1000) / sum);
    return { ...total, tenths, lost: total.cents * 1000 - tenths * sum };
  });
  const left = 1000 - shares.reduce((tenths, share) => tenths + share.tenths, 0);
  const raised = new Set(shares.toSorted((a, b) => b.lost - a.lost).slice(0, left));
  return shares.map((share) => {
    const { lost, ...total } = share;
    return raised.has(share) ? { ...total, tenths: total.tenths + 1 } : total;
  });
}
`;

const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withShares } from '../src/summary.js';

const shares = (...amounts) => withShares(amounts.map((cents) => ({ name: 'any', cents }))).map(({ tenths }) => tenths);

test('a share is its part of the sum, in tenths of a percent', () => {
  assert.deepEqual(shares(300, 100), [750, 250]);
});

test('three equal parts still make a whole', () => {
  assert.deepEqual(shares(1, 1, 1), [334, 333, 333]);
});

test('a total keeps its name and its cents', () => {
  assert.deepEqual(withShares([{ name: 'rent', cents: 5 }]), [{ name: 'rent', cents: 5, tenths: 1000 }]);
});

test('without a positive sum there are no shares', () => {
  assert.deepEqual(shares(), []);
  assert.deepEqual(shares(100, -100), [0, 0]);
});
`;

/** The second package of its lane: it goes on where the totals end, in the same file and the same worktree. */
export const SHARES: PackageScript = {
  id: 'WP05',
  slug: 'shares',
  title: 'Shares',
  dependencies: ['WP03'],
  requirements: ['FR-005', 'NFR-001'],
  ownedFiles: ['src/summary.js', 'test/shares.test.js'],
  subtasks: { T009: 'Work out the shares', T010: 'Make them add up to the whole' },
  instructions: `- \`withShares(totals)\` takes what \`totalBy\` returns and adds \`tenths\` to each entry: its share of the sum in tenths of a
  percent, so 333 is 33.3 %.
- Rounding each share alone gives 99.9 % or 100.1 % as often as not. Here they add up to exactly 1000.

Accepted when the shares of any positive amounts add up to the whole and each is less than a tenth off.`,
  attempts: [
    {
      message: 'WP05: add shares that make a whole',
      files: { 'src/summary.js': { append: ADDITION }, 'test/shares.test.js': TESTS },
    },
  ],
  reviewTest: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { withShares } = await import(pathToFileURL('src/summary.js').href);

test('shares of any amounts make a whole, and none is off by a tenth', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const amounts = Array.from({ length: (seed % 12) + 1 }, (_, at) => ((seed * 7919 + at * 104729) % 9973) + 1);
    const totals = amounts.map((cents, at) => ({ name: 'category ' + at, cents }));
    const sum = totals.reduce((cents, total) => cents + total.cents, 0);
    const found = withShares(totals);
    assert.equal(found.reduce((tenths, share) => tenths + share.tenths, 0), 1000);
    for (const { cents, tenths } of found) assert.ok(Math.abs(tenths - (cents * 1000) / sum) < 1);
  }
});
`,
  advice: 'Make that test pass, and add the case to `test/shares.test.js`.',
};
