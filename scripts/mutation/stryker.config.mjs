import { mutatedFiles } from './mutated-files.mjs';

const folder = process.env.MUTATION_FOLDER;

/** What Stryker does to one folder of the core; `mutation.mjs` runs it and says which. */
export default {
  mutate: mutatedFiles(folder),
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutation/vitest.config.mjs' },
  plugins: ['@stryker-mutator/vitest-runner', './scripts/mutation/ignore-texts.mjs'],
  ignorers: ['texts'],
  ignorePatterns: ['dist', '.cache', 'reports', 'docs'],
  concurrency: 1,
  // On a busy machine a mutant that is only slow must not count as one that never ends.
  timeoutMS: 20_000,
  // Such a mutant is there from the start of a process, so each would need one: tables, and what tests compute for `test.each`.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: `reports/mutation/${folder}.incremental.json`,
  reporters: ['json', 'clear-text', 'progress-append-only'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation/${folder}.json` },
  tempDirName: `.cache/stryker-${folder}`,
  allowEmpty: false,
};
