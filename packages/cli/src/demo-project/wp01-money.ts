import type { PackageScript } from './package-script.ts';

const FORMAT_AMOUNT = `
/** Writes whole cents as an amount, such as 123450 as "1,234.50". */
export function formatAmount(cents) {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  const whole = digits.slice(0, -2).replaceAll(/\\B(?=(?:[0-9]{3})+$)/g, ',');
  return (cents < 0 ? '-' : '') + whole + '.' + digits.slice(-2);
}
`;

// The mistake is a classic one: 0.29 * 100 is 28.999999999999996 in floating point.
const FLOATING_POINT = `/** Reads an amount such as "1,234.50" as whole cents. */
export function parseAmount(text) {
  const amount = Number(text.replaceAll(',', ''));
  if (text.trim() === '' || Number.isNaN(amount)) throw new RangeError('not an amount: ' + text);
  return Math.trunc(amount * 100);
}
${FORMAT_AMOUNT}`;

const WHOLE_CENTS = `const AMOUNT = /^(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:[.]([0-9]{1,2}))?$/;

/** Reads an amount such as "1,234.50" as whole cents, digit by digit: a product with 100 would not be exact. */
export function parseAmount(text) {
  const match = AMOUNT.exec(text.trim());
  if (!match) throw new RangeError('not an amount: ' + text);
  const [, sign, whole, fraction = ''] = match;
  const cents = Number(whole.replaceAll(',', '') + fraction.padEnd(2, '0'));
  if (!Number.isSafeInteger(cents)) throw new RangeError('too large an amount: ' + text);
  return sign === '-' && cents !== 0 ? -cents : cents;
}
${FORMAT_AMOUNT}`;

const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAmount, parseAmount } from '../src/money.js';

test('an amount is read as cents', () => {
  assert.equal(parseAmount('3'), 300);
  assert.equal(parseAmount('12.50'), 1250);
  assert.equal(parseAmount('1,234.5'), 123450);
  assert.equal(parseAmount('-7.25'), -725);
});

test('anything else is refused by its text', () => {
  for (const text of ['', 'twelve', '1.2.3']) {
    assert.throws(() => parseAmount(text), { message: 'not an amount: ' + text });
  }
});

test('cents are written as an amount', () => {
  assert.equal(formatAmount(5), '0.05');
  assert.equal(formatAmount(-725), '-7.25');
  assert.equal(formatAmount(123456789), '1,234,567.89');
});
`;

const REGRESSION_TEST = `
test('amounts that floating point cannot hold are exact', () => {
  assert.equal(parseAmount('0.29'), 29);
  assert.equal(parseAmount('4.35'), 435);
  assert.equal(parseAmount('1,005.01'), 100501);
});
`;

/** The package whose first attempt has a real mistake. */
export const MONEY: PackageScript = {
  id: 'WP01',
  slug: 'exact-money',
  title: 'Exact money',
  dependencies: [],
  requirements: ['FR-001', 'NFR-001'],
  ownedFiles: ['src/money.js', 'test/money.test.js'],
  subtasks: { T001: 'Read an amount as whole cents', T002: 'Write whole cents as an amount' },
  instructions: `Amounts come as text and are added up by the hundred, so they must be exact.

- \`parseAmount(text)\` returns whole cents: \`"12.50"\` is 1250. Thousands may be separated by commas, one or two
  decimals are allowed, a minus sign marks a refund. Anything else throws a \`RangeError\` that quotes the text.
- \`formatAmount(cents)\` is the way back: 123450 is \`"1,234.50"\`.

Accepted when every amount with two decimals is read to the cent.`,
  attempts: [
    {
      message: 'WP01: read and write amounts of money',
      files: { 'src/money.js': FLOATING_POINT, 'test/money.test.js': TESTS },
    },
    {
      message: 'WP01: read amounts digit by digit, so that every cent counts',
      files: { 'src/money.js': WHOLE_CENTS, 'test/money.test.js': TESTS + REGRESSION_TEST },
    },
  ],
  reviewTest: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { formatAmount, parseAmount } = await import(pathToFileURL('src/money.js').href);

test('every amount below 1,000.00 is read to the cent', () => {
  const wrong = [];
  for (let cents = 0; cents < 100_000; cents += 1) {
    const text = (cents / 100).toFixed(2);
    const read = parseAmount(text);
    if (read !== cents) wrong.push(text + ' is read as ' + read + ' cents');
  }
  assert.equal(wrong.length, 0, wrong.length + ' of 100000 amounts are wrong; the first: ' + wrong[0]);
});

test('what is written can be read again', () => {
  for (const cents of [0, 7, -29, 99_999, 123_456_789]) assert.equal(parseAmount(formatAmount(cents)), cents);
});
`,
  advice: `\`src/money.js\` multiplies a floating-point number by 100 and cuts off the rest, so 28.999999999999996 becomes 28.
Take the digits before and after the point from the text and never make a fraction of them. Add the amounts above to
\`test/money.test.js\`: the tests there pass only because they use amounts that floating point can hold.`,
};
