import { Fault, faultText } from '../fault.ts';
import { formatInstant } from '../instant.ts';
import { acceptMission } from '../accept/accept-mission.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { ConflictRecord } from './conflicts/conflict-record.ts';
import { watchConflicts } from './conflicts/watch-conflicts.ts';
import { concludeAttempt } from './conclude-attempt.ts';
import { Ending } from './ending.ts';
import { forecastRecord } from './forecast/forecast-record.ts';
import { forecastResources } from './forecast/likely-conflicts.ts';
import { endChecks, INTERRUPTED } from './end-left-behind.ts';
import { finishLanding, landMission, whyNotClosed } from './land-mission.ts';
import type { RunningAgent, RunPorts } from './run-ports.ts';
import type { AttemptEnd, AttemptResult, RunOptions, RunOutcome, RunRecord, Waiting } from './run-record.ts';
import { type Attempt, foldRun, type RunState, usedBy, withRecord } from './run-state.ts';
import { actorOf, isUnderWay, type RunAction, schedule, type ScheduleInput } from './schedule.ts';
import { scheduleInput } from './schedule-input.ts';
import { startAttempt } from './start-attempt.ts';
import { Turns } from './turns.ts';

/** What a run is about. */
export interface RunRequest {
  readonly mission: string | undefined;
  readonly options: RunOptions;
  /** Whether it goes on with the last run, if there is one; one that was killed is gone on with anyway. */
  readonly resumes: boolean;
  readonly reviewers: ScheduleInput['reviewers'];
  readonly perAgent: ScheduleInput['limits']['perAgent'];
  /** Who accepts and merges. */
  readonly person: string;
  /** What keeps agents from writing elsewhere, in one sentence. */
  readonly fence: string;
  /** Called once nobody else can be at it. */
  readonly begun?: () => void;
}

/** How a run ended. */
export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly reason: string;
  readonly state: RunState;
  readonly mission: Mission;
}

/**
 * Takes a mission as far as asked, with several agents at once. Only one process at a time does; one that was killed is
 * gone on from by the next, from what is on disk alone.
 *
 * @throws Fault `LOCK_BUSY` naming the engine that runs.
 */
export async function drive(ports: RunPorts, request: RunRequest): Promise<RunEnd> {
  const { mission } = await ports.work.view(request.mission);
  return ports.work.lock.hold(`run-${mission.missionId}`, 'run', () =>
    new Engine(ports, request, mission).drive(),
  );
}

class Engine {
  readonly #ports: RunPorts;
  readonly #request: RunRequest;
  readonly #mission: Mission;
  readonly #turns: Turns;
  /** The latest run as the journal has it. */
  #run: RunState | undefined;
  readonly #running = new Map<string, RunningAgent>();
  /** Starts and conclusions under way, by attempt; none of them rejects. */
  readonly #tasks = new Map<string, Promise<void>>();
  /** Those whose evidence a stop has kept from being looked into. */
  readonly #cut = new Set<string>();
  #watch: { readonly over: Ending; readonly ended: Promise<void> } | undefined;
  /** What packages need for themselves alone beside their resources, so that they are not worked on at once. */
  #apart: ReadonlyMap<string, readonly string[]> = new Map();
  /** What broke one of them: a bug, or a disk that is full. */
  #broken: { readonly error: unknown } | undefined;

  constructor(ports: RunPorts, request: RunRequest, mission: Mission) {
    const turns = new Turns(ports.atOnce);
    this.#turns = turns;
    this.#ports = { ...ports, validate: (subject) => turns.aside(() => ports.validate(subject)) };
    this.#request = request;
    this.#mission = mission;
    this.#run = foldRun(ports.journal.read());
  }

