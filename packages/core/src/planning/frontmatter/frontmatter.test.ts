import { expect, test } from 'vitest';
import { parseWorkPackageFile, workPackageIdOf } from './work-package-file.ts';

const read = (yaml: string, name = 'WP01-x.md') => parseWorkPackageFile(name, `---\n${yaml}\n---\nBody\n`);
const frontmatter = (yaml: string) => {
  const result = read(yaml);
  if (!result.ok) throw new Error(result.problem.message);
  return result.file;
};

test.each([
  ['WP01-slug.md', 'WP01'],
  ['WP01.md', 'WP01'],
  ['WP01_old.md', 'WP01'],
  ['README.md', undefined],
  ['WP1-x.md', undefined],
  ['WP100-x.md', undefined],
  ['WP01-x.md.bak', undefined],
  ['WP01-x/review-cycle-1.md', undefined],
])('the file name %s belongs to %s', (name, id) => {
  expect(workPackageIdOf(name)).toBe(id);
});

test('reads a file with byte order mark and Windows line endings', () => {
  const result = parseWorkPackageFile(
    'WP01.md',
    '\uFEFF---\r\ntitle: A\r\ndependencies:\r\n- WP02\r\n---\r\nBody\r\n',
  );
  expect(result).toMatchObject({
    ok: true,
    file: { id: 'WP01', title: 'A', body: 'Body\r\n', bodyLine: 6, frontmatter: { dependencies: ['WP02'] } },
  });
});

test.each<[string, string[] | undefined]>([
  ['title: x', undefined],
  ['dependencies:', []],
  ['dependencies: []', []],
  ['dependencies: "[]"', []],
  ['dependencies: WP01, wp02', ['WP01', 'WP02']],
  ['dependencies: "[\'WP01\', WP02]"', ['WP01', 'WP02']],
  ['dependencies: [WP03]', ['WP03']],
])('%j has the dependencies %j', (yaml, ids) => {
  expect(frontmatter(yaml).frontmatter.dependencies).toEqual(ids);
});

test('reads scalars where lists are usual, and old names', () => {
  const yaml =
    'work_package_title: Old\nrequirement_refs: FR-001\ntracker_refs: 12\nowned_files: "src/{a,b}/**"\nagent: {tool: claude}';
  expect(frontmatter(yaml)).toMatchObject({
    title: 'Old',
    problems: [],
    frontmatter: {
      requirementRefs: ['FR-001'],
      trackerRefs: ['12'],
      ownedFiles: ['src/{a,b}/**'],
      agent: 'claude',
    },
  });
});

test('values of the wrong type count as absent and are reported with their line', () => {
  const file = frontmatter(
    'title: {a: 1}\nowned_files:\n- [x]\ndependencies: {WP01: x}\nlane: done\nscope: 3',
  );
  expect(file.frontmatter).toMatchObject({
    title: undefined,
    ownedFiles: undefined,
    dependencies: undefined,
    scope: '3',
  });
  expect(file.problems.map(({ line, message }) => [line, message])).toEqual([
    [2, 'title must be a text.'],
    [5, 'dependencies must be a list of texts.'],
    [3, 'owned_files must be a list of texts.'],
  ]);
});

test.each([
  ['no frontmatter', 'Body only', 1, 'frontmatter-missing'],
  ['an open fence', '---\ntitle: x\n', 1, 'frontmatter-missing'],
  ['a duplicate key', '---\na: 1\ntitle: x\na: 2\n---\n', 4, 'frontmatter-invalid'],
  ['bad indentation', '---\na:\n  - b\n c: d\n---\n', 4, 'frontmatter-invalid'],
  ['a list as root', '---\n- a\n---\n', 2, 'frontmatter-invalid'],
  ['a custom tag', '---\na: !!python/object:os.system x\n---\n', 2, 'frontmatter-invalid'],
  ['a date tag', '---\na: !!timestamp 2020-01-01\n---\n', 2, 'frontmatter-invalid'],
])('refuses %s with its line', (_, text, line, rule) => {
  expect(parseWorkPackageFile('WP01-x.md', text)).toMatchObject({
    ok: false,
    problem: { file: 'tasks/WP01-x.md', line, rule },
  });
});

test('refuses aliases that multiply', () => {
  const levels = [
    'a: &a [x, x, x, x]',
    ...'bcdefgh'
      .split('')
      .map((key, n) => `${key}: &${key} [${Array(4).fill(`*${'abcdefg'[n]}`).join(', ')}]`),
  ];
  expect(read(levels.join('\n'))).toMatchObject({ ok: false, problem: { rule: 'frontmatter-invalid' } });
});

test('an id that contradicts the file name is a problem, however long it is', () => {
  const file = frontmatter(`title: x\nwork_package_id: WP${'9'.repeat(5000)}`);
  expect(file.id).toBe('WP01');
  expect(file.problems).toMatchObject([{ line: 3, rule: 'id-mismatch' }]);
  expect(file.problems[0]?.message.length).toBeLessThan(120);
});

test('keys that exist on every object mean nothing', () => {
  expect(frontmatter('__proto__: {title: evil}\nconstructor: x').title).toBe('WP01');
});
