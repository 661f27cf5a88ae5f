import type { BoardRow, MissionBoard } from '@spec-kitty/core/board/mission-board';
import { formatInstant } from '@spec-kitty/core/instant';
import type { Activity } from '@spec-kitty/core/run/run-ports';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { LaneConflict } from '@spec-kitty/core/run/conflicts/lane-conflict';
import type { LeftWork } from '@spec-kitty/core/run/fence/left-work';
import type { MovedRef } from '@spec-kitty/core/run/fence/moved-refs';
import type { OutsideChange } from '@spec-kitty/core/run/fence/outside-changes';
import { sameActor } from '@spec-kitty/protocol/actor';
import { unsatisfiedDependencies } from '@spec-kitty/core/next/decide-next';
import { nextPackages } from '@spec-kitty/core/next/next-packages';
import type { RunOutcome, Waiting } from '@spec-kitty/core/run/run-record';
import { type Attempt, type RunState, usedBy } from '@spec-kitty/core/run/run-state';
import { isUnderWay } from '@spec-kitty/core/run/schedule';
import { type OptionsDocument, optionsDocument } from './run-event.ts';

/** Where a run stands. */
export interface OverviewDocument {
  readonly mission: string;
  readonly run_id: string | null;
  readonly state: 'none' | 'running' | 'interrupted' | 'ended';
  readonly outcome: RunOutcome | null;
  /** Without what has been dealt with since. */
  readonly reason: string;
  /** Packages that wait for a person, and that nobody has moved since. */
  readonly waiting: readonly Waiting[];
  readonly started_at: string | null;
  readonly options: OptionsDocument | null;
  readonly packages: readonly OverviewRow[];
  /** Lanes that do not merge with each other, or with the target, as they are now. */
  readonly conflicts: readonly LaneConflict[];
  /** Attempts of this run during which something changed that is not theirs. */
  readonly found: readonly FoundDocument[];
  readonly tokens: number | null;
  readonly usd: number | null;
}

/** What changed while an attempt ran, and is no work of its own. */
export interface FoundDocument {
  readonly wp_id: string;
  readonly agent: string;
  readonly attempt: string;
  readonly outside: readonly OutsideChange[];
  readonly moved: readonly MovedRef[];
  /** What a reviewer has left of its own in the worktree, which was put away. */
  readonly left: LeftWork | null;
}

/** One package of a run. */
export interface OverviewRow {
  readonly wp_id: string;
  readonly title: string;
  readonly lane: string;
  readonly holder: string | null;
  readonly waits_for: readonly string[];
  /** Of this run. */
  readonly attempts: number;
  /** The one under way. */
  readonly current: {
    readonly attempt: string;
    readonly role: Attempt['role'];
    readonly agent: string;
    readonly started_at: string;
    readonly pid: number | null;
    readonly last_action: string | null;
    readonly last_action_at: string;
  } | null;
  /** Whether an agent has ended, and its evidence is being looked at. */
  readonly is_checked: boolean;
  /** What the last one came to. */
  readonly last: {
    readonly role: Attempt['role'];
    readonly agent: string;
    readonly result: string;
    readonly reason: string;
    /** Command that opens its conversation again; `null` where that is not known. */
    readonly resume: string | null;
  } | null;
  /** Who has moved it since the last one came to its end; `null` where nobody has. */
  readonly moved_by: string | null;
  readonly forced_by: string | null;
  readonly tokens: number | null;
  readonly usd: number | null;
}

/** What an overview is made from. */
export interface OverviewSubject {
  readonly view: MissionView;
  readonly board: MissionBoard;
  readonly run: RunState | undefined;
  readonly isRunning: boolean;
}

/** Joins board and run. */
export function overviewDocument(
  subject: OverviewSubject,
  actions: (attempt: Attempt) => Omit<Activity, 'usage'>,
): OverviewDocument {
  const { view, board, run } = subject;
  return {
    mission: view.mission.directory,
    ...runPart(run, view),
    state: stateOf(subject),
    packages: board.rows.map((row) => rowOf(row, subject, actions)),
    conflicts: run?.conflicts ?? [],
    found: run?.attempts.flatMap(foundIn) ?? [],
    ...usedBy(run?.attempts ?? []),
  };
}

function foundIn({ id, wp, agent, end }: Attempt): readonly FoundDocument[] {
  const { outside = [], moved = [], left = null } = end ?? {};
  const isNothing = outside.length + moved.length === 0 && left === null;
  return isNothing ? [] : [{ wp_id: wp, agent, attempt: id, outside, moved, left }];
}

