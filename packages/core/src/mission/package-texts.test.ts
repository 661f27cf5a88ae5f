import { laneRow, logOf } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import type { MissionFiles } from '../ports/mission-store.ts';
import { packagesOfLog, readWorkPackages } from '../planning/work-packages.ts';
import { packageTexts } from './package-texts.ts';
import { reduce } from '../status/reduce.ts';

const sound = (id: string) => `---\nwork_package_id: ${id}\ntitle: Title of ${id}\n---\n`;

function filesOf(texts: Readonly<Record<string, string | Error>>): MissionFiles {
  return {
    list: () => Object.keys(texts).map((name) => name.replace('tasks/', '')),
    read: (name) => {
      const text = texts[name];
      if (text instanceof Error) throw text;
      return text;
    },
  };
}

const problemsOf = (files: MissionFiles) =>
  Object.fromEntries(
    readWorkPackages(packageTexts(files)).map(({ fileName, problem }) => [
      fileName,
      problem?.message ?? null,
    ]),
  );

test('a file that is not text is the problem of its package, and hides no other', () => {
  const latin = new Fault('refused', 'NOT_UTF8', 'not text');
  const files = filesOf({ 'tasks/WP01-a.md': sound('WP01'), 'tasks/WP02-b.md': latin });
  expect(problemsOf(files)).toEqual({ 'WP01-a.md': null, 'WP02-b.md': 'The file is not UTF-8 text.' });
});

test('a file that cannot be read at all stops the reading', () => {
  const files = filesOf({ 'tasks/WP01-a.md': new Error('disk on fire') });
  expect(() => packageTexts(files)).toThrow('disk on fire');
});

test('two files for one id are a problem of both', () => {
  const files = filesOf({
    'tasks/WP01-a.md': sound('WP01'),
    'tasks/WP02-b.md': sound('WP02'),
    'tasks/WP02-c.md': sound('WP02'),
  });
  const message = 'WP02 has more than one file: WP02-b.md, WP02-c.md.';
  expect(problemsOf(files)).toEqual({ 'WP01-a.md': null, 'WP02-b.md': message, 'WP02-c.md': message });
});

const read = (texts: Readonly<Record<string, string | Error>>) =>
  readWorkPackages(packageTexts(filesOf(texts)));
const PLAIN = {
  subtasks: [],
  ownedFiles: [],
  executionMode: null,
  phase: null,
  agent: null,
  resources: [],
  agentProfile: null,
  role: null,
  model: null,
};

test('what a file says about its package is read, and what it does not say is nothing', () => {
  const full = `---
work_package_id: WP02
title: Parse
dependencies: [WP01]
subtasks: [T001, T002]
owned_files: [src/**]
execution_mode: code_change
phase: 2
agent: ada
agent_profile: tester
tags: [ui, 'resource: DB', 'resource:port']
role: implementer
model: m-1
---
`;
  const plain = { dependencies: [], dependencySource: 'none', problem: null, ...PLAIN };
  expect(read({ 'tasks/WP01-a.md': sound('WP01'), 'tasks/WP02-b.md': full })).toEqual([
    { id: 'WP01', fileName: 'WP01-a.md', title: 'Title of WP01', ...plain },
    {
      id: 'WP02',
      fileName: 'WP02-b.md',
      title: 'Parse',
      dependencies: ['WP01'],
      dependencySource: 'frontmatter',
      problem: null,
      subtasks: ['T001', 'T002'],
      ownedFiles: ['src/**'],
      resources: ['db', 'port'],
      executionMode: 'code_change',
      phase: '2',
      agent: 'ada',
      agentProfile: 'tester',
      role: 'implementer',
      model: 'm-1',
    },
  ]);
});

test('a file that cannot be read is a package with its id and a problem alone', () => {
  const link = new Fault('refused', 'NOT_A_PLAIN_FILE', 'a link');
  const problem = (rule: string, message: string) => ({
    file: 'tasks/WP01-a.md',
    line: undefined,
    rule,
    message,
  });
  const [found] = read({ 'tasks/WP01-a.md': link });
  expect(found).toEqual({
    id: 'WP01',
    fileName: 'WP01-a.md',
    title: 'WP01',
    dependencies: [],
    dependencySource: 'none',
    problem: problem('not-a-file', 'A plain file has to be here. A link is not followed.'),
    ...PLAIN,
  });
  const [latin] = read({ 'tasks/WP01-a.md': new Fault('refused', 'NOT_UTF8', 'not text') });
  expect(latin?.problem).toEqual(problem('not-utf8', 'The file is not UTF-8 text.'));
  expect(() => read({ 'tasks/WP01-a.md': new Fault('refused', 'READ_ONLY', 'no') })).toThrow('no');
});

test('only files that are named like a package describe one', () => {
  const texts = ['WP01-a.md', 'README.md', 'WP02-b.txt', 'notes-WP03.md', 'WPX.md'].map((name) => [
    `tasks/${name}`,
    sound('WP01'),
  ]);
  expect(read(Object.fromEntries(texts)).map(({ fileName }) => fileName)).toEqual(['WP01-a.md']);
});

test('tasks.md answers for a file that says nothing of dependencies, wps.yaml before it', () => {
  const bare = { 'tasks/WP01-a.md': sound('WP01'), 'tasks/WP02-b.md': sound('WP02') };
  const tasksMd = '## WP01: One\n\n## WP02: Two\n\nDepends on WP01.\n';
  const sources = (texts: Readonly<Record<string, string>>) =>
    read(texts).map(({ dependencies, dependencySource }) => [dependencies, dependencySource]);
  expect(sources({ ...bare, 'tasks.md': tasksMd })[1]).toEqual([['WP01'], 'tasks.md']);
  const wpsYaml =
    'work_packages:\n  - id: WP01\n    title: One\n  - id: WP02\n    title: Two\n    dependencies: [WP01]\n';
  expect(sources({ ...bare, 'tasks.md': tasksMd, 'wps.yaml': wpsYaml })[1]?.[0]).toEqual(['WP01']);
});

test('without any file, packages are what the log knows, in order of their ids', () => {
  const log = logOf(laneRow(1, { wp_id: 'WP02' }), laneRow(2));
  const plain = { dependencies: [], dependencySource: 'none', problem: null, ...PLAIN };
  expect(packagesOfLog(reduce(log), log)).toEqual([
    { id: 'WP01', fileName: 'WP01.md', title: 'WP01', ...plain },
    { id: 'WP02', fileName: 'WP02.md', title: 'WP02', ...plain },
  ]);
});
