import { defineConfig } from 'vitest/config';
import { unitTests } from './mutated-files.mjs';

/** Runs in Stryker's copy of the repository, where `node_modules` is a link: by it, packages would be found unchanged. */
export default defineConfig({
  resolve: {
    alias: [{ find: /^@spec-kitty\/(\w+)\/(.*)$/, replacement: `${process.cwd()}/packages/$1/src/$2.ts` }],
  },
  // As everywhere: a test that is only slow must not count as one that failed.
  test: {
    testTimeout: 60_000,
    include: unitTests(process.env.MUTATION_FOLDER),
    setupFiles: ['scripts/mutation/fewer-runs.mjs'],
  },
});
