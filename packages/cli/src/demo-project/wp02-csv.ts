import type { PackageScript } from './package-script.ts';

const SOURCE = `/**
 * Reads CSV as RFC 4180 describes it: quoted fields may hold commas, line breaks and doubled quotes.
 *
 * Each record keeps the number of its first line, for messages about it. Empty lines are left out.
 */
export function parseCsv(text) {
  const records = [];
  let record = { line: 1, fields: [''] };
  let line = 1;
  let quoted = false;
  let previous = '';
  const append = (char) => {
    record.fields[record.fields.length - 1] += char;
  };
  for (const char of text.replaceAll('\\r\\n', '\\n')) {
    if (char === '"') {
      quoted = !quoted;
      // A quote that reopens a field at once was a doubled one.
      if (quoted && previous === '"') append(char);
    } else if (quoted) append(char);
    else if (char === ',') record.fields.push('');
    else if (char === '\\n') {
      records.push(record);
      record = { line: line + 1, fields: [''] };
    } else append(char);
    if (char === '\\n') line += 1;
    previous = char;
  }
  if (quoted) throw new SyntaxError('line ' + record.line + ': a quote is never closed');
  return [...records, record].filter(({ fields }) => fields.length > 1 || fields[0] !== '');
}
`;

const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCsv } from '../src/csv.js';

test('records are split into fields and know their lines', () => {
  assert.deepEqual(parseCsv('a,b\\n\\nc,d\\n'), [
    { line: 1, fields: ['a', 'b'] },
    { line: 3, fields: ['c', 'd'] },
  ]);
});

test('quoted fields hold commas, quotes and line breaks', () => {
  const [record, next] = parseCsv('"a,b","say ""hi""","two\\nlines"\\nend,of,file');
  assert.deepEqual(record.fields, ['a,b', 'say "hi"', 'two\\nlines']);
  assert.equal(next.line, 3);
});

test('line endings of Windows are line endings', () => {
  assert.deepEqual(parseCsv('a,b\\r\\nc,d\\r\\n').map(({ fields }) => fields), [['a', 'b'], ['c', 'd']]);
});

test('a quote that is never closed is refused with its line', () => {
  assert.throws(() => parseCsv('a\\n"b\\nc'), { name: 'SyntaxError', message: 'line 2: a quote is never closed' });
});
`;

/** Reading CSV; needs nothing of the others. */
export const CSV: PackageScript = {
  id: 'WP02',
  slug: 'read-csv',
  title: 'Read CSV',
  dependencies: [],
  requirements: ['FR-002'],
  ownedFiles: ['src/csv.js', 'test/csv.test.js'],
  subtasks: { T003: 'Split text into records and fields', T004: 'Number the lines and refuse an open quote' },
  instructions: `Banks and spreadsheets export CSV, each with its own habits.

- \`parseCsv(text)\` returns records as \`{ line, fields }\`; \`line\` counts from 1 and is where the record begins.
- Fields may be quoted; a quoted field may hold commas, line breaks, and quotes written twice.
- Empty lines are left out, but counted. A quote that is never closed is a \`SyntaxError\` that names the line.

Accepted when a file written by a spreadsheet comes back field by field.`,
  attempts: [
    {
      message: 'WP02: read CSV with quotes and line numbers',
      files: { 'src/csv.js': SOURCE, 'test/csv.test.js': TESTS },
    },
  ],
  reviewTest: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { parseCsv } = await import(pathToFileURL('src/csv.js').href);

const quote = (field) => '"' + field.replaceAll('"', '""') + '"';

test('whatever is quoted comes back, field by field', () => {
  const awkward = ['', 'plain', ',', '"', '""', 'a "b" c', ' spaces ', 'line\\nbreak', 'é, ü'];
  const rows = awkward.map((first) => awkward.map((second) => [first, second])).flat();
  const text = rows.map((fields) => fields.map(quote).join(',')).join('\\n');
  assert.deepEqual(parseCsv(text).map(({ fields }) => fields), rows);
});
`,
  advice: 'Make that test pass, and add the case to `test/csv.test.js`.',
};
