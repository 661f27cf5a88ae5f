import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Left to itself, vitest keeps one of two cores free.
    maxWorkers: 2,
    expect: { requireAssertions: true },
  },
});
