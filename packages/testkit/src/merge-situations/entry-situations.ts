import { apart, link, nine, program, type Situation, submodule } from './situation.ts';

/** Situations in which modes, links, submodules, folders and names decide. */
export const ENTRY_SITUATIONS: readonly Situation[] = [
  apart(
    'the lane makes a file executable, the target changes another',
    {
      base: { run: 'run\n', 'a.txt': 'a\n' },
      target: { 'a.txt': 'ours\n' },
      lane: { run: program('run\n') },
    },
    { files: { run: program('run\n'), 'a.txt': 'ours\n' } },
  ),
  apart(
    'the target makes a file executable, the lane changes its content',
    { base: { run: nine() }, target: { run: program(nine()) }, lane: { run: nine({ 5: 'theirs' }) } },
    { files: { run: program(nine({ 5: 'theirs' })) } },
  ),
  apart(
    'the lane drops the executable bit, the target changes the content',
    {
      base: { run: program(nine()) },
      target: { run: program(nine({ 5: 'ours' })) },
      lane: { run: nine() },
    },
    { files: { run: nine({ 5: 'ours' }) } },
  ),
  apart(
    'both change mode and content, in different places',
    {
      base: { run: nine() },
      target: { run: program(nine({ 1: 'ours' })) },
      lane: { run: program(nine({ 9: 'theirs' })) },
    },
    { files: { run: program(nine({ 1: 'ours', 9: 'theirs' })) } },
  ),
  apart(
    'add/add of one content in two modes',
    { base: { 'a.txt': 'a\n' }, target: { run: 'run\n' }, lane: { run: program('run\n') } },
    { conflicts: ['lane: add/add run'] },
  ),
  apart(
    'a symbolic link moved on one side',
    {
      base: { now: link('one'), 'a.txt': 'a\n' },
      target: { 'a.txt': 'ours\n' },
      lane: { now: link('two') },
    },
    { files: { now: link('two'), 'a.txt': 'ours\n' } },
  ),
  apart(
    'a symbolic link moved on both sides',
    { base: { now: link('one') }, target: { now: link('two') }, lane: { now: link('three') } },
    { conflicts: ['lane: content now'] },
  ),
  apart(
    'both add a name, as a link and as a file',
    { base: { 'a.txt': 'a\n' }, target: { now: link('a.txt') }, lane: { now: 'file\n' } },
    { conflicts: ['lane: distinct types now'] },
  ),
  apart(
    'the target makes a file a link, the lane changes the file',
    { base: { now: nine() }, target: { now: link('x') }, lane: { now: nine({ 5: 'theirs' }) } },
    { conflicts: ['lane: distinct types now'] },
  ),
  apart(
    'the lane makes a file a link, the target leaves it alone',
    { base: { now: nine(), 'a.txt': 'a\n' }, target: { 'a.txt': 'ours\n' }, lane: { now: link('a.txt') } },
    { files: { now: link('a.txt'), 'a.txt': 'ours\n' } },
  ),
  apart(
    'a submodule moved on one side',
    {
      base: { sub: submodule(1), 'a.txt': 'a\n' },
      target: { 'a.txt': 'ours\n' },
      lane: { sub: submodule(2) },
    },
    { files: { sub: submodule(2), 'a.txt': 'ours\n' } },
  ),
  apart(
    'a submodule moved on both sides',
    { base: { sub: submodule(1) }, target: { sub: submodule(2) }, lane: { sub: submodule(3) } },
    { conflicts: ['lane: submodule sub'] },
  ),
  apart(
    'a submodule moved alike on both sides',
    {
      base: { sub: submodule(1) },
      target: { sub: submodule(2) },
      lane: { sub: submodule(2), 'a.txt': 'a\n' },
    },
    { files: { sub: submodule(2), 'a.txt': 'a\n' } },
  ),
  apart(
    'a submodule that the target removes and the lane moves',
    {
      base: { sub: submodule(1), 'a.txt': 'a\n' },
      target: { sub: null },
      lane: { sub: submodule(2) },
    },
    { conflicts: ['lane: modify/delete sub'] },
  ),
  apart(
    'a file and a folder of one name',
    { base: { 'a.txt': 'a\n' }, target: { x: 'file\n' }, lane: { 'x/y.txt': 'folder\n' } },
    { conflicts: ['lane: file/directory x'] },
  ),
  apart(
    'a folder and a file of one name',
    { base: { 'a.txt': 'a\n' }, target: { 'x/y.txt': 'folder\n' }, lane: { x: 'file\n' } },
    { conflicts: ['lane: file/directory x'] },
  ),
  apart(
    'the lane makes a file a folder, the target leaves it alone',
    {
      base: { x: 'x\n', 'a.txt': 'a\n' },
      target: { 'a.txt': 'ours\n' },
      lane: { x: null, 'x/y.txt': 'y\n' },
    },
    { files: { 'a.txt': 'ours\n', 'x/y.txt': 'y\n' } },
  ),
  apart(
    'the lane makes a folder a file, the target adds to the folder',
    { base: { 'x/y.txt': 'y\n' }, target: { 'x/z.txt': 'z\n' }, lane: { 'x/y.txt': null, x: 'file\n' } },
    { conflicts: ['lane: file/directory x'] },
  ),
  apart(
    'names that differ in case only, one from either side',
    { base: { 'a.txt': 'a\n' }, target: { 'Read.md': 'ours\n' }, lane: { 'read.md': 'theirs\n' } },
    { files: { 'Read.md': 'ours\n', 'a.txt': 'a\n', 'read.md': 'theirs\n' } },
  ),
  apart(
    'names that differ in their Unicode form only',
    {
      base: { 'a.txt': 'a\n' },
      target: { 'caf\u00e9.txt': 'composed\n' },
      lane: { 'cafe\u0301.txt': 'decomposed\n' },
    },
    { files: { 'a.txt': 'a\n', 'caf\u00e9.txt': 'composed\n', 'cafe\u0301.txt': 'decomposed\n' } },
  ),
  apart(
    'names with a newline, quotes, spaces and letters of other scripts, changed on both sides',
    {
      base: { 'new\nline "x" \\ \t.txt': nine(), 'żółw 亀.txt': nine() },
      target: { 'new\nline "x" \\ \t.txt': nine({ 1: 'ours' }), 'żółw 亀.txt': nine({ 1: 'ours' }) },
      lane: { 'new\nline "x" \\ \t.txt': nine({ 9: 'theirs' }), 'żółw 亀.txt': nine({ 9: 'theirs' }) },
    },
    {
      files: {
        'new\nline "x" \\ \t.txt': nine({ 1: 'ours', 9: 'theirs' }),
        'żółw 亀.txt': nine({ 1: 'ours', 9: 'theirs' }),
      },
    },
  ),
  apart(
    'a conflict in a name with a newline and a tab',
    {
      base: { 'a\tb\nc': nine() },
      target: { 'a\tb\nc': nine({ 5: 'ours' }) },
      lane: { 'a\tb\nc': nine({ 5: 'theirs' }) },
    },
    { conflicts: ['lane: content a\tb\nc'] },
  ),
  apart(
    'a very long path',
    {
      base: { [longPath()]: nine() },
      target: { [longPath()]: nine({ 1: 'ours' }) },
      lane: { [longPath()]: nine({ 9: 'theirs' }) },
    },
    { files: { [longPath()]: nine({ 1: 'ours', 9: 'theirs' }) } },
  ),
];

function longPath(): string {
  return `${'a-folder-with-a-long-name/'.repeat(80)}file.txt`;
}
