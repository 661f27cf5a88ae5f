/** Names by which runners find tests, in the languages that people use most. */
const NAMES = [
  /[._-](?:test|tests|spec|specs|e2e|cy)\.[cm]?[jt]sx?$/i,
  /^(?:test_\w*|\w*_test|conftest)\.py$/,
  /_test\.(?:go|rb|exs|dart|cc|cpp|c)$/,
  /^test_\w*\.(?:rb|c|cc|cpp)$/,
  /_spec\.(?:rb|lua)$/,
  /(?:Test|Tests|TestCase|IT|Spec|Specs)\.(?:java|kt|kts|scala|groovy|cs|php|swift)$/,
  /^Test\w+\.java$/,
  /\.(?:bats|feature)$/,
];

/** Where Go looks for nothing. */
const OVERLOOKED = /(?:^|\/)(?:testdata\/.*|[_.][^/]*)\.go$/;

/** Folders that hold tests and what they need, by whichever name. */
const FOLDERS = /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\//i;

/** Sources and scenarios, as against data that lies among tests. */
const RUNNABLE =
  /\.(?:[cm]?[jt]sx?|py|go|rs|java|kts?|scala|groovy|cs|php|rb|exs|dart|swift|c|cc|cpp|lua|bats|feature|sh)$/i;

/** Whether a path is that of a test, by what runners go by: its name, or a folder for tests. */
export function isTestFile(path: string): boolean {
  return hasTestName(path) || (FOLDERS.test(path) && RUNNABLE.test(path));
}

/** Whether runners find a file by its name, in whichever folder. */
export function hasTestName(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return NAMES.some((form) => form.test(name)) && !OVERLOOKED.test(path);
}
