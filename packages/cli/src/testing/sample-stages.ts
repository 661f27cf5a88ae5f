import { cpSync, rmSync } from 'node:fs';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { type CliRun, type CliWorld, cliWorld, runCli, START_MILLIS } from './run-cli.ts';
import { SAMPLE, sampleFiles, workPackage } from './sample-mission.ts';

/**
 * How far the sample mission has come. `new`: a project without missions; `planned`: finalized; `open`: WP01 waits for
 * review, WP02 waits for it, WP04 can be claimed; `approved`: all of them are; `accepted`; `conflict`: accepted, and the
 * target has the same file otherwise; `abandoned`: given up with work of WP01 in its lane.
 */
export type Stage = 'new' | 'planned' | 'open' | 'approved' | 'accepted' | 'conflict' | 'abandoned';

const ROOT = `kitty-specs/${SAMPLE}`;

/** The sample mission as it is delivered by commands alone, kept at every stage. */
export class SampleStages {
  readonly #repository = new TempRepository();
  readonly #kept = new Set<Stage>();
  #current: { stage: Stage; changed: boolean } | undefined;
  world: CliWorld = cliWorld(this.#repository);

  /** Makes every stage; the clock of each goes on from the one before. */
  async prepare(): Promise<void> {
    this.#repository.commit('Begin', {
      'README.md': '# Invoices\n',
      'src/wp01/.keep': '',
      'src/wp02/.keep': '',
    });
    this.#keep('new');
    this.#repository.commit('Plan the invoice export', plan());
    await this.run('agent mission finalize-tasks');
    this.#keep('planned');
    await this.#implement('WP01', 'lane-a', ['T001', 'T002']);
    this.#keep('open');
    await this.#approve('WP01');
    await this.#implement('WP02', 'lane-b', ['T003', 'T004']);
    await this.#approve('WP02');
    await this.#implement('WP03', 'lane-c', ['T005']);
    await this.#approve('WP03');
    await this.run('agent action implement WP04 --agent claude');
    this.#repository.commit('WP04: the manual', { 'docs/manual.md': '# Manual\n' });
    await this.run('agent tasks move-task WP04 --to for_review --agent claude');
    await this.#approve('WP04');
    this.#keep('approved');
    await this.run('accept --actor ada');
    this.#keep('accepted');
    this.#repository.commit('Count lines', { 'src/wp01/work.js': 'exports.count = 2;\n' });
    this.#keep('conflict');
    this.at('open');
    await this.run('agent mission abandon --reason superseded');
    this.#keep('abandoned');
  }

  /** Puts everything back to a stage; a caller that changes nothing may say so for the next one. */
  at(stage: Stage): TempRepository {
    if (this.#current?.stage !== stage || this.#current.changed) {
      const { base } = this.#repository;
      rmSync(base, { recursive: true, force: true });
      cpSync(`${base}.${stage}`, base, COPY);
    }
    this.#current = { stage, changed: true };
    this.renew();
    return this.#repository;
  }

  /** Puts only the clock and the ids back: for what looks at no repository. */
  renew(): CliWorld {
    this.world = cliWorld(this.#repository, START_MILLIS + DAY_MILLIS);
    return this.world;
  }

  /** Says that nothing was changed since {@link at}. */
  unchanged(): void {
    if (this.#current) this.#current.changed = false;
  }

  /** Runs a command line, quotes included, that must succeed. */
  async run(line: string): Promise<CliRun> {
    const run = await runCli(this.world, words(line));
    if (run.exitCode !== 0) throw new Error(run.transcript);
    return run;
  }

  dispose(): void {
    this.#repository.dispose();
    for (const stage of this.#kept) rmSync(`${this.#repository.base}.${stage}`, { recursive: true });
  }

  #keep(stage: Stage): void {
    // It is copied often: few files.
    this.#repository.git(
      '-c',
      'gc.reflogExpire=never',
      '-c',
      'gc.reflogExpireUnreachable=never',
      'gc',
      '--quiet',
    );
    cpSync(this.#repository.base, `${this.#repository.base}.${stage}`, COPY);
    this.#kept.add(stage);
    this.#current = { stage, changed: false };
  }

  async #implement(wp: string, lane: string, subtasks: readonly string[]): Promise<void> {
    await this.run(`agent action implement ${wp} --agent claude`);
    const folder = `.worktrees/${SAMPLE}-${lane}`;
    this.#repository.write({ [`${folder}/src/${wp.toLowerCase()}/work.js`]: `exports.part = '${wp}';\n` });
    const git = (...args: string[]) => this.#repository.git('-C', folder, ...args);
    git('add', '--all');
    git('commit', '--quiet', '--message', `${wp}: do it`);
    await this.run(`agent tasks mark-status ${subtasks.join(' ')} --status done --agent claude`);
    await this.run(`agent tasks move-task ${wp} --to for_review --agent claude`);
  }

  async #approve(wp: string): Promise<void> {
    await this.run(`agent action review ${wp} --agent codex`);
    await this.run(`agent tasks move-task ${wp} --to approved --agent codex --note "Does what it says."`);
  }
}

/** Whoever comes to a stage comes after everything that made it. */
const DAY_MILLIS = 86_400_000;

const COPY = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true } as const;

/** Splits a line at its spaces; what is in double or single quotes is one word. */
export function words(line: string): readonly string[] {
  return (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
}

/** What people and agents have written before the plan is finalized: the files of the sample, which names its lanes already. */
function plan(): Record<string, string> {
  const { [`${ROOT}/lanes.json`]: _lanes, [`${ROOT}/status.events.jsonl`]: _log, ...files } = sampleFiles();
  const facts = {
    'WP02-write-csv': ['Write CSV', { subtasks: ['T003', 'T004'], dependencies: ['WP01'], refs: ['FR-002'] }],
    'WP03-command': [
      'Offer a command',
      { subtasks: ['T005'], dependencies: ['WP01', 'WP02'], refs: ['FR-003'] },
    ],
    'WP04-manual': ['Write the manual', { mode: 'planning_artifact', refs: ['FR-003'] }],
  } as const;
  const packages = Object.entries(facts).map(([name, [title, more]]) => [
    `${ROOT}/tasks/${name}.md`,
    workPackage(name.slice(0, 4), title, more),
  ]);
  return {
    ...files,
    ...(Object.fromEntries(packages) as Record<string, string>),
    [`${ROOT}/tasks.md`]: `${files[`${ROOT}/tasks.md`] ?? ''}\n## WP04: Write the manual\n`,
    'src/wp03/.keep': '',
    'docs/.keep': '',
  };
}
