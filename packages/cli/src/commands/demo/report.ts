import { existsSync } from 'node:fs';
import path from 'node:path';
import { SAMPLE } from '../../demo-project/base-files.ts';
import { PACKAGES } from '../../demo-project/packages.ts';
import { renderTable } from '../../render/table.ts';
import { drawLanes } from './lane-drawing.ts';
import { type DemoResult, isDelivered } from './run-demo.ts';

/** One package as the report shows it: derived from the steps, with counts that test runs gave. */
interface PackageRow {
  readonly wp_id: string;
  readonly title: string;
  readonly lane_id: string;
  readonly dependencies: readonly string[];
  readonly agents: readonly string[];
  readonly reviewer: string;
  readonly attempts: number;
  readonly commits: readonly string[];
  readonly tests_passed: number;
  readonly review_tests_passed: number;
}

/** The facts of a run as the document of `--json`. */
export function resultDocument(result: DemoResult) {
  const { repository, mission, git, tests, reviewTests, seconds, folder } = result;
  const delivered = isDelivered(result);
  return {
    result: delivered ? 'success' : 'failed',
    repository,
    mission,
    target_branch: 'main',
    merged: delivered,
    validated: result.validated,
    packages: packageRows(result),
    rejections: rejections(result),
    tests: { passed: tests.passed, failed: tests.failed },
    review_tests: { passed: reviewTests.passed, failed: reviewTests.failed },
    printed: result.printed,
    reviewed_commits_on_target: git.landed,
    uncommitted: git.uncommitted,
    agent_commits_outside_code: git.mixed,
    backup_refs: git.backups,
    commits: git.commits,
    seconds: { ...seconds, total: total(result) },
    try: suggestions(result),
    delete: folder,
  };
}

/** The facts of a run as a page to read. */
export function resultText(result: DemoResult): string {
  const { folder, printed, git, seconds } = result;
  const rows = packageRows(result);
  const headline = isDelivered(result)
    ? `Delivered in ${total(result).toFixed(1)} s: six work packages by three agents, reviewed and merged into main.`
    : 'NOT delivered: see the checks below.';
  return [
    headline,
    section('What was built', [
      'tally, a command that says what was spent and on what. Run on its sample data, from the merged main:',
      '',
      ...printed.split('\n').map((line) => `    ${line}`),
    ]),
    section('Who did what', packageTable(rows).split('\n')),
    section('A review that said no', rejectionLines(result)),
    section(
      'How the work was cut: a lane is a worktree; later columns wait for earlier ones',
      drawLanes(rows.map((row) => ({ id: row.wp_id, lane: row.lane_id, dependencies: row.dependencies }))).split('\n'),
    ),
    section('What is on main, newest first', git.commits.map(({ commit, subject }) => `${commit}  ${subject}`)),
    section('Checked afterwards, with plain Git and Node', checks(result)),
    section('Time', [
      `plan ${seconds.plan.toFixed(1)} s, work and reviews ${seconds.work.toFixed(1)} s, ` +
        `accept and merge ${seconds.merge.toFixed(1)} s, checks ${seconds.check.toFixed(1)} s`,
    ]),
    [
      'The agents were scripts: their code came with the demo, and no model or network was used. All else was real:',
      'every step is the function behind the command that you would type, on a repository that is still there.',
    ].join('\n'),
    section('Look around', suggestions(result)),
    `Delete it all with: ${process.platform === 'win32' ? 'rmdir /s /q' : 'rm -r'} ${quoted(folder)}`,
  ].join('\n\n');
}

