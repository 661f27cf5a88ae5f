import path from 'node:path';
import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';
import { formatInstant } from '@spec-kitty/core/instant';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { schedule } from '@spec-kitty/core/run/schedule';
import { scheduleInput } from '@spec-kitty/core/run/schedule-input';
import type { RunLine } from './show/run-event.ts';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { Ending } from '@spec-kitty/core/run/ending';
import type { AgentCatalogue } from '@spec-kitty/core/run/agents/agent-catalogue';
import type { AgentEntry } from '@spec-kitty/core/run/agents/agent-entry';
import { drive, type RunEnd, type RunRequest } from '@spec-kitty/core/run/engine';
import type { RunOptions } from '@spec-kitty/core/run/run-record';
import type { Attempt } from '@spec-kitty/core/run/run-state';
import { printable } from '@spec-kitty/core/printable';
import { shellWord } from '@spec-kitty/core/shell-word';
import { unfinishedMerges } from '@spec-kitty/local/pending-merges/unfinished-merge';
import { writeAtomically } from '@spec-kitty/local/files/write-atomically';
import { StopRequest } from '@spec-kitty/local/run/stop-request';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';
import { chooseAgents, type Choice, type Chosen } from './choose-agents.ts';
import { lastActions } from './show/last-actions.ts';
import { type Agents, openAgents } from './open-agents.ts';
import { type OpenedRun, openRun } from './open-run.ts';
import { planRun } from './plan-run.ts';
import { reportDocument } from './show/report-document.ts';
import { reportMarkdown } from './show/report-markdown.ts';
import { runPorts } from './run-ports.ts';
import { goesOn } from './show/run-sentences.ts';
import { eventLines, LiveView, plainLines, type RunShown, type Watched } from './show/run-shown.ts';
import { WatchedAgents, WatchedJournal } from './watched-run.ts';

