/** Sample data of the demo's project, of which its report is made. */
export const SAMPLE = 'data/expenses.csv';

/**
 * The project as it is before its mission begins, by path: a README, sample data, and a check that passes.
 *
 * @param about first section of the README: what will be there after the mission.
 */
export function baseFiles(about: string): Readonly<Record<string, string>> {
  return { 'README.md': readme(about), ...FILES };
}

function readme(about: string): string {
  return `# tally

${about}
Amounts are exact to the cent, and shares add up to exactly 100 %.
It is plain JavaScript without dependencies and needs Node 20 or newer.

## Work on it

\`npm test\` runs every test in \`test/\`. The mission that builds the program is in \`kitty-specs/\`: its specification, its
plan, one file for each work package, and the log of everything that happened to them.

This is a project that \`spec-kitty demo\` generates. Delete the folder when you have seen enough.
`;
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': `{
  "name": "tally",
  "version": "1.0.0",
  "description": "Says what was spent, and on what",
  "private": true,
  "type": "module",
  "scripts": { "test": "node scripts/check.mjs" },
  "engines": { "node": ">=20" }
}
`,
  '.gitignore': 'node_modules/\n.worktrees/\n',
  [SAMPLE]: `date,category,amount
2024-01-01,rent,950.00
2024-01-03,groceries,84.35
2024-01-09,transport,49.00
2024-01-14,"books, music",17.99
2024-01-19,snacks,0.29
2024-01-27,groceries,61.08
2024-02-01,rent,950.00
2024-02-05,transport,49.00
2024-02-11,groceries,102.47
2024-02-12,"books, music",-17.99
2024-02-23,travel,"1,204.60"
2024-02-26,snacks,4.35
`,
  'scripts/check.mjs': `// Runs the tests in test/ by name: left to itself, the test runner would also find those of other worktrees.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tests = readdirSync(new URL('../test/', import.meta.url))
  .filter((name) => name.endsWith('.test.js'))
  .map((name) => 'test/' + name);

// A runner that is started by another one skips its files and calls that a success.
const { NODE_TEST_CONTEXT: _, ...env } = process.env;
const { status } = spawnSync(process.execPath, ['--test', ...tests], { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
`,
  'test/sample.test.js': `import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the sample has a header and an expense', () => {
  const [header, expense] = readFileSync(new URL('../${SAMPLE}', import.meta.url), 'utf8').split('\\n');
  assert.equal(header, 'date,category,amount');
  assert.match(expense, /^[0-9]{4}-[0-9]{2}-[0-9]{2},[a-z]+,[0-9.]+$/);
});
`,
};
