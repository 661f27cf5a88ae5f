import { expect, test } from 'vitest';
import { folderProblems, sourceProblems } from './source-rules.mjs';

test('a file may have 400 physical lines, blank ones and comments included', () => {
  expect(sourceProblems('a.ts', '\n'.repeat(400))).toEqual([]);
  expect(sourceProblems('a.ts', '\n'.repeat(401))).toEqual(['a.ts has 401 lines; 400 is the limit.']);
  expect(sourceProblems('a.ts', `${'\n'.repeat(400)}last`)).toHaveLength(1);
  expect(sourceProblems('a.md', '\n'.repeat(401))).toEqual([]);
});

test.each(['utils.ts', 'packages/core/src/index.ts', 'types.test.ts', 'a/helpers.mjs', 'misc.cjs'])(
  '%s is no name',
  (file) => {
    expect(sourceProblems(file, '')).toHaveLength(1);
  },
);

test.each(['index.html', 'type-of.ts', 'find-index.ts'])('%s is a name', (file) => {
  expect(sourceProblems(file, '')).toEqual([]);
});

// Put together here, because this file is checked too.
const machine = (folder) => ['', folder, 'x'].join('/');

test.each(['work', 'root', 'tmp/bash_jobs'])('a path below %s is found with its line', (folder) => {
  expect(sourceProblems('a.md', `one\nsee ${machine(folder)}\n`)).toEqual([
    `a.md:2 names a path of one machine: see ${machine(folder)}`,
  ]);
});

test.each(['docs/work/x', '${home}/work/x', '../root/x', '/workspace/x', '/rooted/x'])(
  '%s is no machine path',
  (text) => {
    expect(sourceProblems('a.md', text)).toEqual([]);
  },
);

test('a folder may have 15 source files; tests and the start of a command are twins of one', () => {
  const files = Array.from({ length: 15 }, (_, at) => `a/${at}.ts`);
  const twins = ['a/0.test.ts', 'a/1.command.ts', 'a/notes.md', 'a/b/0.ts'];
  expect(folderProblems([...files, ...twins])).toEqual([]);
  expect(folderProblems([...files, 'a/more.mjs'])).toEqual(['a has 16 source files; 15 is the limit.']);
});