/** Options of `run` and `run resume`; what is not given comes from before, or is usual. */
interface Flags {
  readonly mission?: string;
  readonly implementer?: readonly string[];
  readonly reviewer?: string;
  readonly maxParallel?: number;
  readonly until?: RunOptions['until'];
  readonly maxCycles?: number;
  readonly timeout?: number;
  readonly budgetUsd?: number;
  readonly budgetTokens?: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const USUAL: RunOptions = {
  implementers: [],
  reviewer: null,
  maxParallel: 3,
  until: 'merge',
  maxCycles: 3,
  timeoutMs: 60 * 60_000,
  budget: { usd: null, tokens: null },
};

/** What is as far as asked needs none: a run that was killed is only brought to its end. */
const NOBODY = { reviewers: { keys: [], named: false }, perAgent: {}, warnings: [] } as const;

/** Lets agents deliver a mission. */
export async function runStart(this: AppContext, flags: Flags): Promise<void> {
  await run(this, flags, false);
}

/** Goes on with the last run. */
export async function runResume(this: AppContext, flags: Flags): Promise<void> {
  await run(this, flags, true);
}

async function run(context: AppContext, flags: Flags, isResume: boolean): Promise<void> {
  const workspace = await context.workspace();
  const view = await workspace.view(flags.mission);
  const { mission } = view;
  const opened = openRun(workspace, mission);
  if (opened.engine !== null) throw underWay(opened, mission);
  const before = isResume ? (opened.runs.at(-1)?.options ?? USUAL) : USUAL;
  const wanted = asked(flags, before);
  // Whoever made it may be gone by now, and is not needed.
  const isOpen = opened.runs.at(-1)?.ended === null || unfinishedMerges(workspace.repository).length > 0;
  const isDone = isThrough(view, wanted);
  if (!isOpen && isDone) {
    sayThrough(context, mission, { until: wanted.until, json: flags.json });
    return;
  }
  const { catalogue, runner, fence } = await openAgents(context, workspace, opened.folder);
  const { agents: available, validationCommand } = await workspace.config();
  // Not after agents have worked: none of them could mend it.
  if (validationCommand) await workspace.requireTrust('validation.command', validationCommand);
  const again = { mission: mission.directory, isResume };
  const chosen = await choose(context, catalogue, { wanted, available, again, isDone });
  for (const warning of chosen.warnings) context.stderr(printable(`Warning: ${warning}\n`));
  const options = { ...wanted, implementers: chosen.implementers, reviewer: chosen.reviewer };
  if (flags.dryRun) await planRun(context, { workspace, mission, opened, options, chosen, json: flags.json });
  else
    await new Start(context, { workspace, mission, opened, chosen, json: flags.json }).go({
      options,
      resumes: isResume,
      runner,
      fence,
    });
}

async function choose(
  context: AppContext,
  catalogue: AgentCatalogue,
  { isDone, ...choice }: Choice & { readonly wanted: RunOptions; readonly isDone: boolean },
): Promise<Chosen> {
  if (isDone) return { ...choice.wanted, ...NOBODY };
  const chosen = await chooseAgents(context, catalogue, choice);
  const keys = new Set([...chosen.implementers, ...chosen.reviewers.keys]);
  const agents = [...keys].map((key) => catalogue.entry(key));
  return { ...chosen, warnings: [...chosen.warnings, ...uncounted(agents, choice.wanted.budget)] };
}

/** Sentences about agents that a budget does not count, since they do not say what they use. */
function uncounted(agents: readonly AgentEntry[], { usd, tokens }: RunOptions['budget']): readonly string[] {
  const silent = (figure: 'cost' | 'tokens'): string =>
    agents
      .filter(({ reports }) => !reports.includes(figure))
      .map(({ name }) => name)
      .join(', ');
  const [cost, used] = [usd === null ? '' : silent('cost'), tokens === null ? '' : silent('tokens')];
  return [
    ...(cost === '' ? [] : [`--budget-usd does not count what does not tell its cost: ${cost}.`]),
    ...(used === '' ? [] : [`--budget-tokens does not count what does not tell its tokens: ${used}.`]),
  ];
}

function isThrough(view: MissionView, options: RunOptions): boolean {
  const input = scheduleInput(view, { attempts: [], options, ...NOBODY, draining: false });
  return schedule(input).some((action) => action.do === 'end' && action.complete);
}

const THROUGH = { review: 'approved', accept: 'accepted', merge: 'merged' } as const;

function sayThrough(
  context: AppContext,
  { directory }: Mission,
  { until, json }: { readonly until: RunOptions['until']; readonly json: boolean },
): void {
  const reason = `${directory} is ${THROUGH[until]}; nothing is left to do.`;
  const at = formatInstant(context.clock.nowMicros());
  const line: RunLine = { event: 'run_ended', at, mission: directory, outcome: 'complete', reason };
  context.stdout(`${json ? JSON.stringify(line) : reason}\n`);
}

function asked(flags: Flags, before: RunOptions): RunOptions {
  return {
    implementers: flags.implementer ?? before.implementers,
    reviewer: flags.reviewer ?? before.reviewer,
    maxParallel: flags.maxParallel ?? before.maxParallel,
    until: flags.until ?? before.until,
    maxCycles: flags.maxCycles ?? before.maxCycles,
    timeoutMs: flags.timeout ?? before.timeoutMs,
    budget: {
      usd: flags.budgetUsd ?? before.budget.usd,
      tokens: flags.budgetTokens ?? before.budget.tokens,
    },
  };
}

function underWay({ engine }: OpenedRun, { directory }: Mission): Fault {
  const who = engine === null || engine === 'unknown' ? '' : ` (process ${engine.pid} since ${engine.since})`;
  return new Fault('busy', 'RUN_UNDER_WAY', `A run of ${directory} is under way${who}.`, {
    hints: [
      `\`spec-kitty run status --mission ${shellWord(directory)}\` shows it; \`spec-kitty run stop --mission ${shellWord(directory)}\` ends it.`,
    ],
    details: { mission: directory },
  });
}

/** What a run is started with. */
interface Setting {
  readonly workspace: Workspace;
  readonly mission: Mission;
  readonly opened: OpenedRun;
  readonly chosen: Chosen;
  readonly json: boolean;
}

/** A run as this process does it, from the first line that it shows to its exit code. */
class Start {
  readonly #context: AppContext;
  readonly #setting: Setting;
  readonly #stop = new Ending();
  #agents: WatchedAgents | undefined;
  #byHand = false;

