import type { PackageScript } from './package-script.ts';

const SOURCE = `/**
 * Lays out rows of texts below the titles of their columns, two spaces apart.
 *
 * A column is \`{ title, align }\`; \`align: 'right'\` lines up numbers, everything else starts on the left.
 */
export function renderTable(columns, rows) {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, at) => Math.max(...[titles, ...rows].map((row) => row[at].length)));
  const pad = (cell, at) => (columns[at].align === 'right' ? cell.padStart(widths[at]) : cell.padEnd(widths[at]));
  const line = (cells) => cells.map(pad).join('  ').trimEnd();
  return [titles, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\\n');
}
`;

const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable } from '../src/table.js';

const COLUMNS = [{ title: 'Category' }, { title: 'Amount', align: 'right' }];

test('columns are as wide as their widest cell, and numbers line up on the right', () => {
  const table = renderTable(COLUMNS, [['rent', '950.00'], ['books, music', '1,012.79']]);
  assert.deepEqual(table.split('\\n'), [
    'Category        Amount',
    '------------  --------',
    'rent            950.00',
    'books, music  1,012.79',
  ]);
});

test('a table without rows has its titles', () => {
  assert.deepEqual(renderTable(COLUMNS, []).split('\\n'), ['Category  Amount', '--------  ------']);
});

test('no line ends in spaces', () => {
  assert.equal(renderTable([{ title: 'A' }, { title: 'Long title' }], [['x', 'y']]).split('\\n').at(-1), 'x  y');
});
`;

/** Text tables; needs nothing of the others. */
export const TABLE: PackageScript = {
  id: 'WP04',
  slug: 'text-table',
  title: 'Text table',
  dependencies: [],
  requirements: ['FR-004'],
  ownedFiles: ['src/table.js', 'test/table.test.js'],
  subtasks: { T007: 'Lay out rows in columns', T008: 'Line up numbers on the right' },
  instructions: `- \`renderTable(columns, rows)\` returns the titles, a line of dashes, and the rows as one text. A column is
  \`{ title, align }\` with \`align\` being \`'right'\` for numbers.
- Columns are two spaces apart and as wide as their widest cell. No line ends in spaces.

Accepted when every number of a column ends below the last letter of its title.`,
  attempts: [
    {
      message: 'WP04: lay out rows as a text table',
      files: { 'src/table.js': SOURCE, 'test/table.test.js': TESTS },
    },
  ],
  reviewTest: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { renderTable } = await import(pathToFileURL('src/table.js').href);

test('all lines end in the same column when the last one is right-aligned', () => {
  const amounts = ['1.00', '22.00', '-333.00', '4,444,444.00'];
  const rows = amounts.map((amount, at) => ['x'.repeat(at * 3), amount]);
  const lines = renderTable([{ title: 'Name' }, { title: 'Sum', align: 'right' }], rows).split('\\n');
  assert.equal(lines.length, 2 + rows.length);
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
});
`,
  advice: 'Make that test pass, and add the case to `test/table.test.js`.',
};
