import { Ending } from '@spec-kitty/core/run/ending';
import { drive, type RunEnd } from '@spec-kitty/core/run/engine';
import type { Invocation } from '@spec-kitty/core/run/agents/invocation';
import type { AgentTask, RunJournal } from '@spec-kitty/core/run/run-ports';
import type { RunOptions, RunRecord } from '@spec-kitty/core/run/run-record';
import { privateDir } from '@spec-kitty/local/repository/repository';
import { attemptFiles } from '@spec-kitty/local/run/attempt-files';
import { Fence, type FenceKind } from '@spec-kitty/local/run/fence/fence';
import { FileRunJournal } from '@spec-kitty/local/run/file-run-journal';
import { ProcessRunner } from '@spec-kitty/local/run/process-runner';
import { missionWorld, type MissionWorld, type PlannedPackage } from '@spec-kitty/testkit/mission-world';
import { runPorts } from '../../commands/run/run-ports.ts';

/** Beginning of every agent here: Git, and a place for what it has to say. */
const TOOLS = `
const { execFileSync, spawn } = require('node:child_process');
const { existsSync, mkdirSync, rmSync, writeFileSync, writeSync, openSync } = require('node:fs');
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const say = (text) => writeFileSync(process.env.SPEC_KITTY_REPORT, typeof text === 'string' ? text : JSON.stringify(text));
const work = () => {
  mkdirSync('src', { recursive: true });
  writeFileSync('src/a.js', 'a\\n');
  git('add', 'src/a.js');
  git('commit', '--quiet', '--message', 'WP01: a');
};
`;

/** Does the work of WP01. */
export const GOOD_WORK = 'work(); say({ subtasks_done: ["T001"] });';

/** Approves. */
export const GOOD_REVIEW = 'say({ verdict: "approved", summary: "It does." });';

/** How a run of {@link AgentsWorld} differs from one in which all goes well. */
export interface AgentsRun {
  /** JavaScript of the implementer, with the tools of this file at hand. */
  readonly implementer?: string;
  readonly reviewer?: string;
  /** In place of that one: several, by key, of which none was asked for by name. */
  readonly reviewers?: Readonly<Record<string, string>>;
  /** In place of the implementer's JavaScript. */
  readonly program?: string;
  readonly stream?: Invocation['stream'];
  readonly timeoutMs?: number;
  readonly maxCycles?: number;
  /** What may keep agents from writing elsewhere; all that there is unless given. */
  readonly fences?: readonly FenceKind[];
  readonly resumes?: boolean;
  readonly until?: RunOptions['until'];
  /** Reached when the run is to stop. */
  readonly stop?: Ending;
  /** Record before which the engine dies. */
  readonly diesBefore?: RunRecord['kind'];
}

/** A mission of one package, and agents that are a few lines of JavaScript each. */
export class AgentsWorld {
  readonly made: MissionWorld;

  constructor(made: MissionWorld) {
    this.made = made;
  }

  /** What the attempts of a run came to, and how it ended. */
  async run({
    maxCycles = 0,
    timeoutMs = 60_000,
    resumes = false,
    ...agents
  }: AgentsRun = {}): Promise<RunEnd> {
    const { made } = this;
    const workspace = await made.workspace();
    const { env } = made.repository;
    const folder = await this.folder();
    const fence = new Fence(workspace.repository, env, agents.fences);
    const invocation = ({ role, agent }: Pick<AgentTask, 'role' | 'agent'>): Invocation => ({
      argv: role === 'reviewer' ? reviewerWords(agents, agent) : implementerWords(agents),
      mayKnow: () => false,
      stream: agents.stream ?? 'none',
    });
    const runner = new ProcessRunner({ folder, env, fence, invocation });
    const { stop = new Ending() } = agents;
    const journal = mortal(new FileRunJournal(folder), agents.diesBefore);
    const options: RunOptions = {
      implementers: ['node'],
      reviewer: agents.reviewers ? null : 'node',
      maxParallel: 2,
      until: agents.until ?? 'merge',
      maxCycles,
      timeoutMs,
      budget: { usd: null, tokens: null },
    };
    const { mission } = await workspace.view(made.directory);
    return drive(
      runPorts(workspace, { journal, agents: runner, stop, env, folder, guard: { fence, mission } }),
      {
        mission: made.directory,
        options,
        reviewers: agents.reviewers
          ? { keys: Object.keys(agents.reviewers), named: false }
          : { keys: ['node'], named: true },
        resumes,
        perAgent: {},
        fence: (await fence.state()).says,
        person: 'ada',
      },
    );
  }

  /** Folder of the run. */
  async folder(): Promise<string> {
    const { repository } = await this.made.workspace();
    return privateDir(repository, 'runs', this.made.missionId);
  }

  /** File with what an attempt printed. */
  async log(attempt: string): Promise<string> {
    return attemptFiles(await this.folder(), attempt).log;
  }
}

/** A world that is removed when the running test has finished. */
export async function agentsWorld(more: Partial<PlannedPackage> = {}): Promise<AgentsWorld> {
  const made = missionWorld();
  await made.plan([{ id: 'WP01', owns: ['src/a.js'], ...more }]);
  return new AgentsWorld(made);
}

/** A journal whose engine dies before it has a record of one kind. */
function mortal(journal: RunJournal, before: RunRecord['kind'] | undefined): RunJournal {
  const append = (record: RunRecord): void => {
    if (record.kind === before) throw new Error('The engine is dead.');
    journal.append(record);
  };
  return { read: () => journal.read(), append };
}

function implementerWords({ program, implementer = GOOD_WORK }: AgentsRun): readonly string[] {
  return program === undefined ? [process.execPath, '-e', TOOLS + implementer] : [program];
}

function reviewerWords({ reviewer = GOOD_REVIEW, reviewers }: AgentsRun, key: string): readonly string[] {
  return [process.execPath, '-e', TOOLS + (reviewers?.[key] ?? reviewer)];
}
