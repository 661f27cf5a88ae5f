import { Ending } from '@spec-kitty/core/run/ending';
import { drive, type RunEnd } from '@spec-kitty/core/run/engine';
import { packagePromise } from '@spec-kitty/core/run/evidence/package-promise';
import { sourceChecks } from '@spec-kitty/core/run/evidence/source-checks';
import { FileRunJournal } from '@spec-kitty/local/run/file-run-journal';
import { ProcessRunner } from '@spec-kitty/local/run/process-runner';
import { privateDir } from '@spec-kitty/local/repository/repository';
import { CHEATS_ON_GIT, CHEATS_ON_REVIEW } from '@spec-kitty/testkit/phantom/cheats-on-git';
import { CHEATS_ON_RECORD } from '@spec-kitty/testkit/phantom/cheats-on-record';
import { CHEATS_ON_SOURCES } from '@spec-kitty/testkit/phantom/cheats-on-sources';
import { CHEATS_ON_TESTS } from '@spec-kitty/testkit/phantom/cheats-on-tests';
import { HONEST_CHANGES } from '@spec-kitty/testkit/phantom/honest-changes';
import { committing, type PhantomCase } from '@spec-kitty/testkit/phantom/phantom-case';
import {
  PHANTOM_AGENT,
  phantomMission,
  type PhantomMission,
} from '@spec-kitty/testkit/phantom/phantom-mission';
import { type PhantomOutcome, phantomTable } from '@spec-kitty/testkit/phantom/phantom-table';
import { expect, onTestFinished, test } from 'vitest';
import { packageText } from '../../demo-project/mission-files.ts';
import { PACKAGES } from '../../demo-project/packages.ts';
import { runPorts } from './run-ports.ts';

/** Has the engine work through all cases, each once, and says what became of them. */
async function outcomesOf(
  cases: readonly PhantomCase[],
  reviewer = 'other',
): Promise<readonly PhantomOutcome[]> {
  const mission = await phantomMission(cases);
  onTestFinished(() => mission.dispose());
  const { state, outcome, reason } = await run(mission, reviewer);
  const lanes = await mission.made.lanes();
  return [...mission.cases].map(([wp, one]) => {
    const waits = outcome === 'waiting' ? reason.split('\n').find((line) => line.startsWith(wp)) : undefined;
    // What is settled and yet waits is not let through.
    const isApproved = lanes[wp] === 'approved' && waits === undefined;
    return { one, isApproved, told: isApproved ? '' : toldOf(state, wp, waits ?? '') };
  });
}

