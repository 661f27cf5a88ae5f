import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A test now and then waits for Git, a disk or a clock: with one more than two cores, neither is idle.
    maxWorkers: 3,
    expect: { requireAssertions: true },
  },
});
