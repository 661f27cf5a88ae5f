import type {
  AgentRunner,
  AgentTask,
  LeftBehind,
  RunJournal,
  RunningAgent,
} from '@spec-kitty/core/run/run-ports';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { foldRun, type RunState, withRecord } from '@spec-kitty/core/run/run-state';

/** Told what a run does, once it is on disk. */
export type Told = (record: RunRecord, run: RunState) => void;

/** A journal that somebody watches. */
export class WatchedJournal implements RunJournal {
  readonly #journal: RunJournal;
  readonly #told: Told;
  #run: RunState | undefined;

  constructor(journal: RunJournal, told: Told) {
    this.#journal = journal;
    this.#told = told;
    this.#run = foldRun(journal.read());
  }

  read(): readonly RunRecord[] {
    return this.#journal.read();
  }

  append(record: RunRecord): void {
    this.#journal.append(record);
    this.#run = withRecord(this.#run, record);
    if (this.#run) this.#told(record, this.#run);
  }
}

/** Agents that can be asked what they are at, and ended at once. */
export class WatchedAgents implements AgentRunner {
  readonly running = new Map<string, RunningAgent>();
  readonly #runner: AgentRunner;

  constructor(runner: AgentRunner) {
    this.#runner = runner;
  }

  reportFile(attempt: string): string {
    return this.#runner.reportFile(attempt);
  }

  report(attempt: string): string | undefined {
    return this.#runner.report(attempt);
  }

  async start(task: AgentTask): Promise<RunningAgent> {
    const agent = await this.#runner.start(task);
    this.running.set(task.attempt, agent);
    void agent.ended.finally(() => this.running.delete(task.attempt));
    return agent;
  }

  clear(...attempt: Parameters<AgentRunner['clear']>): Promise<LeftBehind> {
    return this.#runner.clear(...attempt);
  }

  /** Kills everything at once. */
  async kill(): Promise<void> {
    await Promise.all([...this.running].map(([attempt, { process }]) => this.clear(attempt, process)));
  }
}
