import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most of a test's time goes by waiting for Git, disks and clocks: one more than the cores that there are at least.
    maxWorkers: 3,
    expect: { requireAssertions: true },
  },
});
