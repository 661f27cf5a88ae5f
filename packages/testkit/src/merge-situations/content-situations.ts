import { apart, nine, type Situation } from './situation.ts';

const a = (text: string) => ({ 'a.txt': text });
const crlf = (edits: Readonly<Record<number, string>> = {}) => nine(edits, '\r\n');
const large = (edits: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 40_000 }, (_, at) => `${edits[at] ?? `row ${at} of a large file`}\n`).join('');
const lock = (...packages: readonly string[]) =>
  `{\n  "version": 3,\n  "packages": {\n${packages.map((one) => `    "${one}": "1.0.0"`).join(',\n')}\n  }\n}\n`;

/** Situations in which the content of single files decides. */
export const CONTENT_SITUATIONS: readonly Situation[] = [
  apart(
    'both change a file in different places',
    { base: a(nine()), target: a(nine({ 1: 'ours' })), lane: a(nine({ 9: 'theirs' })) },
    { files: a(nine({ 1: 'ours', 9: 'theirs' })) },
  ),
  apart(
    'both change one line differently',
    { base: a(nine()), target: a(nine({ 5: 'ours' })), lane: a(nine({ 5: 'theirs' })) },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'both change one line alike',
    { base: a(nine()), target: a(nine({ 5: 'same' })), lane: a(nine({ 5: 'same', 9: 'theirs' })) },
    { files: a(nine({ 5: 'same', 9: 'theirs' })) },
  ),
  apart(
    'both change lines that touch',
    { base: a(nine()), target: a(nine({ 5: 'ours' })), lane: a(nine({ 6: 'theirs' })) },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'both append to a file',
    { base: a(nine()), target: a(`${nine()}ours\n`), lane: a(`${nine()}theirs\n`) },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'add/add of one content',
    { base: a('a\n'), target: { 'new.txt': 'new\n' }, lane: { 'new.txt': 'new\n' } },
    { files: { 'a.txt': 'a\n', 'new.txt': 'new\n' } },
  ),
  apart(
    'add/add of two contents',
    { base: a('a\n'), target: { 'new.txt': 'ours\n' }, lane: { 'new.txt': 'theirs\n' } },
    { conflicts: ['lane: add/add new.txt'] },
  ),
  apart(
    'the target deletes what the lane modifies',
    { base: a(nine()), target: { 'a.txt': null, 'b.txt': 'b\n' }, lane: a(nine({ 5: 'theirs' })) },
    { conflicts: ['lane: modify/delete a.txt'] },
  ),
  apart(
    'the lane deletes what the target modifies',
    { base: a(nine()), target: a(nine({ 5: 'ours' })), lane: { 'a.txt': null, 'b.txt': 'b\n' } },
    { conflicts: ['lane: modify/delete a.txt'] },
  ),
  apart(
    'the lane deletes what the target leaves alone',
    { base: { ...a('a\n'), 'b.txt': 'b\n' }, target: { 'b.txt': 'ours\n' }, lane: { 'a.txt': null } },
    { files: { 'b.txt': 'ours\n' } },
  ),
  apart(
    'both delete a file',
    {
      base: { ...a('a\n'), 'b.txt': 'b\n' },
      target: { 'a.txt': null },
      lane: { 'a.txt': null, 'b.txt': 'theirs\n' },
    },
    { files: { 'b.txt': 'theirs\n' } },
  ),
  apart(
    'white space only on one side, an edit elsewhere on the other',
    { base: a(nine()), target: a(nine({ 2: '  line 2' })), lane: a(nine({ 8: 'theirs' })) },
    { files: a(nine({ 2: '  line 2', 8: 'theirs' })) },
  ),
  apart(
    'white space only on one side, an edit of that line on the other',
    { base: a(nine()), target: a(nine({ 5: '  line 5' })), lane: a(nine({ 5: 'theirs' })) },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'the last line loses its end on one side, the first changes on the other',
    { base: a(nine()), target: a(nine().trimEnd()), lane: a(nine({ 1: 'theirs' })) },
    { files: a(nine({ 1: 'theirs' }).trimEnd()) },
  ),
  apart(
    'CRLF throughout, both change',
    { base: a(crlf()), target: a(crlf({ 1: 'ours' })), lane: a(crlf({ 9: 'theirs' })) },
    { files: a(crlf({ 1: 'ours', 9: 'theirs' })) },
  ),
  apart(
    'the target goes from LF to CRLF, the lane leaves the file alone',
    { base: a(nine()), target: a(crlf()), lane: { 'b.txt': 'b\n' } },
    { files: { ...a(crlf()), 'b.txt': 'b\n' } },
  ),
  apart(
    'the target goes from LF to CRLF, the lane changes a line',
    { base: a(nine()), target: a(crlf()), lane: a(nine({ 5: 'theirs' })) },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'merge=union takes the lines of both',
    {
      base: { ...a(nine()), '.gitattributes': '*.txt merge=union\n' },
      target: a(`${nine()}ours\n`),
      lane: a(`${nine()}theirs\n`),
    },
    { files: { '.gitattributes': '*.txt merge=union\n', ...a(`${nine()}ours\ntheirs\n`) } },
  ),
  apart(
    'a text that .gitattributes calls binary, both change different places',
    {
      base: { ...a(nine()), '.gitattributes': '*.txt binary\n' },
      target: a(nine({ 1: 'ours' })),
      lane: a(nine({ 9: 'theirs' })),
    },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'a binary file changed on one side',
    { base: { 'a.bin': '\0one' }, target: { 'b.txt': 'b\n' }, lane: { 'a.bin': '\0two' } },
    { files: { 'a.bin': '\0two', 'b.txt': 'b\n' } },
  ),
  apart(
    'a binary file changed on both sides',
    { base: { 'a.bin': '\0one' }, target: { 'a.bin': '\0two' }, lane: { 'a.bin': '\0three' } },
    { conflicts: ['lane: content a.bin'] },
  ),
  apart(
    'a text that becomes binary on one side and changes on the other',
    { base: a(nine()), target: a(`\0${nine()}`), lane: a(nine({ 9: 'theirs' })) },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'a generated lock file that both extend at one place',
    {
      base: { 'package-lock.json': lock('alpha') },
      target: { 'package-lock.json': lock('alpha', 'beta') },
      lane: { 'package-lock.json': lock('alpha', 'gamma') },
    },
    { conflicts: ['lane: content package-lock.json'] },
  ),
  apart(
    'a generated lock file that one side made anew',
    {
      base: { 'package-lock.json': lock('alpha'), 'a.txt': 'a\n' },
      target: { 'a.txt': 'ours\n' },
      lane: { 'package-lock.json': lock('beta', 'gamma') },
    },
    { files: { 'package-lock.json': lock('beta', 'gamma'), 'a.txt': 'ours\n' } },
  ),
  apart(
    'both add an empty file',
    { base: a('a\n'), target: { empty: '' }, lane: { empty: '', 'b.txt': '' } },
    { files: { 'a.txt': 'a\n', 'b.txt': '', empty: '' } },
  ),
  apart(
    'the target empties a file that the lane changes',
    { base: a(nine()), target: a(''), lane: a(nine({ 5: 'theirs' })) },
    { conflicts: ['lane: content a.txt'] },
  ),
  apart(
    'a commit of the lane that changes nothing',
    { base: a('a\n'), target: a('ours\n'), lane: {} },
    { files: a('ours\n') },
  ),
  apart(
    'a large file changed at both ends',
    { base: a(large()), target: a(large({ 0: 'ours' })), lane: a(large({ 39_999: 'theirs' })) },
    { files: a(large({ 0: 'ours', 39_999: 'theirs' })) },
  ),
  apart(
    'a nested .gitignore that names a file which the other side tracks',
    {
      base: { 'sub/.gitignore': '*.log\n', 'sub/kept.log': nine() },
      target: { 'sub/.gitignore': '*.log\n*.tmp\n', 'sub/new.tmp': 'ours\n' },
      lane: { 'sub/kept.log': nine({ 5: 'theirs' }), 'sub/also.log': 'theirs\n' },
    },
    {
      files: {
        'sub/.gitignore': '*.log\n*.tmp\n',
        'sub/also.log': 'theirs\n',
        'sub/kept.log': nine({ 5: 'theirs' }),
        'sub/new.tmp': 'ours\n',
      },
    },
  ),
  apart(
    'lines that look like conflict markers',
    {
      base: a(nine({ 3: '<<<<<<< ours' })),
      target: a(nine({ 1: 'ours', 3: '<<<<<<< ours' })),
      lane: a(nine({ 3: '<<<<<<< ours', 9: '>>>>>>> theirs' })),
    },
    { files: a(nine({ 1: 'ours', 3: '<<<<<<< ours', 9: '>>>>>>> theirs' })) },
  ),
];
