import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonLines, compareLines, countLines, normalLines } from './log-lines.ts';

// Rows that differ are many, and some differ in their spacing only.
const row = fc.record({ event_id: fc.nat(30), value: fc.constantFrom('a', 'ä', 'b c') });
const line = fc
  .tuple(row, fc.constantFrom(0, 1))
  .map(([value, spaces]) => JSON.stringify(value, null, spaces).replaceAll('\n', ''));
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((each) => `${each}\n`).join(''));

const linesOf = (whole: string) => whole.split('\n').filter((each) => each !== '');
const rowsOf = (whole: string) => new Set(linesOf(whole).map((each) => JSON.stringify(JSON.parse(each))));

test('the union has every row of both, the order of the journal first, and makes two copies equal', () => {
  fc.assert(
    fc.property(text, text, (journal, file) => {
      const { inFile, inJournal } = compareLines(journal, file);
      const union = journal + inJournal;
      expect(linesOf(union).slice(0, linesOf(journal).length)).toEqual(linesOf(journal));
      expect(rowsOf(union)).toEqual(new Set([...rowsOf(journal), ...rowsOf(file)]));
      expect(new Set([...rowsOf(file), ...rowsOf(inFile)])).toEqual(rowsOf(union));
      // Uniting again adds nothing.
      expect(compareLines(union, file).inJournal).toBe('');
      expect(compareLines(union, union)).toEqual({ inFile: '', inJournal: '' });
    }),
  );
});

test('what the file lacks stays in its line of the journal', () => {
  fc.assert(
    fc.property(text, text, (journal, file) => {
      const lines = journal.split('\n');
      compareLines(journal, file)
        .inFile.split('\n')
        .forEach((each, index) => each !== '' && expect(each).toBe(lines[index]));
    }),
  );
});

test('the common beginning ends with a line and is as long as it can be', () => {
  fc.assert(
    fc.property(text, text, text, (shared, a, b) => {
      const [left, right] = [Buffer.from(shared + a), Buffer.from(shared + b)];
      const length = commonLines(left, right);
      expect(length).toBe(commonLines(right, left));
      expect(left.subarray(0, length).equals(right.subarray(0, length))).toBe(true);
      expect(length === 0 || left[length - 1] === 10).toBe(true);
      expect(length).toBeGreaterThanOrEqual(Buffer.byteLength(shared));
      const [next, other] = [left, right].map((bytes) => bytes.toString('utf8', length).split('\n')[0]);
      expect(next === '' || next !== other).toBe(true);
    }),
  );
});

test('a part of a line is not common', () => {
  expect(commonLines(Buffer.from('one\ntwo\n'), Buffer.from('one\ntwelve\n'))).toBe(4);
  expect(commonLines(Buffer.from('one'), Buffer.from('one'))).toBe(0);
  expect(commonLines(Buffer.from(''), Buffer.from('one\n'))).toBe(0);
});

test('other spacing and other order of keys is the same row, other content is not', () => {
  const journal = '{"a": 1, "b": [1, 2]}\n{"a": 2}\n';
  expect(compareLines(journal, '{"b":[1,2],"a":1}\n{"a":2}\n')).toEqual({ inFile: '', inJournal: '' });
  expect(compareLines(journal, '{"b":[2,1],"a":1}\n{"a":2}\n')).toEqual({
    inFile: '{"a": 1, "b": [1, 2]}\n\n',
    inJournal: '{"b":[2,1],"a":1}\n',
  });
  expect(compareLines(journal, '<<<<<<< ours\n')).toEqual({ inFile: journal, inJournal: '<<<<<<< ours\n' });
});

test('lines end in one newline, and are counted by it', () => {
  expect(normalLines('')).toBe('');
  expect(normalLines('a\r\nb')).toBe('a\nb\n');
  expect(normalLines('a\rb\n')).toBe('a\rb\n');
  expect([countLines(''), countLines('a'), countLines('a\n\nb\n')]).toEqual([0, 0, 3]);
});
