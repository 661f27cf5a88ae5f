import type { Claim } from '../work/claim-package.ts';
import type { Review } from '../work/review-package.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { GateCheck } from './evidence/gate-check.ts';
import type { FileChange } from './evidence/file-change.ts';
import type { LaneContext } from '../execution-lanes/lane-context.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { Ending } from './ending.ts';
import type { ConflictFinder } from './conflicts/conflict-finder.ts';
import type { ForecastSource } from './forecast/forecast-source.ts';
import type { AttemptEnd, AttemptProcess, AttemptRole, RunRecord, Usage } from './run-record.ts';

/** What an agent is started with. */
export interface AgentTask {
  readonly attempt: string;
  readonly agent: string;
  readonly role: AttemptRole;
  readonly mission: string;
  readonly wp: string;
  /** Folder to work in. */
  readonly workspace: string;
  readonly prompt: string;
  readonly timeoutMs: number;
}

/** An agent at work. */
export interface RunningAgent {
  readonly process: AttemptProcess;
  /** Resolves when it and everything that it has started is gone. */
  readonly ended: Promise<AttemptEnd>;
  /** What it is doing, as far as it says so. */
  activity(): Activity;
  /** Tells it to end; what does not is killed. */
  stop(): void;
}

/** What can be seen of an agent while it works. */
export interface Activity {
  /** What it did last, in one line and without secrets; `null` before it has said anything. */
  readonly last: string | null;
  /** Microseconds since the epoch when it last said anything; when it was started, before that. */
  readonly atMicros: number;
  /** So far; many agents say it only at their end. */
  readonly usage: Usage;
}

/** What is known of an attempt whose engine is gone. */
export type LeftBehind = Pick<AttemptEnd, 'moved'>;

/** Starts agents, and ends what is left of them. */
export interface AgentRunner {
  /** Where an agent leaves what it has to say. */
  reportFile(attempt: string): string;
  /** What it has left there; `undefined` where there is nothing. */
  report(attempt: string): string | undefined;
  /** @throws Fault where it cannot be started. */
  start(task: AgentTask): Promise<RunningAgent>;
  /** Kills what is left of an attempt whose engine is gone, whether or not its process was noted. */
  clear(attempt: string, process: AttemptProcess | null): Promise<LeftBehind>;
}

/** Where a run writes down what it does; a line is on disk before the next step. */
export interface RunJournal {
  read(): readonly RunRecord[];
  append(record: RunRecord): void;
}

/** Everything that a run touches. */
export interface RunPorts {
  /** Of the repository. */
  readonly work: MergePorts;
  readonly journal: RunJournal;
  readonly agents: AgentRunner;
  /** So many agents are started, and attempts concluded, at the same time; how many work is another matter. */
  readonly atOnce: number;
  /** What an agent is told to do. */
  implementPrompt(claim: Claim, agent: string, reportFile: string): Promise<string>;
  reviewPrompt(
    review: Review & { readonly evidence: readonly GateCheck[] },
    agent: string,
    reportFile: string,
  ): Promise<string>;
  /** Files that differ between two commits, as each of them has them. */
  changes(from: string, to: string): Promise<readonly FileChange[]>;
  /** Those of some paths that a commit does not have. */
  absent(commit: string, paths: readonly string[]): Promise<readonly string[]>;
  /** Files of a checkout that Git was told to overlook: what is validated there need not be what is committed. */
  overlooked(root: string): Promise<readonly string[]>;
  /** Runs the project's validation in a lane. */
  validate(subject: {
    readonly wp: WorkPackage;
    readonly lane: LaneContext;
    readonly root: string;
    /** What it runs for, and is found by where it is left behind. */
    readonly attempt: string;
  }): Promise<GateCheck>;
  /** Looks for conflicts while attempts run; without it nobody does. */
  readonly conflicts?: ConflictFinder;
  /** What a forecast rests on, seen from a revision; without it none is made. */
  readonly forecast?: (base: string) => ForecastSource;
  /** Reached when somebody wishes that the run ends. */
  readonly stop: Ending;
}
