import { counted } from '@spec-kitty/core/counted';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { SAMPLE } from '../../demo-project/base-files.ts';
import { renderTable } from '../../render/table.ts';
import { drawLanes } from '../../render/draw-lanes.ts';
import { packageResults, rejectionResults } from './package-results.ts';
import { type DemoResult, isDelivered, isMerged } from './run-demo.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

/** The facts of a run as the document of `--json`. */
export function resultDocument(result: DemoResult) {
  const { repository, mission, history, git, tests, reviewTests, seconds, folder } = result;
  return {
    result: isDelivered(result) ? 'success' : 'failed',
    repository,
    mission,
    target_branch: 'main',
    merged: isMerged(result),
    validated: result.validated,
    packages: packageResults(history),
    rejections: rejectionResults(history),
    tests: { passed: tests.passed, failed: tests.failed },
    review_tests: { passed: reviewTests.passed, failed: reviewTests.failed },
    printed: result.printed,
    reviewed_commits_on_target: git.landed,
    uncommitted: git.uncommitted,
    agent_commits_outside_code: git.mixed,
    backup_refs: git.backups,
    commits: git.commits,
    seconds: { ...seconds, total: totalSeconds(result) },
    try: suggestions(result),
    delete: folder,
  };
}

/** The facts of a run as a page to read. */
export function resultText(result: DemoResult): string {
  const { folder, history, printed, git, seconds } = result;
  const packages = packageResults(history);
  const time = (part: keyof DemoResult['seconds']) => `${seconds[part].toFixed(1)} s`;
  return [
    isDelivered(result)
      ? `Delivered in ${totalSeconds(result).toFixed(1)} s: six work packages by three agents, reviewed and merged into main.`
      : 'NOT delivered: the checks below say what is missing.',
    section('What was built', [
      'tally, a command that says what was spent and on what. This is what it prints, run from main:',
      '',
      ...printed.split('\n').map((line) => `    ${line}`),
    ]),
    section('Who did what', packageTable(packages).split('\n')),
    section('A review that said no', rejectionLines(result)),
    section(
      'How the work was cut: each lane has its own worktree, and later columns wait for earlier ones',
      drawLanes(packages.map((row) => ({ ...row, id: row.wp_id, lane: row.lane_id }))).split('\n'),
    ),
    section(
      'What is on main, newest first',
      git.commits.map(({ commit, subject }) => `${commit}  ${subject}`),
    ),
    section('Checked afterwards, with plain Git and Node', checks(result)),
    section('Time', [
      `plan ${time('plan')}, work and reviews ${time('work')}, accept and merge ${time('merge')}, checks ${time('check')}`,
    ]),
    'The agents were scripts: their code came with the demo, and no model and no network was used. All else was real:\n' +
      'each step ran the function behind the command that you would type, on the repository below.',
    section('Look around', suggestions(result)),
    `Delete it all with: ${process.platform === 'win32' ? `rmdir /s /q "${folder}"` : `rm -rf ${shellWord(folder)}`}`,
  ].join('\n\n');
}

function section(heading: string, lines: readonly string[]): string {
  return [heading, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n');
}

function totalSeconds({ seconds }: DemoResult): number {
  const millis = Object.values(seconds).reduce((sum, part) => sum + Math.round(part * 1000), 0);
  return millis / 1000;
}

function packageTable(packages: ReturnType<typeof packageResults>): string {
  return renderTable(
    ['PACKAGE', 'TITLE', 'LANE', 'AGENT', 'REVIEWER', 'ATTEMPTS', 'COMMITS', 'TESTS PASSED'],
    packages.map((row) => [
      row.wp_id,
      row.title,
      row.lane_id,
      row.agents.join(', '),
      row.reviewer,
      String(row.attempts),
      row.commits.map(short).join(' '),
      `${row.tests_passed} + ${row.review_tests_passed} of the reviewer`,
    ]),
  );
}

function rejectionLines({ history }: DemoResult): readonly string[] {
  return rejectionResults(history).flatMap((one) => [
    `${one.wp_id}: all ${one.own_tests_passed} tests of ${one.implementer} passed, but ${one.reviewer} ran one more:`,
    `    ${one.finding}`,
    one.fixed_in === null
      ? 'Nobody fixed it.'
      : `${one.fixed_by ?? ''} fixed it in ${short(one.fixed_in)}, "${one.fix ?? ''}".`,
    `The feedback is kept in ${one.feedback_file}`,
  ]);
}

function checks({ git, tests, reviewTests, history, validated }: DemoResult): readonly string[] {
  const reviewed = history.filter(({ kind }) => kind === 'approved').length;
  return [
    mark(validated, 'the check of the project passed on the merged result before main moved'),
    mark(git.landed === reviewed, `every reviewed commit is on main (${git.landed} of ${reviewed})`),
    mark(tests.ok, `the tests of the project pass there (${tests.passed} passed, ${tests.failed} failed)`),
    mark(
      reviewTests.ok,
      `so do those that the reviewers wrote (${reviewTests.passed} passed, ${reviewTests.failed} failed)`,
    ),
    mark(
      git.mixed.length === 0,
      named('the commits of the agents hold code only, no bookkeeping', git.mixed),
    ),
    mark(git.uncommitted.length === 0, named('the checkout is clean', git.uncommitted)),
    mark(
      git.backups.length > 0,
      `what branches pointed to before is kept (${counted(git.backups.length, 'ref')} under refs/spec-kitty/backup/)`,
    ),
  ];
}

/** Adds to a claim what speaks against it. */
function named(claim: string, exceptions: readonly string[]): string {
  return exceptions.length === 0 ? claim : `${claim}, but for ${exceptions.join(', ')}`;
}

function mark(ok: boolean, text: string): string {
  return `${ok ? 'yes' : 'NO '}  ${text}`;
}

function suggestions({ repository, mission }: DemoResult): readonly string[] {
  const at = shellWord(repository);
  return [
    `git -C ${at} log --graph --oneline`,
    `cd ${at} && ${invocation()} status --mission ${shellWord(mission)}`,
    `cd ${at} && node bin/tally.js ${SAMPLE}`,
  ];
}

/** How to call this program: by its name, or by its file in a checkout that nobody has installed. */
function invocation(): string {
  const script = process.argv[1] ?? '';
  const inCheckout =
    path.basename(script) === 'spec-kitty.cjs' && existsSync(path.join(path.dirname(script), '..', 'src'));
  return inCheckout ? `node ${shellWord(path.resolve(script))}` : 'spec-kitty';
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