  async drive(): Promise<RunEnd> {
    this.#request.begun?.();
    this.#begin();
    await this.#clearLeftBehind();
    await this.#foresee();
    const unfinished = await this.#finishLanding();
    if (unfinished) return this.#end('waiting', unfinished);
    try {
      return await this.#go();
    } finally {
      for (const agent of this.#running.values()) agent.stop();
      await Promise.all(this.#tasks.values());
      await this.#endWatch();
    }
  }

  /** Says what is likely to conflict, once for a run; where the project wants it, those are not worked on at once. */
  async #foresee(): Promise<void> {
    const { forecast, work } = this.#ports;
    const { forecast: mode } = await work.config();
    if (forecast === undefined || mode === 'off') return;
    if (this.#state.forecast === null)
      this.#note(await forecastRecord(forecast, await work.viewOf(this.#mission)));
    if (mode === 'serialise') this.#apart = forecastResources(this.#state.forecast ?? []);
  }

  /** @returns why a merge that was interrupted cannot be finished now, if so. */
  async #finishLanding(): Promise<string | undefined> {
    if (this.#state.options.until !== 'merge') return undefined;
    try {
      await finishLanding(this.#ports.work, this.#mission.directory);
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return faultText(error);
    }
  }

  async #go(): Promise<RunEnd> {
    for (;;) {
      if (this.#broken) throw this.#broken.error;
      const view = await this.#ports.work.viewOf(this.#mission);
      const draining = this.#draining();
      if (this.#ports.stop.isReached) this.#stopAgents();
      const planned = schedule(this.#input(view, draining !== undefined));
      const actions = planned.filter((one) => one.do !== 'conclude' || !this.#cut.has(one.attempt));
      const isLeft = actions.length < planned.length && actions.length + this.#tasks.size === 0;
      const last = isLeft ? LEFT : actions.find((one) => one.do === 'end');
      if (last) {
        await this.#endWatch();
        return this.#end(...outcomeOf(last, draining));
      }
      const closing = actions.find((one) => one.do === 'accept' || one.do === 'merge');
      if (closing) {
        await this.#endWatch();
        const end = await this.#close(closing.do);
        if (end) return this.#end(...end);
        continue;
      }
      if (actions.length > 0) this.#startWatch();
      for (const action of actions) this.#undertake(view, action);
      await this.#change();
    }
  }

  get #state(): RunState {
    if (this.#run) return this.#run;
    throw new Error('A run without a beginning');
  }

  #begin(): void {
    const { options, resumes, fence } = this.#request;
    const last = this.#run;
    // One that was killed is gone on with, whatever is asked: its agents may still be there.
    if (last && (last.ended === null || resumes)) this.#note({ kind: 'run_resumed', options, fence });
    else this.#note({ kind: 'run_started', run_id: this.#ports.work.ids.next(), options, fence });
  }

  #note(record: Unstamped): void {
    const stamped = { at: formatInstant(this.#ports.work.clock.nowMicros()), ...record } as RunRecord;
    this.#ports.journal.append(stamped);
    this.#run = withRecord(this.#run, stamped);
  }

  /** Attempts whose engine is gone are over: what they committed stays, and the next attempt goes on from it. */
  async #clearLeftBehind(): Promise<void> {
    await endChecks(this.#ports.agents, this.#state.attempts);
    for (const attempt of this.#state.attempts.filter(isUnderWay)) {
      const left = await this.#ports.agents.clear(attempt.id, attempt.process);
      this.#ended(attempt.id, { ...INTERRUPTED, ...left });
    }
  }

  #ended(attempt: string, end: AttemptEnd): void {
    this.#note({ kind: 'attempt_ended', attempt, ...end });
  }

  #input(view: MissionView, draining: boolean): ScheduleInput {
    const { attempts, earlier, options } = this.#state;
    const { reviewers, perAgent } = this.#request;
    const apart = this.#apart;
    return scheduleInput(view, { attempts, earlier, options, reviewers, perAgent, draining, apart });
  }

  /** Why nothing new starts, if so. */
  #draining(): 'stopped' | 'budget' | undefined {
    if (this.#ports.stop.isReached) return 'stopped';
    const { usd, tokens } = this.#state.options.budget;
    const used = usedBy(this.#state.attempts);
    return (usd !== null && (used.usd ?? 0) >= usd) || (tokens !== null && (used.tokens ?? 0) >= tokens)
      ? 'budget'
      : undefined;
  }

  #undertake(view: MissionView, action: RunAction): void {
    if (action.do === 'start') {
      const { wp, role, agent } = action;
      const attempt = this.#ports.work.ids.next();
      // Before anything is done: whatever becomes of it, the next engine knows that there is something to look for.
      this.#note({ kind: 'attempt_started', attempt, wp, role, agent, actor: actorOf(agent, role) });
      this.#do(attempt, () => this.#start(attempt));
    } else if (action.do === 'conclude') {
      const { attempt } = action;
      this.#do(attempt, async () => {
        const found = this.#attempt(attempt);
        const result = await this.#turns.take(() => concludeAttempt(this.#ports, view, found));
        if (this.#isCut(result)) this.#cut.add(attempt);
        else this.#note({ kind: 'attempt_concluded', attempt, ...result });
      });
    }
  }

  /** Whether it says nothing about the work: what ends a run ends its validations, too. Whoever resumes looks again. */
  #isCut({ checks = [] }: AttemptResult): boolean {
    return (
      this.#ports.stop.isReached &&
      checks.some(({ name, state }) => name === 'validation' && state === 'failed')
    );
  }

  #stopAgents(): void {
    if (!this.#state.stopAsked) {
      this.#note({ kind: 'stop_asked' });
      void endChecks(this.#ports.agents, this.#state.attempts);
    }
    for (const agent of this.#running.values()) agent.stop();
  }

  /** Looks for conflicts between lanes as long as attempts run. */
  #startWatch(): void {
    const { conflicts, work } = this.#ports;
    if (conflicts === undefined || this.#watch !== undefined) return;
    const over = new Ending();
    const watch = {
      told: this.#state.conflicts,
      tell: (record: ConflictRecord) => this.#note(record),
      over: over.reached,
    };
    const ended = watchConflicts({ work, conflicts }, this.#mission, watch).catch((error: unknown) => {
      this.#broken ??= { error };
    });
    this.#watch = { over, ended };
  }

  async #endWatch(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    watch?.over.reach();
    await watch?.ended;
  }

  /** Does something about an attempt, unless something is done about it already. */
  #do(attempt: string, body: () => Promise<void>): void {
    if (this.#tasks.has(attempt)) return;
    const task = body().then(
      () => void this.#tasks.delete(attempt),
      (error: unknown) => {
        this.#tasks.delete(attempt);
        this.#broken ??= { error };
      },
    );
    this.#tasks.set(attempt, task);
  }

  #attempt(id: string): Attempt {
    const found = this.#state.attempts.find((one) => one.id === id);
    if (!found) throw new Error(`There is no attempt ${id}`);
    return found;
  }