function section(heading: string, lines: readonly string[]): string {
  return [heading, ...lines.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

function total({ seconds }: DemoResult): number {
  return Object.values(seconds).reduce((sum, part) => sum + part, 0);
}

function packageRows({ history }: DemoResult): readonly PackageRow[] {
  return PACKAGES.map(({ id, title, dependencies }) => {
    const steps = history.filter(({ wp }) => wp === id);
    const made = steps.filter(({ kind }) => kind === 'implemented');
    const approval = steps.find((step) => step.kind === 'approved');
    return {
      wp_id: id,
      title,
      lane_id: made[0]?.lane ?? '',
      dependencies,
      agents: [...new Set(made.map(({ agent }) => agent))],
      reviewer: approval?.agent ?? '',
      attempts: made.length,
      commits: made.map(({ commit }) => commit),
      tests_passed: approval?.passed ?? 0,
      review_tests_passed: approval?.reviewTests ?? 0,
    };
  });
}

function packageTable(rows: readonly PackageRow[]): string {
  return renderTable(
    ['PACKAGE', 'TITLE', 'LANE', 'AGENT', 'REVIEWER', 'ATTEMPTS', 'COMMITS', 'TESTS PASSED'],
    rows.map((row) => [
      row.wp_id,
      row.title,
      row.lane_id,
      row.agents.join(', '),
      row.reviewer,
      String(row.attempts),
      row.commits.map((commit) => commit.slice(0, 7)).join(' '),
      `${row.tests_passed} + ${row.review_tests_passed} of the reviewer`,
    ]),
  );
}

function rejections({ history }: DemoResult) {
  return history.flatMap((step, at) => {
    if (step.kind !== 'rejected') return [];
    const fix = history.slice(at).find(({ kind, wp }) => kind === 'implemented' && wp === step.wp);
    const by = history.slice(0, at).findLast(({ kind, wp }) => kind === 'implemented' && wp === step.wp);
    return [
      {
        wp_id: step.wp,
        implementer: by?.agent ?? '',
        reviewer: step.agent,
        rejected_commit: step.commit,
        own_tests_passed: step.passed,
        finding: step.finding,
        feedback_file: step.feedbackFile,
        fixed_by: fix?.agent ?? null,
        fixed_in: fix?.commit ?? null,
        fix: fix?.kind === 'implemented' ? fix.message : null,
      },
    ];
  });
}

function rejectionLines(result: DemoResult): readonly string[] {
  return rejections(result).flatMap((one) => [
    `${one.wp_id}: all ${one.own_tests_passed} tests of ${one.implementer} passed, but ${one.reviewer} ran one more:`,
    `    ${one.finding}`,
    `${one.fixed_by ?? 'Nobody'} fixed it in ${one.fixed_in?.slice(0, 7) ?? 'no commit'}, "${one.fix ?? ''}".`,
    `The feedback is kept in ${one.feedback_file}`,
  ]);
}

function checks(result: DemoResult): readonly string[] {
  const { git, tests, reviewTests, history, validated } = result;
  const reviewed = history.filter(({ kind }) => kind === 'approved').length;
  const mark = (ok: boolean, text: string) => `${ok ? 'yes' : 'NO '}  ${text}`;
  return [
    mark(validated, 'the project\'s own check passed on the merged result before main moved'),
    mark(git.landed === reviewed, `all reviewed commits are on main (${git.landed} of ${reviewed})`),
    mark(tests.ok, `the tests of the project pass there (${tests.passed} passed, ${tests.failed} failed)`),
    mark(reviewTests.ok, `so do the tests that the reviewers wrote (${reviewTests.passed} passed, ${reviewTests.failed} failed)`),
    mark(git.mixed.length === 0, 'the agents\' commits hold code only, no bookkeeping'),
    mark(git.uncommitted.length === 0, 'the checkout is clean'),
    mark(git.backups.length > 0, `what branches pointed to before is kept (${git.backups.length} refs under refs/spec-kitty/backup/)`),
  ];
}

function suggestions({ repository, mission }: DemoResult): readonly string[] {
  const at = quoted(repository);
  return [
    `git -C ${at} log --graph --oneline`,
    `cd ${at} && ${invocation()} status --mission ${mission}`,
    `cd ${at} && node bin/tally.js ${SAMPLE}`,
  ];
}

/** How to call this program: by its name, or by its file in a checkout that nobody has installed. */
function invocation(): string {
  const [, script = ''] = process.argv;
  const installed = path.basename(script) !== 'spec-kitty.cjs' || !existsSync(path.join(path.dirname(script), '..', 'src'));
  return installed ? 'spec-kitty' : `node ${quoted(script)}`;
}

function quoted(text: string): string {
  return /^[\w/\\:.@~-]+$/.test(text) ? text : JSON.stringify(text);
}
