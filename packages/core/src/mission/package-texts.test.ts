import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import type { MissionFiles } from '../ports/mission-store.ts';
import { readWorkPackages } from '../planning/work-packages.ts';
import { packageTexts } from './package-texts.ts';

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
