import { expect, test } from 'vitest';
import { CONSTRUCTS, GUARD_CODES } from '../../packages/core/src/guard/guard-finding.ts';
import { GUARDED } from '../../packages/core/src/guard/guard-scope.ts';

test('docs/reference/broad-catch.md says what is guarded, what is found and what counts as a reason', async () => {
  const cell = (text: string) => text.replaceAll('|', String.raw`\|`);
  const globs = (all: readonly string[]) => all.map((glob) => `\`${glob}\``).join(', ');
  const page = [
    '# Broad catches',
    '',
    'What `spec-kitty review guard` looks for: places where a failure that nobody named gets lost. Written by',
    '`npx vitest run tests/reference -u`; do not edit.',
    '',
    '## What is found',
    '',
    '| `construct` | Finds | Mend |',
    '| --- | --- | --- |',
    ...Object.entries(CONSTRUCTS).map(
      ([name, { finds, mend }]) => `| \`${name}\` | ${cell(finds)} | ${cell(mend)} |`,
    ),
    '',
    'Comparing means `instanceof` a class other than `Error`, a comparison of a part of the failure with a literal or a name in',
    'capitals, and `has` or `includes` of a list. A function of the same file that is handed the failure is looked into.',
    '',
    'Only the text of one file is read. So it is not known whether a function of another file gives a promise (without `void`),',
    'answers failures with nothing (except by a name such as `tryRead` or `readOrNull`), throws in each case, or says by a',
    'predicate what a failure is; nor whether a promise that is kept in a variable is ever awaited. A type-aware linter knows more',
    'about promises.',
    '',
    '## What justifies one',
    '',
    '`// broad-catch: <reason>` on the same line, at the beginning of the block that opens there (where formatters move it), or',
    'alone on the line before. One comment speaks for one place.',
    '',
    '| `code` | What it says |',
    '| --- | --- |',
    ...Object.entries(GUARD_CODES).map(([code, meaning]) => `| \`${code}\` | ${cell(meaning)} |`),
    '',
    '## What is guarded',
    '',
    'Unless paths are named: source text (`.ts`, `.js` and their kin) that is no test, in',
    '',
    '| What | Where |',
    '| --- | --- |',
    ...Object.entries(GUARDED).map(([what, where]) => `| ${what} | ${globs(where)} |`),
    '',
    '## Whose TypeScript',
    '',
    'That of the project, from `node_modules`; Spec Kitty brings none. Loading it executes it, and nothing that a repository',
    'brings along is executed: where Git tracks anything in that `node_modules`, in the folder that a link there leads to, or a',
    'link or submodule on the way, the command refuses (`TYPESCRIPT_TRACKED`). Yarn’s Plug’n’Play has no such folder.',
    '',
  ];
  await expect(page.join('\n')).toMatchFileSnapshot('../../docs/reference/broad-catch.md');
});