/** What the last attempt lacked; where it lacked nothing, what its package waits for. */
function toldOf({ attempts }: RunEnd['state'], wp: string, waits: string): string {
  const last = attempts.findLast((attempt) => attempt.wp === wp);
  const made = / --mission \S+(?=`)/;
  return last?.result?.result === 'handed_over'
    ? waits.replace(made, '')
    : (last?.result?.reason ?? last?.end?.reason ?? '');
}

async function run({ made }: PhantomMission, reviewer: string): Promise<RunEnd> {
  const workspace = await made.workspace();
  const { env } = made.repository;
  const folder = privateDir(workspace.repository, 'runs', made.missionId);
  const invocation = () => ({
    argv: [process.execPath, PHANTOM_AGENT],
    mayKnow: (name: string) => name === 'SPEC_KITTY_SCRIPT',
    stream: 'none' as const,
  });
  const agents = new ProcessRunner({ folder, env, invocation });
  const stop = new Ending();
  const ports = runPorts(workspace, { journal: new FileRunJournal(folder), agents, stop, env, folder });
  return drive(ports, {
    mission: made.directory,
    options: {
      implementers: ['script'],
      reviewer,
      maxParallel: 4,
      until: 'review',
      maxCycles: 0,
      timeoutMs: 60_000,
      budget: { usd: null, tokens: null },
    },
    reviewers: { keys: [reviewer], named: false },
    resumes: false,
    fence: 'tried elsewhere',
    perAgent: {},
    person: 'ada',
  });
}

const CHEATS: Readonly<Record<string, readonly PhantomCase[]>> = {
  'No work, or not where it has to be': CHEATS_ON_GIT,
  'Changes that are no work': CHEATS_ON_SOURCES,
  'Tests that are gone, do not run or cannot fail': CHEATS_ON_TESTS,
  'Reviews that are none': CHEATS_ON_REVIEW,
};

const skipped = process.platform === 'win32' ? ' (skipped: links need rights there)' : '';
const caught: PhantomOutcome[] = [];
const pages: string[] = [];

function judge(heading: string, found: readonly PhantomOutcome[]): void {
  caught.push(...found);
  pages.push(phantomTable(heading, found));
  // What is known not to be caught is, too: a check that has learnt it is to be said.
  expect(found.filter(({ isApproved }) => isApproved).map(({ one }) => one.name)).toEqual(
    found.filter(({ one }) => one.uncaught !== undefined).map(({ one }) => one.name),
  );
  expect(found.filter(({ isApproved, told }) => !isApproved && told === '')).toEqual([]);
}

test.skipIf(skipped).for(Object.entries(CHEATS))(
  `%s${skipped}`,
  { timeout: 300_000 },
  async ([heading, cases]) => {
    judge(heading, await outcomesOf(cases));
  },
);

test.skipIf(skipped)(`What is done to the record${skipped}`, { timeout: 300_000 }, async () => {
  const found: PhantomOutcome[] = [];
  // What one of them writes is read by all packages of a mission.
  for (const one of CHEATS_ON_RECORD) found.push(...(await outcomesOf([one], one.reviewer)));
  judge('What is done to the record', found);
});

test.skipIf(skipped)(
  `what another package has committed to the lane is not made anew${skipped}`,
  { timeout: 300_000 },
  async () => {
    const amending = [
      { git: [['reset', '--quiet', '--soft', 'HEAD~1']] },
      committing({ 'src/more.js': 'f();\n' }),
    ];
    const [first, second] = await outcomesOf([
      { name: 'a package', owns: ['src/**'], work: [committing({ 'src/pay.js': 'f();\n' })] },
      { name: 'one that amends it', owns: ['src/**'], follows: true, work: amending },
    ]);
    expect(first?.isApproved).toBe(true);
    expect(second).toMatchObject({
      isApproved: false,
      told: expect.stringContaining('has no more what was sent to review of WP01'),
    });
  },
);

test.skipIf(skipped)(`honest work is not held up${skipped}`, { timeout: 300_000 }, async () => {
  const found = await outcomesOf(HONEST_CHANGES);
  expect(found.filter(({ isApproved }) => !isApproved)).toEqual([]);
  const names = found.map(({ one }) => `- ${one.name}`);
  pages.push(['## Honest work, none of it held up', '', ...names, ''].join('\n'));
});

test('nor is anything that the demo commits', () => {
  for (const script of PACKAGES) {
    const files = new Map<string, string>();
    for (const { files: written } of script.attempts) {
      for (const [name, text] of Object.entries(written))
        files.set(name, typeof text === 'string' ? text : `${files.get(name)}\n${text.append}`);
      const changes = [...files].map(([name, after]) => ({ path: name, before: null, after }));
      const promise = packagePromise(packageText(script));
      const absent = promise.makes.filter((name) => !files.has(name));
      const failed = sourceChecks(changes, promise, { absent, validation: [] }).filter(
        ({ state }) => state === 'failed',
      );
      expect(failed, script.id).toEqual([]);
    }
  }
});

test.skipIf(skipped)(`the page says what is caught and what is not${skipped}`, async () => {
  const missed = caught.filter(({ isApproved }) => isApproved).length;
  expect(caught.length).toBeGreaterThanOrEqual(25);
  expect(missed / caught.length).toBeLessThanOrEqual(0.05);
  const page = `# Phantom completion

What an agent may hand over instead of the work, tried one by one through the engine of \`run\`, with a reviewer that approves
whatever it is given: what is caught here is caught without anybody looking. Written by
\`npx vitest run packages/cli/src/commands/run/phantom-completion -u\`.

${caught.length - missed} of ${caught.length} are caught, and ${HONEST_CHANGES.length} honest changes and everything that the demo commits are let through. No project
had a validation command, which catches more. The cheats are those that we thought of: the share says that the checks work, and
not how many of all cheats they catch. What a package names in its own words, such as a test that goes, is let through: whoever
writes packages decides that. Sources in other languages than JavaScript, TypeScript, Python, Go, Rust and Java are not looked
into, and reported as not checked.

${pages.join('\n')}`;
  await expect(page).toMatchFileSnapshot('../../../../../docs/evidence/phantom-completion.md');
});
