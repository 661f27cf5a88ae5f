import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globPattern, isLiteralGlob, isTooLarge } from './glob-pattern.ts';
import { globsIntersect, matchesGlob } from './globs-intersect.ts';

test.each([
  ['src/foo', 'src/foobar.py', false],
  ['src/foo', 'src/foo/bar.py', true],
  ['src/foo', 'src/foo', true],
  ['src/foo/', 'src/foo/**', true],
  ['src/foo.py', 'src/foo.py', true],
  ['**/*.md', 'docs/**', true],
  ['**/*.md', 'docs/*.txt', false],
  ['src/**', 'src/a/b/c.ts', true],
  ['src/**', 'srcs/a', false],
  ['src/*.ts', 'src/a/b.ts', false],
  ['src/*', 'src/sub/x.ts', false],
  ['src/**/x.ts', 'src/x.ts', true],
  ['src/*/x.ts', 'src/x.ts', false],
  ['src/*/x', 'src/x', true],
  ['docs/3.x', 'docs/3.x/a.md', true],
  ['*a', 'b*', true],
  ['a*b*c', 'ab*bc', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['f[a-c].ts', 'f[c-e].ts', true],
  ['f[a-b].ts', 'f[c-e].ts', false],
  ['f[!a-c].ts', 'f[ab].ts', false],
  ['f[!a-c].ts', 'f[cd].ts', true],
  ['src/[###-x/**', 'src/[###-x/y', true],
  ['src/{a,b}/x', 'src/b/**', true],
  ['src/{a,b}/x', 'src/c/**', false],
  ['src/{a,b/{c,d}}.ts', 'src/b/d.ts', true],
  ['src/{a}/x', 'src/a/x', false],
  ['./src//a.ts', 'src/a.ts', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'acb', false],
  ['.', 'anything/at/all', true],
  ['ä/**', 'ä/ö', true],
  ['👍?', '👍👎', true],
  ['v.x/y', 'v.x/y/*', true],
  ['x/a.json', 'x/a.json/*', false],
  ['x/a.c', 'x/a.c/*', false],
  ['src/*/', 'src/a/b', true],
  ['{ab,c}/x', 'ab/x', true],
  ['f[c-a].ts', 'f?.ts', false],
  ['f[!ca].ts', 'fa.ts', false],
  ['f[!ca].ts', 'fb.ts', true],
  ['f[!ab].ts', 'f[ab].ts', false],
  ['f[!b].ts', 'fa.ts', true],
  ['f[^b].ts', 'fb.ts', false],
])('%s and %s: %s', (a, b, expected) => {
  expect(globsIntersect(a, b)).toBe(expected);
  expect(globsIntersect(b, a)).toBe(expected);
});

test.each([
  ['src/a.ts', 'src', true],
  ['src/a.ts', 'src/', true],
  ['src', 'src', true],
  ['srcs/a.ts', 'src', false],
  ['src/a/b.ts', 'src/**', true],
  ['src/a/b.ts', 'src/*', false],
  ['src/a.ts', 'src/**/*.ts', true],
  ['src/a*.ts', 'src/a\\*.ts', true],
  ['src/[x].ts', 'src/\\[x\\].ts', true],
  ['.github/a.yml', '**/*.yml', true],
  ['a.ts/x', 'a.ts', true],
  ['a/b', './a//*', true],
  ['ab/c', 'a/*', false],
  ['b/c', '{a,b}/c', true],
])('the path %s under %s: %s', (path, glob, expected) => {
  expect(matchesGlob(path, glob)).toBe(expected);
});

const ALPHABET = ['a', 'b'];
/** Every path of one to three segments of one or two letters. */
const SEGMENTS = [...ALPHABET, ...ALPHABET.flatMap((x) => ALPHABET.map((y) => x + y))];
const PAIRS = SEGMENTS.flatMap((x) => SEGMENTS.map((y) => `${x}/${y}`));
const PATHS = [...SEGMENTS, ...PAIRS, ...PAIRS.flatMap((x) => SEGMENTS.map((y) => `${x}/${y}`))];

/** The meaning of a glob once more, as a regular expression: the oracle for small patterns. */
function oracle(glob: string): RegExp {
  const isLiteral = !/[*?[]/.test(glob);
  const parts = glob.split('/').map((part) => part.replaceAll('*', '[^/]*').replaceAll('?', '[^/]'));
  const source = glob
    .split('/')
    .map((part, index) => (part === '**' ? '(?:[^/]+(?:/|$))*' : `(?=[^/])${parts[index]}(?:/|$)`))
    .join('');
  return new RegExp(`^${source}${isLiteral ? '(?:.*)' : ''}$`);
}

const segment = fc.oneof(
  fc.constant('**'),
  fc
    .array(fc.constantFrom('a', 'b', '?', '*', '[a]', '[!a]'), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join(''))
    .filter((text) => !text.includes('**')),
);
const glob = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));