  constructor(context: AppContext, setting: Setting) {
    this.#context = context;
    this.#setting = setting;
  }

  async go({
    runner,
    fence,
    ...request
  }: Pick<RunRequest, 'options' | 'resumes'> & Pick<Agents, 'runner' | 'fence'>): Promise<void> {
    const { workspace, mission, opened, chosen } = this.#setting;
    const agents = new WatchedAgents(runner);
    this.#agents = agents;
    const shown = this.#shown();
    this.#takeSignals(shown);
    const journal = new WatchedJournal(opened.journal, (record, state) => shown.told(record, state));
    const { env } = this.#context;
    const stopped = new StopRequest(opened.folder);
    const unwatch = stopped.watch(() => this.#stop.reach());
    try {
      const { folder } = opened;
      const ports = runPorts(workspace, {
        journal,
        agents,
        stop: this.#stop,
        env,
        folder,
        guard: { fence, mission },
      });
      const person = await workspace.actor();
      const { reviewers, perAgent } = chosen;
      const { says } = await fence.state();
      const who = { mission: mission.directory, reviewers, perAgent, person, fence: says };
      const end = await drive(ports, { ...request, ...who, begun: () => stopped.clear() });
      shown.end();
      await this.#conclude(end);
    } finally {
      shown.end();
      unwatch();
    }
  }

  #shown(): RunShown {
    const { workspace, mission, opened, json } = this.#setting;
    const written = lastActions(opened);
    const actions = (attempt: Attempt) =>
      this.#agents?.running.get(attempt.id)?.activity() ?? written(attempt);
    const watched: Watched = {
      mission: mission.directory,
      view: () => workspace.viewOf(mission),
      logOf: opened.logOf,
      actions,
    };
    if (json) return eventLines(this.#context, watched);
    return this.#context.interactive ? new LiveView(this.#context, watched) : plainLines(this.#context);
  }

  /** The first ends the agents, and the run when they are gone; the second ends everything now. */
  #takeSignals(shown: RunShown): void {
    this.#context.interruption.taken = (): void => {
      if (this.#byHand) {
        const { directory } = this.#setting.mission;
        shown.end();
        this.#context.stderr(`The agents are killed. ${goesOn(directory, 'stopped')}\n`);
        void this.#agents?.kill().finally(() => process.exit(EXIT_CODES.interrupted));
        return;
      }
      this.#byHand = true;
      shown.say('Ending the agents; once more kills them. What they have committed is kept.\n');
      this.#stop.reach();
    };
  }

  async #conclude({ outcome, mission }: RunEnd): Promise<void> {
    const { workspace, opened, json } = this.#setting;
    const document = reportDocument(
      await workspace.viewOf(mission),
      openRun(workspace, mission).runs,
      opened.logOf,
    );
    const report = path.join(opened.folder, 'report.md');
    writeAtomically(report, reportMarkdown(document));
    writeAtomically(path.join(opened.folder, 'report.json'), `${JSON.stringify(document, null, 2)}\n`);
    if (outcome !== 'complete')
      this.#context.exit.code = this.#byHand ? EXIT_CODES.interrupted : EXIT_CODES.refused;
    if (json) return;
    const next = outcome === 'complete' ? '' : ` ${goesOn(mission.directory, outcome)}`;
    this.#context.stdout(
      `Report: \`spec-kitty run report --mission ${shellWord(mission.directory)}\`, or ${report}.${next}\n`,
    );
  }
}
