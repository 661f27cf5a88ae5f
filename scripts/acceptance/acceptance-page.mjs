import path from 'node:path';

const HEAD = `# Signing in: what is proved, and where

Written by \`npm run acceptance\` from a run of the tests; the ids are those of the predecessor's acceptance matrix. A test
has the ids that it proves in its name. \`(function)\`: the command that will call the function comes later; until then the
function is tested. How long a read of the session takes, p95 in 20 processes, is measured by \`npm run bench\` and kept below
the table in [the speed budgets](../performance.md), with its limit of 5 ms.

| Id | What it proves | Result | Tests |
| --- | --- | --- | --- |
`;

/** Acceptance ids in a title or a source. */
export function idsOf(text) {
  return [...text.matchAll(/\b[ATSLHRGBPX]-\d\d\b/g)].map(([id]) => id);
}

/**
 * The page of a run of vitest's JSON reporter.
 *
 * @returns the page, and the ids that no passing test shows.
 */
export function acceptancePage(report, { ids, superseded, root }) {
  const shown = shownIn(report, root);
  const missing = [];
  const rows = Object.entries(ids).map(([id, proves]) => {
    const tests = shown.get(id);
    if (tests === undefined && superseded[id] !== undefined)
      return `| ${id} | ${proves} | superseded | ${superseded[id]} |`;
    if (tests === undefined || tests.failed > 0 || tests.passed === 0) missing.push(id);
    const files = [...(tests?.files ?? [])].toSorted().map((file) => `\`${file}\``);
    return `| ${id} | ${proves} | ${resultOf(tests)} | ${files.join('<br>')} |`;
  });
  return { page: `${HEAD}${rows.join('\n')}\n`, missing };
}

function resultOf(tests) {
  if (tests === undefined) return 'not shown';
  const parts = [
    tests.failed > 0 && `${tests.failed} failed`,
    `${tests.passed} passed`,
    tests.skipped > 0 && `${tests.skipped} skipped here`,
    tests.isFunction && '(function)',
  ];
  return parts.filter(Boolean).join(', ').replace(', (function)', ' (function)');
}

function shownIn(report, root) {
  const shown = new Map();
  for (const { name, assertionResults } of report.testResults) {
    for (const { fullName, status } of assertionResults) {
      for (const id of new Set(idsOf(fullName))) {
        const seen = shown.get(id) ?? {
          passed: 0,
          failed: 0,
          skipped: 0,
          files: new Set(),
          isFunction: false,
        };
        seen.passed += status === 'passed' ? 1 : 0;
        seen.failed += status === 'failed' ? 1 : 0;
        seen.skipped += status === 'passed' || status === 'failed' ? 0 : 1;
        seen.isFunction ||= fullName.includes('(function)');
        seen.files.add(path.relative(root, name).split(path.sep).join('/'));
        shown.set(id, seen);
      }
    }
  }
  return shown;
}