type RunPart = Pick<OverviewDocument, 'run_id' | 'outcome' | 'reason' | 'waiting' | 'started_at' | 'options'>;

const NO_RUN: RunPart = {
  run_id: null,
  outcome: null,
  reason: '',
  waiting: [],
  started_at: null,
  options: null,
};

function runPart(run: RunState | undefined, view: MissionView): RunPart {
  if (run === undefined) return NO_RUN;
  const { runId, ended, startedAt, options } = run;
  const { outcome, reason, waiting } = ended ?? NO_RUN;
  const still = waiting.filter(({ wp }) => ended && !isDealtWith({ view, run }, wp, ended.at));
  return {
    run_id: runId,
    outcome,
    reason: waiting.length === 0 ? reason : still.map((one) => `${one.wp} ${one.reason}`).join('\n'),
    waiting: still,
    started_at: startedAt,
    options: optionsDocument(options),
  };
}

/** Whether somebody has moved a package since a moment, or brought everything there that it waited for. */
function isDealtWith({ view, run }: Seen, wp: string, since: string): boolean {
  const moved = (id: string): boolean => moverSince({ view, run }, id, since) !== null;
  if (moved(wp)) return true;
  const packages = nextPackages(view);
  const own = packages.find(({ id }) => id === wp);
  return (
    own?.lane === 'planned' &&
    own.dependencies.some(moved) &&
    unsatisfiedDependencies(own, packages).length === 0
  );
}

interface Seen {
  readonly view: MissionView;
  readonly run: RunState;
}

/** What an agent of the run does is on record before what it came to, but may bear a time that is a little later. */
const LATE_MS = 1000;

/** Who has moved a package last, where that was after a moment and not by the run itself. */
function moverSince({ view, run }: Seen, wp: string, since: string): string | null {
  const { last_transition_at: at, actor } = view.state.packages.get(wp)?.slot ?? {};
  if (!at || !actor) return null;
  const isOwn = run.attempts.some((one) => one.wp === wp && sameActor(one.actor, actor));
  return Date.parse(at) > Date.parse(since) + (isOwn ? LATE_MS : 0) ? actor : null;
}

function stateOf({ run, isRunning }: OverviewSubject): OverviewDocument['state'] {
  if (run === undefined) return 'none';
  if (isRunning) return 'running';
  return run.ended === null ? 'interrupted' : 'ended';
}

function rowOf(
  { wp, lane, holder, waitsFor, override }: BoardRow,
  subject: OverviewSubject,
  actions: (attempt: Attempt) => Omit<Activity, 'usage'>,
): OverviewRow {
  const { run, isRunning } = subject;
  const own = run?.attempts.filter((attempt) => attempt.wp === wp.id) ?? [];
  return {
    wp_id: wp.id,
    title: wp.title,
    lane,
    holder,
    waits_for: waitsFor,
    attempts: own.length,
    current: isRunning ? current(own.find(isUnderWay), actions) : null,
    is_checked: isRunning && own.some(({ end, result }) => end !== null && result === null),
    last: lastOf(own),
    moved_by: movedBy(own, wp.id, subject),
    forced_by: override?.actor ?? null,
    ...usedBy(own),
  };
}

function lastOf(own: readonly Attempt[]): OverviewRow['last'] {
  const last = own.findLast(({ result }) => result !== null);
  if (!last?.result) return null;
  const { role, agent, result, end } = last;
  return { role, agent, result: result.result, reason: result.reason, resume: end?.resume ?? null };
}

function movedBy(own: readonly Attempt[], wp: string, { view, run }: OverviewSubject): string | null {
  const at = own.findLast(({ result }) => result !== null)?.result?.at;
  return run === undefined || at === undefined ? null : moverSince({ view, run }, wp, at);
}

function current(
  attempt: Attempt | undefined,
  actions: (attempt: Attempt) => Omit<Activity, 'usage'>,
): OverviewRow['current'] {
  if (!attempt) return null;
  const { id, role, agent, startedAt, process } = attempt;
  const action = actions(attempt);
  return {
    attempt: id,
    role,
    agent,
    started_at: startedAt,
    pid: process?.pid ?? null,
    last_action: action.last,
    last_action_at: formatInstant(action.atMicros),
  };
}