test('matching agrees with a regular expression on every small path', () => {
  fc.assert(
    fc.property(glob, (pattern) => {
      const expected = oracle(
        pattern.replaceAll('[!a]', 'B').replaceAll('[a]', 'A').replaceAll('A', '[a]').replaceAll('B', '[b]'),
      );
      for (const path of PATHS)
        expect(matchesGlob(path, pattern), `${path} ${pattern}`).toBe(expected.test(path));
    }),
  );
});

test('two globs intersect whenever a path matches both; symmetric and reflexive', () => {
  fc.assert(
    fc.property(glob, glob, (a, b) => {
      const shared = PATHS.some((path) => matchesGlob(path, a) && matchesGlob(path, b));
      if (shared) expect(globsIntersect(a, b), `${a} ${b}`).toBe(true);
      expect(globsIntersect(a, b)).toBe(globsIntersect(b, a));
      expect(globsIntersect(a, a)).toBe(true);
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 1000 },
  );
});

test('two globs that intersect have a short common path where both are short', () => {
  const short = fc.array(fc.constantFrom('a', 'b', '?', '*', 'a*', '*b', '**'), {
    minLength: 1,
    maxLength: 2,
  });
  const name = short.map((parts) => parts.join('/'));
  fc.assert(
    fc.property(name, name, (a, b) => {
      const shared = PATHS.some((path) => matchesGlob(path, a) && matchesGlob(path, b));
      expect(globsIntersect(a, b), `${a} ${b}`).toBe(shared);
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 1000 },
  );
});

test('hostile patterns stay cheap', () => {
  const braces = '{a,b}'.repeat(40);
  expect(isTooLarge(braces)).toBe(true);
  expect(globsIntersect(braces, 'c')).toBe(false);
  const long = (letter: string) => `${'{a,b}'.repeat(6)}${letter.repeat(300)}`;
  expect([isTooLarge(long('*a')), isTooLarge('['.repeat(20_000)), isTooLarge('src/{a,b}/*')]).toEqual([
    true,
    true,
    false,
  ]);
  const started = performance.now();
  for (const hostile of [long('*a'), long('*b'), '['.repeat(20_000)]) globsIntersect(hostile, long('*c'));
  // Minutes where each alternative counts in full.
  expect(performance.now() - started).toBeLessThan(10_000);
  const stars = `${'*a'.repeat(200)}b`;
  expect(matchesGlob('a'.repeat(400), stars)).toBe(false);
  expect(globsIntersect(Array(60).fill('**').join('/x/'), Array(60).fill('**').join('/y/'))).toBe(true);
});

test('a glob is read as far as 64 alternatives and 2,048 characters go', () => {
  const options = (count: number) => `{${Array.from({ length: count }, (_, at) => `a${at}`).join(',')}}`;
  expect([options(64), options(65)].map(isTooLarge)).toEqual([false, true]);
  expect(globPattern(options(65))).toHaveLength(64);
  const letters = (count: number) => 'a'.repeat(count);
  expect([letters(2048), letters(2049)].map(isTooLarge)).toEqual([false, true]);
  expect([`${letters(1023)}{b,c}`, `${letters(1024)}{b,c}`].map(isTooLarge)).toEqual([false, true]);
  expect(globsIntersect(letters(2048), letters(2048))).toBe(true);
  expect(globsIntersect(letters(2049), letters(2049))).toBe(false);
});

test.each(['*', '?', '[', ']', '{', '}', '\\'])('a glob with %s is not literal', (sign) => {
  expect([isLiteralGlob(`src/${sign}a`), isLiteralGlob('src/a-b.ts')]).toEqual([false, true]);
});
