import type { PackageScript } from './package-script.ts';

const REPORT = `import { parseCsv } from './csv.js';
import { formatAmount, parseAmount } from './money.js';
import { totalBy, withShares } from './summary.js';
import { renderTable } from './table.js';

const HEADER = 'date,category,amount';
const COLUMNS = [{ title: 'Category' }, { title: 'Amount', align: 'right' }, { title: 'Share', align: 'right' }];

/** Turns the text of an expense file into the report: one row for each category, then the sum. */
export function report(text) {
  const expenses = readExpenses(text);
  const totals = withShares(totalBy(expenses, 'category'));
  const sum = {
    name: 'Total',
    cents: totals.reduce((cents, total) => cents + total.cents, 0),
    tenths: totals.reduce((tenths, total) => tenths + total.tenths, 0),
  };
  return renderTable(COLUMNS, [...totals, sum].map(cells));
}

function readExpenses(text) {
  const [header, ...records] = parseCsv(text);
  if (header?.fields.join(',') !== HEADER) throw new SyntaxError('line 1: the first line must be ' + HEADER);
  return records.map(readExpense);
}

function readExpense({ line, fields }) {
  const [date, category, amount] = fields;
  if (fields.length !== 3) throw new SyntaxError('line ' + line + ': 3 fields are needed, here are ' + fields.length);
  try {
    return { date, category, cents: parseAmount(amount) };
  } catch (cause) {
    throw new SyntaxError('line ' + line + ': ' + cause.message, { cause });
  }
}

function cells({ name, cents, tenths }) {
  return [name, formatAmount(cents), (tenths / 10).toFixed(1) + ' %'];
}
`;

const PROGRAM = `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { report } from '../src/report.js';

const [file, ...more] = process.argv.slice(2);

if (file === undefined || more.length > 0) {
  console.error('Usage: tally FILE');
  process.exitCode = 2;
} else {
  try {
    console.log(report(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error('tally: ' + file + ': ' + error.message);
    process.exitCode = 1;
  }
}
`;

const TESTS = `import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { report } from '../src/report.js';

const PROGRAM = fileURLToPath(new URL('../bin/tally.js', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../data/expenses.csv', import.meta.url));

const tally = (...args) => spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });

test('a report has a row for each category and the sum', () => {
  const text = 'date,category,amount\\n2024-01-01,rent,950\\n2024-01-02,"books, music",0.29\\n2024-01-03,rent,50.00\\n';
  assert.deepEqual(report(text).split('\\n'), [
    'Category        Amount    Share',
    '------------  --------  -------',
    'rent          1,000.00  100.0 %',
    'books, music      0.29    0.0 %',
    'Total         1,000.29  100.0 %',
  ]);
});

test('what cannot be read is named with its line', () => {
  const header = 'date,category,amount\\n';
  assert.throws(() => report('a,b\\n'), /line 1: the first line must be date,category,amount/);
  assert.throws(() => report(header + '2024-01-01,rent\\n'), /line 2: 3 fields are needed, here are 2/);
  assert.throws(() => report(header + '\\n2024-01-01,rent,much\\n'), /line 3: not an amount: much/);
});

test('the command prints the report of a file', () => {
  const { status, stdout } = tally(SAMPLE);
  assert.equal(status, 0);
  assert.match(stdout, /^Total .* 100[.]0 %$/m);
});

test('the command says what is wrong, and by its exit code that something is', () => {
  const missing = tally('missing.csv');
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /^tally: missing[.]csv: /);
  const misused = tally();
  assert.equal(misused.status, 2);
  assert.equal(misused.stderr, 'Usage: tally FILE\\n');
});
`;

/** The package that needs all others: its worktree starts with their reviewed commits. */
export const COMMAND_LINE: PackageScript = {
  id: 'WP06',
  slug: 'command-line',
  title: 'Command line',
  dependencies: ['WP01', 'WP02', 'WP04', 'WP05'],
  requirements: ['FR-006', 'C-001'],
  ownedFiles: ['src/report.js', 'test/report.test.js', 'bin/tally.js'],
  subtasks: { T011: 'Put the report together', T012: 'Give it a command with exit codes' },
  instructions: `- \`report(text)\` in \`src/report.js\` reads the expenses and returns the finished table, with the sum as its last row.
- A line that cannot be read is an error that names the line and says what is wrong with it.
- \`bin/tally.js FILE\` prints the report. Exit code 0; 1 when the file cannot be read; 2 when it is called wrongly.

Accepted when the report of \`data/expenses.csv\` agrees with a sum made by hand.`,
  attempts: [
    {
      message: 'WP06: print the report of an expense file',
      files: { 'src/report.js': REPORT, 'test/report.test.js': TESTS, 'bin/tally.js': PROGRAM },
    },
  ],
  reviewTest: `import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { report } = await import(pathToFileURL('src/report.js').href);

test('the sample adds up to what an adding machine says', () => {
  const text = readFileSync('data/expenses.csv', 'utf8');
  const amounts = [...text.matchAll(/,"?(-?[0-9,]+[.][0-9]{2})"?$/gm)].map(([, amount]) => amount.replaceAll(',', ''));
  const lines = text.trimEnd().split('\\n');
  assert.equal(amounts.length, lines.length - 1);
  // Text to integer by leaving out the point: no rounding anywhere.
  const cents = amounts.reduce((sum, amount) => sum + Number(amount.replace('.', '')), 0);
  const total = report(text).split('\\n').at(-1).split(/ {2,}/)[1];
  assert.equal(Number(total.replaceAll(/[,.]/g, '')), cents);
});
`,
  advice: 'Make that test pass, and add the case to `test/report.test.js`.',
};
