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
    packages: packageResults(history, (wp) => result.lanes[wp] ?? ''),
    run_killed: result.run.killed,
    run_outcome: result.run.outcome,
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
  const packages = packageResults(history, (wp) => result.lanes[wp] ?? '');
  const time = (part: keyof DemoResult['seconds']) => `${seconds[part].toFixed(1)} s`;
  return [
    isDelivered(result)
      ? `Delivered in ${totalSeconds(result).toFixed(1)} s: six work packages by agents in parallel, reviewed and merged into main.`
      : 'NOT delivered: the checks below say what is missing.',
    section('What was built', [
      'tally, a command that says what was spent and on what. This is what it prints, run from main:',
      '',
      ...printed.split('\n').map((line) => `    ${line}`),
    ]),
    section('Who did what', packageTable(packages).split('\n')),
    ...rejectionSection(result),
    ...crashSection(result),
    section(
      'How the work was cut: each lane has its own worktree, and later columns wait for earlier ones',
      drawLanes(packages.map((row) => ({ ...row, id: row.wp_id, lane: row.lane_id }))).split('\n'),
    ),
    section(
      'What is on main, newest first',
      git.commits.map(({ commit, subject }) => `${commit}  ${subject}`),
    ),
    section('Checked afterwards, with plain Git and Node', checks(result)),
    section('Time', [`plan ${time('plan')}, run ${time('run')}, checks ${time('check')}`]),
    ...(packages.some(({ implementer }) => implementer === 'script:implementer') ? [SCRIPTED] : []),
    section('Look around', suggestions(result)),
    `Delete it all with: ${process.platform === 'win32' ? `rmdir /s /q "${folder}"` : `rm -rf ${shellWord(folder)}`}`,
  ].join('\n\n');
}

const SCRIPTED =
  'The agents were scripts: their code came with the demo, and no model and no network was used. All else was real:\n' +
  '`spec-kitty run` started each as a process in a worktree of its own, on the repository below.';

function section(heading: string, lines: readonly string[]): string {
  return [heading, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n');
}

function totalSeconds({ seconds }: DemoResult): number {
  const millis = Object.values(seconds).reduce((sum, part) => sum + Math.round(part * 1000), 0);
  return millis / 1000;
}

function packageTable(packages: ReturnType<typeof packageResults>): string {
  return renderTable(
    ['PACKAGE', 'TITLE', 'LANE', 'IMPLEMENTER', 'REVIEWER', 'COMMITS', 'REVIEW'],
    packages.map((row) => [
      row.wp_id,
      row.title,
      row.lane_id,
      row.implementer,
      row.reviewer,
      row.commits.map(short).join(' '),
      row.summary,
    ]),
  );
}

function rejectionSection({ history }: DemoResult): readonly string[] {
  const lines = rejectionResults(history).flatMap((one) => [
    `${one.wp_id}: the check of the project passed, but ${one.reviewer} ran one more test:`,
    `    ${one.finding}`,
    one.fixed_in === null
      ? 'Nobody fixed it.'
      : `It went back with that, and came again as ${short(one.fixed_in)}.`,
    `The feedback is kept in ${one.feedback_file}`,
  ]);
  return lines.length === 0 ? [] : [section('A review that said no', lines)];
}

function crashSection({ run }: DemoResult): readonly string[] {
  const lines = [
    'The run was killed (SIGKILL) while agents were at work, and another one went on: `spec-kitty run resume`.',
    'The agents of the first were ended, what they had committed was kept, and nothing was done twice.',
  ];
  return run.killed ? [section('A crash in the middle', lines)] : [];
}

function checks(result: DemoResult): readonly string[] {
  const { git, tests, reviewTests, history, validated, run } = result;
  const reviewed = history.filter(({ kind }) => kind === 'approved').length;
  return [
    mark(run.outcome === 'complete', named('the run came to its end', run.reason === '' ? [] : [run.reason])),
    mark(validated, 'the check of the project had to pass on the merged result before main moved'),
    mark(isMerged(result), `every reviewed commit is on main (${git.landed} of ${reviewed})`),
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
    `cd ${at} && ${invocation()} run report --mission ${shellWord(mission)}`,
    `cd ${at} && ${invocation()} trace --mission ${shellWord(mission)}`,
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
