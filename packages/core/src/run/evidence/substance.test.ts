import { expect, test } from 'vitest';
import { packagePromise } from './package-promise.ts';
import { lackOfSubstance } from './substance.ts';

const promise = (owns: readonly string[], words = 'Add it.', makes: readonly string[] = []) =>
  packagePromise(
    `---\ntitle: Totals\nowned_files: ${JSON.stringify(owns)}\ncreate_intent: ${JSON.stringify(makes)}\n---\n${words}\n`,
  );

const LOCK = { path: 'package-lock.json', before: '{}\n', after: '{"a": 1}\n' };
const change = (path: string, before: string | null, after: string | null) => ({ path, before, after });

const CASES: readonly (readonly [string, Parameters<typeof lackOfSubstance>, string])[] = [
  ['a lock file alone', [[LOCK], promise(['package*.json', 'src/**']), []], 'Only lock files'],
  ['one that is asked for', [[LOCK], promise(['package*.json', 'src/**'], 'Update the lock file.'), []], ''],
  ['one that is all there is', [[LOCK], promise(['package-lock.json']), []], ''],
  ['a comment', [[change('a.js', 'f();\n', '// Adds.\nf();\n')], promise(['src/**']), []], 'Only comments'],
  ['white space', [[change('a.js', 'f(1);\n', 'f(1);\n\n')], promise(['src/**']), []], 'Only comments'],
  ['a text', [[change('a.js', "f('a');\n", "f('a ');\n")], promise(['src/**']), []], ''],
  [
    'indentation that counts',
    [[change('a.py', 'if a:\n  b()\nc()\n', 'if a:\n  b()\n  c()\n')], promise(['src/**']), []],
    '',
  ],
  [
    'a docstring',
    [[change('a.py', 'def f():\n    g()\n', 'def f():\n    """Gs."""\n    g()\n')], promise(['src/**']), []],
    'Only comments',
  ],
  [
    'a comment that is asked for',
    [[change('a.js', 'f();\n', '// Adds.\nf();\n')], promise(['src/**'], 'Document it.'), []],
    '',
  ],
  [
    'a new file of comments',
    [[change('a.go', null, '// later\n')], promise(['src/**']), []],
    'Only comments',
  ],
  ['a new file that is empty', [[change('pkg/__init__.py', null, '')], promise(['pkg/**']), []], ''],
  ['a file that goes', [[change('a.js', 'f();\n', null)], promise(['src/**']), []], ''],
  [
    'prose',
    [[change('README.md', 'a\n', 'b\n')], promise(['README.md', 'src/a.js']), []],
    'no source that the package owns: src/a.js',
  ],
  [
    'prose that is asked for',
    [[change('README.md', 'a\n', 'b\n')], promise(['README.md', 'src/a.js'], 'Say so in README.md.'), []],
    '',
  ],
  ['prose of a package of prose', [[change('README.md', 'a\n', 'b\n')], promise(['*.md']), []], ''],
  ['tests alone', [[change('a.test.js', 'f();\n', 'g();\n')], promise(['src/a.js', 'a.test.js']), []], ''],
  [
    'what is to be made',
    [[change('src/b.js', null, 'f();\n')], promise(['src/**'], '', ['src/a.js']), ['src/a.js']],
    'not there: src/a.js',
  ],
  [
    'what was there and goes',
    [[change('src/a.js', 'f();\n', null)], promise(['src/**'], '', ['src/a.js']), ['src/a.js']],
    '',
  ],
];

test.for(CASES)('%s', ([, input, sentence]) => {
  const found = lackOfSubstance(...input).join(' ');
  if (sentence === '') expect(found).toBe('');
  else expect(found).toContain(sentence);
});
