import { expect, test } from 'vitest';
import { conflictHunks } from './conflict-hunks.ts';

const CONFLICT = ['<<<<<<< 1111', 'ours 1', 'ours 2', '=======', 'theirs', '>>>>>>> 2222'];

test('each place has its line and what either side has there', () => {
  const text = ['first', ...CONFLICT, 'between', ...CONFLICT, 'last', ''].join('\n');
  const hunk = { ours: 'ours 1\nours 2', theirs: 'theirs' };
  expect(conflictHunks(text)).toEqual([
    { line: 2, ...hunk },
    { line: 9, ...hunk },
  ]);
});

test.each([
  ['a side without lines', ['<<<<<<< a', '=======', 'theirs', '>>>>>>> b'], { ours: '', theirs: 'theirs' }],
  [
    'lines that end in CRLF',
    ['<<<<<<< a\r', 'x\r', '=======\r', 'y\r', '>>>>>>> b\r'],
    { ours: 'x', theirs: 'y' },
  ],
  [
    'the common lines, which are left out',
    ['<<<<<<< a', 'x', '||||||| base', 'old', '=======', 'y', '>>>>>>> b'],
    { ours: 'x', theirs: 'y' },
  ],
  ['longer markers', ['<<<<<<<<< a', 'x', '=========', 'y', '>>>>>>>>> b'], { ours: 'x', theirs: 'y' }],
  ['no newline at the end', ['<<<<<<< a', 'x', '=======', 'y', '>>>>>>> b'], { ours: 'x', theirs: 'y' }],
])('%s', (_name, lines, sides) => {
  expect(conflictHunks(lines.join('\n'))).toEqual([{ line: 1, ...sides }]);
});

test.each([
  ['no markers', 'a\nb\n'],
  ['nothing', ''],
  ['a binary file', `\0\n${CONFLICT.join('\n')}`],
  ['a heading underlined', 'Title\n=======\ntext\n'],
  ['a conflict that does not end', '<<<<<<< a\nx\n=======\ny\n'],
  ['quotes of quotes', '>>>>>>> a\n<<<<<<<x\n'],
])('none in %s', (_name, text) => {
  expect(conflictHunks(text)).toEqual([]);
});
