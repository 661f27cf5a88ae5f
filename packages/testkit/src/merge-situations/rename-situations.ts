import { apart, nine, program, type Situation } from './situation.ts';

/** Situations in which names change. */
export const RENAME_SITUATIONS: readonly Situation[] = [
  apart(
    'the lane renames what the target modifies',
    { base: { old: nine() }, target: { old: nine({ 5: 'ours' }) }, lane: { old: null, new: nine() } },
    { files: { new: nine({ 5: 'ours' }) } },
  ),
  apart(
    'the target renames what the lane modifies',
    { base: { old: nine() }, target: { old: null, new: nine() }, lane: { old: nine({ 5: 'theirs' }) } },
    { files: { new: nine({ 5: 'theirs' }) } },
  ),
  apart(
    'the target renames and modifies what the lane modifies',
    {
      base: { old: nine() },
      target: { old: null, new: nine({ 1: 'ours' }) },
      lane: { old: nine({ 9: 'theirs' }) },
    },
    { files: { new: nine({ 1: 'ours', 9: 'theirs' }) } },
  ),
  apart(
    'the lane renames what the target leaves alone',
    { base: { old: nine(), b: 'b\n' }, target: { b: 'ours\n' }, lane: { old: null, new: nine({ 2: 'x' }) } },
    { files: { new: nine({ 2: 'x' }), b: 'ours\n' } },
  ),
  apart(
    'both rename a file alike, with edits in different places',
    {
      base: { old: nine() },
      target: { old: null, new: nine({ 1: 'ours' }) },
      lane: { old: null, new: nine({ 9: 'theirs' }) },
    },
    { files: { new: nine({ 1: 'ours', 9: 'theirs' }) } },
  ),
  apart(
    'both rename a file alike, with edits of one line',
    {
      base: { old: nine() },
      target: { old: null, new: nine({ 5: 'ours' }) },
      lane: { old: null, new: nine({ 5: 'theirs' }) },
    },
    { conflicts: ['lane: content new'] },
  ),
  apart(
    'both rename a file, to different names',
    { base: { old: nine() }, target: { old: null, one: nine() }, lane: { old: null, two: nine() } },
    { conflicts: ['lane: rename/rename old', 'lane: rename/rename one', 'lane: rename/rename two'] },
  ),
  apart(
    'two files renamed to one name',
    {
      base: { one: nine({ 1: 'one', 2: 'one' }), two: nine({ 8: 'two', 9: 'two' }) },
      target: { one: null, new: nine({ 1: 'one', 2: 'one' }) },
      lane: { two: null, new: nine({ 8: 'two', 9: 'two' }) },
    },
    { conflicts: ['lane: add/add new'] },
  ),
  apart(
    'the target deletes what the lane renames',
    { base: { old: nine(), b: 'b\n' }, target: { old: null }, lane: { old: null, new: nine() } },
    { conflicts: ['lane: rename/delete new'] },
  ),
  apart(
    'the lane renames a file to a name that the target adds',
    { base: { old: nine() }, target: { new: 'ours\n' }, lane: { old: null, new: nine() } },
    { conflicts: ['lane: add/add new'] },
  ),
  apart(
    'the lane renames a file to a name that the target adds with the same content',
    { base: { old: nine() }, target: { new: nine() }, lane: { old: null, new: nine() } },
    { files: { new: nine() } },
  ),
  apart(
    'the lane renames a file and puts another in its place, the target modifies it',
    {
      base: { old: nine() },
      target: { old: nine({ 5: 'ours' }) },
      lane: { old: 'something else\n', new: nine() },
    },
    { conflicts: ['lane: content old'] },
  ),
  apart(
    'a rename of case only, modified on the other side',
    {
      base: { 'README.md': nine() },
      target: { 'README.md': nine({ 5: 'ours' }) },
      lane: { 'README.md': null, 'readme.md': nine() },
    },
    { files: { 'readme.md': nine({ 5: 'ours' }) } },
  ),
  apart(
    'a rename that makes the file executable, modified on the other side',
    {
      base: { old: nine() },
      target: { old: nine({ 5: 'ours' }) },
      lane: { old: null, new: program(nine()) },
    },
    { files: { new: program(nine({ 5: 'ours' })) } },
  ),
  apart(
    'a folder renamed on the target, a file in it modified in the lane',
    {
      base: { 'old/a': nine({ 1: 'a' }), 'old/b': nine({ 1: 'b' }) },
      target: { 'old/a': null, 'old/b': null, 'new/a': nine({ 1: 'a' }), 'new/b': nine({ 1: 'b' }) },
      lane: { 'old/a': nine({ 1: 'a', 9: 'theirs' }) },
    },
    { files: { 'new/a': nine({ 1: 'a', 9: 'theirs' }), 'new/b': nine({ 1: 'b' }) } },
  ),
  apart(
    'a folder renamed on the target, a new file in the lane: nobody but its author knows where it belongs',
    {
      base: { 'old/a': nine({ 1: 'a' }), 'old/b': nine({ 1: 'b' }) },
      target: { 'old/a': null, 'old/b': null, 'new/a': nine({ 1: 'a' }), 'new/b': nine({ 1: 'b' }) },
      lane: { 'old/c': 'c\n' },
    },
    { conflicts: ['lane: file location new/c', 'lane: file location old/c'] },
    { conflicts: ['lane: file location new/c'] },
  ),
  apart(
    'a folder renamed in the lane, a new file on the target',
    {
      base: { 'old/a': nine({ 1: 'a' }), 'old/b': nine({ 1: 'b' }) },
      target: { 'old/c': 'c\n' },
      lane: { 'old/a': null, 'old/b': null, 'new/a': nine({ 1: 'a' }), 'new/b': nine({ 1: 'b' }) },
    },
    { conflicts: ['lane: file location new/c', 'lane: file location old/c'] },
    { conflicts: ['lane: file location new/c'] },
  ),
  apart(
    'a folder parted in two on the target, a new file in the lane',
    {
      base: { 'old/a': nine({ 1: 'a' }), 'old/b': nine({ 1: 'b' }) },
      target: { 'old/a': null, 'old/b': null, 'one/a': nine({ 1: 'a' }), 'two/b': nine({ 1: 'b' }) },
      lane: { 'old/c': 'c\n' },
    },
    { conflicts: ['lane: directory rename split old'] },
    { refused: 'LANDING_REVERTED' },
  ),
  apart(
    'a chain of names: one side moves to where the other side has just left',
    {
      base: { one: nine({ 1: 'one', 2: 'one', 3: 'one' }), two: nine({ 7: 'two', 8: 'two', 9: 'two' }) },
      target: { two: null, three: nine({ 7: 'two', 8: 'two', 9: 'two' }) },
      lane: {
        one: null,
        two: nine({ 7: 'two', 8: 'two', 9: 'two' }),
        four: nine({ 1: 'one', 2: 'one', 3: 'one' }),
      },
    },
    {
      files: {
        four: nine({ 1: 'one', 2: 'one', 3: 'one' }),
        three: nine({ 7: 'two', 8: 'two', 9: 'two' }),
      },
    },
  ),
  apart(
    'two alike files go and one like both comes; the lane changes one of the two',
    {
      base: { one: nine(), two: nine({ 2: 'two', 3: 'two' }) },
      target: { one: null, two: null, new: nine({ 2: 'new' }) },
      lane: { two: nine({ 2: 'two', 3: 'two', 9: 'theirs' }) },
    },
    { files: { new: nine({ 2: 'new', 9: 'theirs' }) } },
  ),
  apart(
    'a rename on either side, of different files, each modified on the other',
    {
      base: { one: nine({ 5: 'one' }), two: nine({ 5: 'two', 6: 'two', 7: 'two', 8: 'two' }) },
      target: {
        one: null,
        uno: nine({ 5: 'one' }),
        two: nine({ 1: 'ours', 5: 'two', 6: 'two', 7: 'two', 8: 'two' }),
      },
      lane: {
        one: nine({ 5: 'one', 9: 'theirs' }),
        two: null,
        due: nine({ 5: 'two', 6: 'two', 7: 'two', 8: 'two' }),
      },
    },
    {
      files: {
        due: nine({ 1: 'ours', 5: 'two', 6: 'two', 7: 'two', 8: 'two' }),
        uno: nine({ 5: 'one', 9: 'theirs' }),
      },
    },
  ),
  apart(
    'a copy in the lane, of what the target modifies',
    { base: { old: nine() }, target: { old: nine({ 5: 'ours' }) }, lane: { copy: nine() } },
    { files: { copy: nine(), old: nine({ 5: 'ours' }) } },
  ),
  apart(
    'an empty file renamed by the lane, filled by the target: too little to follow',
    { base: { old: '' }, target: { old: 'ours\n' }, lane: { old: null, new: '' } },
    { conflicts: ['lane: modify/delete old'] },
  ),
];
