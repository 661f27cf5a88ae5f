import { expect, test } from 'vitest';
import { LineReader, LONGEST_LINE } from './line-reader.ts';

function linesOf(...chunks: readonly (string | Buffer)[]): readonly string[] {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.add(Buffer.from(chunk));
  reader.end();
  return lines;
}

test('lines come whole, however the bytes come, with what follows the last newline', () => {
  const [first, second] = [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)];
  expect(linesOf('a', 'b\n\nc', first, second, 'd\r\ne')).toEqual(['ab', '', 'cüd', 'e']);
  expect(linesOf('a\n')).toEqual(['a']);
  expect(linesOf()).toEqual([]);
});

test('a line without an end is cut, and the next one is whole again', () => {
  const chunk = 'x'.repeat(LONGEST_LINE / 2);
  const lines = linesOf(chunk, chunk, chunk, chunk, 'y\nz');
  expect(lines).toEqual([`${chunk}${chunk} [the rest of this line was cut]`, 'z']);
});
