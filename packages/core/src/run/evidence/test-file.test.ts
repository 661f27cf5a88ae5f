import { expect, test } from 'vitest';
import { isTestFile } from './test-file.ts';

test.each([
  'src/a.test.ts',
  'src/a.spec.mjs',
  'src/a-test.js',
  'e2e/pay.ts',
  'src/__tests__/pay.jsx',
  'pkg/test_pay.py',
  'pkg/pay_test.py',
  'pkg/pay_test.go',
  'tests/pay.rs',
  'src/test/java/PayHelper.java',
  'src/PayTest.java',
  'app/PayTests.cs',
  'spec/pay_spec.rb',
  'test/pay.bats',
  'features/pay.feature',
])('%s is a test', (path) => expect(isTestFile(path)).toBe(true));

test.each([
  'src/latest.ts',
  'src/contest.py',
  'src/test.md',
  'tests/data/rows.json',
  'src/Attest.java',
  'src/testing.go',
  'docs/spec.md',
  'src/a.test.ts.snap',
  'protest/a.ts',
])('%s is none', (path) => expect(isTestFile(path)).toBe(false));