  async #start(id: string): Promise<void> {
    const agent = await this.#turns.take(() => this.#spawn(id));
    if (agent === undefined) return;
    const end = await agent.ended;
    this.#running.delete(id);
    this.#ended(id, end);
  }

  /** @returns nothing where it has not come to that, which is noted. */
  async #spawn(id: string): Promise<RunningAgent | undefined> {
    if (this.#isEnding) {
      this.#ended(id, { how: 'stopped', reason: 'The run ended before it was started.', usage: {} });
      return undefined;
    }
    try {
      const mission = this.#mission.directory;
      const agent = await startAttempt(this.#ports, this.#state, { attempt: this.#attempt(id), mission });
      this.#note({ kind: 'attempt_spawned', attempt: id, process: agent.process });
      this.#running.set(id, agent);
      if (this.#isEnding) agent.stop();
      return agent;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#ended(id, { how: 'not_started', reason: faultText(error), usage: {} });
      return undefined;
    }
  }

  get #isEnding(): boolean {
    return this.#ports.stop.isReached || this.#broken !== undefined;
  }

  /** Resolves when there may be something new to do. */
  async #change(): Promise<void> {
    const { reached, isReached } = this.#ports.stop;
    await Promise.race([...this.#tasks.values(), ...(isReached ? [] : [reached])]);
  }

  /** @returns how the run ends with it; nothing where there is more to do. */
  async #close(what: 'accept' | 'merge'): Promise<readonly [RunOutcome, string] | undefined> {
    const { person: actor } = this.#request;
    const { directory: mission } = this.#mission;
    const { autoCommit: commit } = await this.#ports.work.config();
    try {
      if (what === 'accept') {
        await acceptMission(this.#ports.work, { mission, actor, mode: 'auto', commit });
        this.#note({ kind: 'mission_accepted' });
        return undefined;
      }
      const isCalledOff = (): boolean => this.#ports.stop.isReached;
      const { landed, sentBack, validations } = await landMission(this.#ports.work, {
        mission,
        actor,
        commit,
        isCalledOff,
      });
      const merged = landed?.kind === 'merged' ? landed : null;
      const where = merged && { target: targetBranch(this.#mission.meta), packages: merged.plan.completes };
      const tip = merged?.commit ?? null;
      this.#note({ kind: 'mission_landed', commit: tip, sent_back: sentBack, validations, ...where });
      // They are done again, and what needs them lands with them.
      if (sentBack.length > 0) return undefined;
      // Whether its pull request lands is for people to say.
      const waits =
        landed?.kind === 'proposed' ? `It waits on ${landed.offer.branch} for its pull request.` : '';
      return ['complete', waits];
    } catch (error) {
      return this.#notClosed(error);
    }
  }

  #notClosed(error: unknown): readonly [RunOutcome, string] {
    if (!(error instanceof Fault)) throw error;
    // What ends a run ends the validation of its merge, too; whoever resumes is told what there is besides.
    return this.#ports.stop.isReached ? STOPPED : ['waiting', whyNotClosed(error, this.#mission.directory)];
  }

  #end(outcome: RunOutcome, reason: string, waiting: readonly Waiting[] = []): RunEnd {
    this.#note({ kind: 'run_ended', outcome, reason, ...(waiting.length > 0 && { waiting }) });
    return { outcome, reason, state: this.#state, mission: this.#mission };
  }
}

const STOPPED = ['stopped', 'It was told to stop.'] as const;

/** The end of a run that leaves an attempt to whoever resumes. */
const LEFT = { do: 'end', complete: false, waiting: [] } as const;

type Unstamped = RunRecord extends infer R ? (R extends RunRecord ? Omit<R, 'at'> : never) : never;

function outcomeOf(
  { complete, waiting }: Extract<RunAction, { readonly do: 'end' }>,
  draining: 'stopped' | 'budget' | undefined,
): readonly [RunOutcome, string, (readonly Waiting[])?] {
  if (complete) return ['complete', ''];
  if (draining === 'stopped') return STOPPED;
  if (draining === 'budget') return ['budget', 'The budget is used up.'];
  return ['waiting', waiting.map(({ wp, reason }) => `${wp} ${reason}`).join('\n'), waiting];
}
