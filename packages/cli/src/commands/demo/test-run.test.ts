import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { runTests, testFiles } from './test-run.ts';

/** Runs one test file with this body for each of the texts given. */
async function run(bodies: readonly string[], extra: Readonly<Record<string, string>> = {}) {
  const { base, env } = tempRepository();
  const files = bodies.map((body, at) => {
    const file = path.join(base, `${at}.test.mjs`);
    writeFileSync(
      file,
      `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n${body}\n`,
    );
    return file;
  });
  return runTests({ argv: testFiles(files), cwd: base, env: { ...env, ...extra } });
}

const PASSES = `test('right', () => {});`;

test('counts the tests of all files', async () => {
  expect(await run([PASSES, PASSES + PASSES])).toMatchObject({ ok: true, passed: 3, failed: 0, finding: '' });
});

test.each([
  [`assert.equal(1, 2, "it's 1, not 2")`, "it's 1, not 2"],
  [`assert.equal(1, 2, 'a "quoted" word')`, 'a "quoted" word'],
  [`assert.deepEqual([1], [2])`, 'Expected values to be strictly deep-equal:'],
  [`throw new Error('broken')`, 'broken'],
])('a failing test says why: %s', async (body, finding) => {
  expect(await run([`${PASSES}\ntest('wrong', () => { ${body}; });`])).toMatchObject({
    ok: false,
    passed: 1,
    failed: 1,
    finding,
  });
});

test('a failure in any of the files counts', async () => {
  expect(await run([`test('wrong', () => assert.ok(false));`, PASSES])).toMatchObject({
    ok: false,
    passed: 1,
    failed: 1,
  });
});

test('no test at all is not a success', async () => {
  expect(await run([''])).toMatchObject({ ok: false, passed: 0 });
});

test('a test runner around it and colours change nothing', async () => {
  const noise = { NODE_TEST_CONTEXT: 'child-v8', FORCE_COLOR: '1' };
  expect(await run([PASSES], noise)).toMatchObject({ ok: true, passed: 1 });
});
