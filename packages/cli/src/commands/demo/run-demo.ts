import { mkdtempSync, readdirSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readManifest } from '@spec-kitty/core/execution-lanes/lane-context';
import { Fault } from '@spec-kitty/core/fault';
import { diskFault, errorCode } from '@spec-kitty/local/files/disk-fault';
import { Git } from '@spec-kitty/local/git/git';
import { runProcess } from '@spec-kitty/local/process/run-process';
import type { AppContext } from '../../context.ts';
import { SAMPLE } from '../../demo-project/base-files.ts';
import { EXPENSE_REPORT } from '../../demo-project/expense-report.ts';
import { PACKAGES } from '../../demo-project/packages.ts';
import { requireAgent } from '../run/choose-agents.ts';
import { ownCatalogue } from '../run/open-agents.ts';
import { deliverByRun, type Delivered } from './deliver-by-run.ts';
import { type GitFacts, readGitFacts } from './git-facts.ts';
import { prepareProject } from './prepare-project.ts';
import type { ProjectCommands } from './project-commands.ts';
import { type DemoStep, readHistory } from './read-history.ts';
import { runTests, testFiles, type TestRun } from './test-run.ts';

/** What a run of the demo came to, as found in its repository afterwards. */
export interface DemoResult {
  /** Temporary folder of everything that the demo made. */
  readonly folder: string;
  readonly repository: string;
  readonly reviews: string;
  readonly mission: string;
  readonly history: readonly DemoStep[];
  /** Execution lane of each package. */
  readonly lanes: Readonly<Record<string, string>>;
  readonly run: Delivered;
  /** Whether `main` moved past a validation command: there is one, and the run is through. */
  readonly validated: boolean;
  readonly git: GitFacts;
  /** Tests of the project, and those of the reviewers, on the merged `main`. */
  readonly tests: TestRun;
  readonly reviewTests: TestRun;
  /** What the finished program prints for its sample. */
  readonly printed: string;
  readonly seconds: Readonly<Record<'plan' | 'run' | 'check', number>>;
}

/** Whether Git finds every package's reviewed commit on `main`. */
export function isMerged({ history, git }: DemoResult): boolean {
  const approved = history.filter(({ kind }) => kind === 'approved').length;
  return approved === PACKAGES.length && git.landed === approved;
}

/** Whether everything has landed, and nothing else, and all of it works. */
export function isDelivered(result: DemoResult): boolean {
  const { run, validated, git, tests, reviewTests, printed } = result;
  const clean = git.uncommitted.length === 0 && git.mixed.length === 0;
  return (
    isMerged(result) &&
    run.outcome === 'complete' &&
    clean &&
    validated &&
    tests.ok &&
    reviewTests.ok &&
    printed !== ''
  );
}

/** Makes the project in a temporary folder, lets the agents deliver its mission, merges it and looks at the result. */
export async function runDemo(context: AppContext, agent = 'script'): Promise<DemoResult> {
  if (agent !== 'script') await requireAgent(context.env, ownCatalogue(context.env), agent);
  const folder = temporaryFolder();
  const { interruption } = context;
  const sayWhere = (): void => context.stderr(`The demo stopped. What it made is in ${folder}\n`);
  interruption.taken = (): void => {
    interruption.taken = undefined;
    sayWhere();
    process.emit('SIGINT', 'SIGINT');
  };
  try {
    return await deliver(context, folder, agent);
  } catch (error) {
    sayWhere();
    throw error;
  } finally {
    interruption.taken = undefined;
  }
}

function temporaryFolder(): string {
  try {
    return realpathSync(mkdtempSync(path.join(os.tmpdir(), 'spec-kitty-demo-')));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw diskFault(error, os.tmpdir());
    throw new Fault(
      'refused',
      'TEMPORARY_FOLDER_MISSING',
      `There is no folder for temporary files: ${os.tmpdir()}`,
      {
        hints: ['Create it, or set TMPDIR (on Windows, TEMP) to a folder that exists.'],
        cause: error,
      },
    );
  }
}

async function deliver(context: AppContext, folder: string, agent: string): Promise<DemoResult> {
  const reviews = path.join(folder, 'reviews');
  const scripts = path.join(folder, 'scripts');
  // The user's own decisions about trust are not for a demo to add to.
  const env = { ...context.env, SPEC_KITTY_STATE_DIR: path.join(folder, 'state') };
  const say = (who: string, text: string) => context.progress(`  ${who.padEnd(agent.length)}  ${text}`);
  const watch = new StopWatch(context);

  context.progress(`Making a project in ${folder}`);
  const commands = await prepareProject({ ...context, env }, path.join(folder, 'tally'), EXPENSE_REPORT);
  say('you', `plan ${commands.mission}: six work packages`);
  const plan = watch.lap();

  const delivered = await deliverByRun({ commands, reviews, scripts, agent, say });
  const run = watch.lap();

  context.progress('Looking at the result with Git, and running all tests on main');
  const history = await readHistory(commands);
  const found = await inspect(commands, { reviews, history });
  const workspace = await commands.workspace();
  const isConfigured = (await workspace.config()).validationCommand !== undefined;
  // A run merges nothing that does not pass it, and says so in its end.
  const validated = isConfigured && delivered.outcome === 'complete';
  const { lanes: cut } = readManifest((await workspace.view(commands.mission)).mission);
  const lanes = Object.fromEntries(
    cut.flatMap(({ lane_id: lane, wp_ids: ids }) => ids.map((id) => [id, lane])),
  );
  context.progress('');
  const { root: repository, mission } = commands;
  const seconds = { plan, run, check: watch.lap() };
  return {
    folder,
    repository,
    reviews,
    mission,
    history,
    lanes,
    run: delivered,
    validated,
    ...found,
    seconds,
  };
}

async function inspect(
  { root: cwd, env }: ProjectCommands,
  { reviews, history }: Pick<DemoResult, 'reviews' | 'history'>,
): Promise<Pick<DemoResult, 'git' | 'tests' | 'reviewTests' | 'printed'>> {
  const approved = history.filter(({ kind }) => kind === 'approved').map(({ commit }) => commit);
  const theirs = readdirSync(reviews).filter((name) => name.endsWith('.test.mjs'));
  const [git, tests, reviewTests, program] = await Promise.all([
    readGitFacts(new Git(cwd, env), approved),
    runTests({ argv: [process.execPath, 'scripts/check.mjs'], cwd, env }),
    runTests({ argv: testFiles(theirs.map((name) => path.join(reviews, name))), cwd, env }),
    runProcess({ argv: [process.execPath, 'bin/tally.js', SAMPLE], cwd, env }),
  ]);
  return { git, tests, reviewTests, printed: program.exitCode === 0 ? program.stdout.trimEnd() : '' };
}

/** Tells the seconds, to the millisecond, since it was made or last asked. */
class StopWatch {
  readonly #clock: AppContext['clock'];
  #last: number;

  constructor({ clock }: Pick<AppContext, 'clock'>) {
    this.#clock = clock;
    this.#last = clock.nowMicros();
  }

  lap(): number {
    const now = this.#clock.nowMicros();
    const millis = Math.round((now - this.#last) / 1000);
    this.#last = now;
    return millis / 1000;
  }
}
