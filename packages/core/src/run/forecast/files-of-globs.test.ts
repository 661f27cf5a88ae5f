import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from '../../execution-lanes/globs-intersect.ts';
import { SortedFiles } from './files-of-globs.ts';

test('a glob covers in the part that is looked through what it covers of all files', () => {
  const part = fc.constantFrom('a', 'b', 'ab', 'a.ts', 'aｆ', 'é', '[x]');
  const file = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const glob = fc
    .array(
      fc.constantFrom('a', 'b', 'ab', 'a.ts', 'a*', '*', '**', '{a,b}', '?', 'é', String.raw`\[x]`, '.'),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(file, { maxLength: 20 }), glob, (files, one) => {
      const found = new SortedFiles(files).of(one);
      expect(found.toSorted()).toEqual(files.filter((path) => matchesGlob(path, one)).toSorted());
    }),
    { numRuns: 500 },
  );
});
