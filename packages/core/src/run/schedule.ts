import { counted } from '../counted.ts';
import { few } from '../few.ts';
import type { Lane } from '@spec-kitty/protocol/lane';
import { shellWord } from '../shell-word.ts';
import { sameActor } from '@spec-kitty/protocol/actor';
import { type NextPackage, unsatisfiedDependencies } from '../next/decide-next.ts';
import { isSettled } from '../status/package-state.ts';
import { chainLengths } from './critical-path.ts';
import { stopReason } from './fence/moved-refs.ts';
import type { AttemptResult, AttemptRole, RunUntil, Waiting } from './run-record.ts';
import { type Attempt, isLeftBy } from './run-state.ts';

/** A package as the scheduler sees it. */
export interface RunPackage extends NextPackage {
  /** Execution lane, which has one worktree. */
  readonly laneId: string;
  /** What no two attempts may use at the same time, such as a database. */
  readonly resources: readonly string[];
  /** Nobody can approve it as long as there are any. */
  readonly openSubtasks: readonly string[];
}

/** Everything that a decision rests on. */
export interface ScheduleInput {
  /** That the commands name which are told. */
  readonly mission: string;
  readonly packages: readonly RunPackage[];
  readonly attempts: readonly Attempt[];
  /** Of runs before this one. */
  readonly earlier: readonly Attempt[];
  readonly accepted: boolean;
  readonly merged: boolean;
  readonly until: RunUntil;
  readonly limits: Limits;
  /** Whether nothing new may start: out of budget, or told to stop. */
  readonly draining: boolean;
  readonly implementers: readonly string[];
  /** Keys that may review, in the order in which they are preferred; one that is named may have implemented. */
  readonly reviewers: { readonly keys: readonly string[]; readonly named: boolean };
}

/** What a run may take. */
export interface Limits {
  readonly maxParallel: number;
  /** At once, by key; as many as anything where a key is missing. */
  readonly perAgent: Readonly<Partial<Record<string, number>>>;
  readonly maxCycles: number;
}

/** What to do now; several can be done at once. */
export type RunAction =
  | { readonly do: 'start'; readonly wp: string; readonly role: AttemptRole; readonly agent: string }
  /** Look at the evidence, or read the verdict, of an attempt that has ended. */
  | { readonly do: 'conclude'; readonly attempt: string }
  | { readonly do: 'accept' }
  | { readonly do: 'merge' }
  | { readonly do: 'end'; readonly complete: boolean; readonly waiting: readonly Waiting[] };

/** Under which name an agent acts in a role. */
export function actorOf(agent: string, role: AttemptRole): string {
  return `${agent}:${role}`;
}

/**
 * Decides what a run does now: a pure function of board, attempts and limits, so that a resumed run goes on as the one
 * before would have.
 *
 * What has ended is concluded first. What is longest on the way to the end starts first, a review before an
 * implementation, with one attempt for each execution lane. Nothing to do and nothing under way is the end.
 */
export function schedule(input: ScheduleInput): readonly RunAction[] {
  const { attempts } = input;
  const conclude: RunAction[] = attempts
    .filter(({ end, result }) => end !== null && result === null)
    .map(({ id }) => ({ do: 'conclude', attempt: id }));
  const starts = input.draining ? [] : startable(input);
  if (conclude.length > 0 || starts.length > 0) return [...conclude, ...starts];
  return attempts.some(isUnderWay) ? [] : [closing(input)];
}

/** Whether an attempt has begun and not ended. */
export function isUnderWay({ end }: Attempt): boolean {
  return end === null;
}

function startable(input: ScheduleInput): readonly RunAction[] {
  const lengths = chainLengths(input.packages);
  const order = input.packages
    .map((wp) => ({ wp, role: roleFor(wp, input) }))
    .filter((one): one is Candidate => one.role !== undefined)
    .toSorted(
      (a, b) =>
        (lengths.get(b.wp.id) ?? 0) - (lengths.get(a.wp.id) ?? 0) ||
        Number(b.role === 'reviewer') - Number(a.role === 'reviewer'),
    );
  const room = new Room(input);
  return order.flatMap(({ wp, role }) => {
    const agent = room.take(wp, agentsFor(wp, role, input));
    return agent === undefined ? [] : [{ do: 'start' as const, wp: wp.id, role, agent }];
  });
}

interface Candidate {
  readonly wp: RunPackage;
  readonly role: AttemptRole;
}

/** What a package needs from an agent now, if anything. */
function roleFor(wp: RunPackage, input: ScheduleInput): AttemptRole | undefined {
  if (isHeldUp(wp, input)) return undefined;
  const { holder } = wp;
  // One that works for it no longer has it: its attempt is over, and another one may go on.
  const isOurs = (role: AttemptRole, keys: readonly string[]): boolean =>
    holder !== null &&
    (keys.some((key) => sameActor(actorOf(key, role), holder)) || isLeftBy(input, { wp: wp.id, holder }));
  switch (wp.lane) {
    case 'planned':
      return wp.busy === null && canBuildOn(wp, input) ? 'implementer' : undefined;
    case 'claimed':
    case 'in_progress':
      return isOurs('implementer', input.implementers) ? 'implementer' : undefined;
    case 'for_review':
      return 'reviewer';
    case 'in_review':
      return isOurs('reviewer', input.reviewers.keys) ? 'reviewer' : undefined;
    default:
      return undefined;
  }
}

/** Whether somebody is at it already, or a person has to look at what came of it. */
function isHeldUp(wp: RunPackage, { attempts, limits }: ScheduleInput): boolean {
  const { id } = wp;
  const own = attempts.filter((attempt) => attempt.wp === id);
  if (isSentOpen(wp) || own.some(({ result }) => result === null)) return true;
  return cycles(own) > limits.maxCycles || foundIn(own) !== undefined || own.some(hasMovedOthers);
}

/** Whether somebody has sent it to review past its subtasks: whatever a review says, it could not be approved. */
function isSentOpen({ lane, openSubtasks }: RunPackage): boolean {
  return (lane === 'for_review' || lane === 'in_review') && openSubtasks.length > 0;
}

/** Whether its agent is known to have moved what a merge goes to or comes from: until that is settled, nothing can come of more. */
function hasMovedOthers({ end, isPast }: Attempt): boolean {
  return !isPast && end?.moved?.some(({ byAttempt, stops }) => byAttempt && stops !== null) === true;
}

/** Whether everything that a package depends on is there, and by the evidence. */
function canBuildOn(wp: RunPackage, { packages, attempts }: ScheduleInput): boolean {
  const isDoubtful = (id: string): boolean => foundIn(attempts.filter((one) => one.wp === id)) !== undefined;
  return unsatisfiedDependencies(wp, packages).length === 0 && !wp.dependencies.some(isDoubtful);
}

/** Where a package was found that its attempt had not brought there; until a person lets the run go on, nobody goes on with it. */
function foundIn(own: readonly Attempt[]): Lane | undefined {
  const last = own.findLast(({ result }) => result !== null);
  return last?.isPast === false ? last.result?.foundIn : undefined;
}

/** How often it came to nothing: what an interruption ended counts for nobody, nor what a person has seen since. */
function cycles(own: readonly Attempt[], setbacks = SETBACKS): number {
  return own.filter(({ end, result, isPast }) => {
    const isInterrupted = end?.how === 'lost' || end?.how === 'stopped';
    return !isPast && !isInterrupted && result !== null && setbacks.has(result.result);
  }).length;
}

/** It is asked of open packages only: one that was approved has been sent back since, by a merge or by a person. */
const SETBACKS: ReadonlySet<AttemptResult['result']> = new Set([
  'not_enough',
  'rejected',
  'void',
  'approved',
]);

/** Who may do it, best first: whoever has it already goes on with it, unless another reviewer has failed less often. */
function agentsFor(wp: RunPackage, role: AttemptRole, input: ScheduleInput): readonly string[] {
  const keys = role === 'implementer' ? input.implementers : soundest(wp, input);
  const held = keys.filter((key) => wp.holder !== null && sameActor(actorOf(key, role), wp.holder));
  return held.length > 0 ? held : keys;
}

/** Those who may review and have come to nothing least often. An implementer goes on: each one more could not review any more. */
function soundest(wp: RunPackage, { reviewers, attempts }: ScheduleInput): readonly string[] {
  const failures = (key: string): number =>
    cycles(
      attempts.filter((one) => one.wp === wp.id && one.role === 'reviewer' && one.agent === key),
      new Set(['void']),
    );
  const keys = independent(wp, reviewers);
  const least = Math.min(...keys.map(failures));
  return keys.filter((key) => failures(key) === least);
}

/** Nobody reviews under the key that has implemented, unless a person has named it for that. */
function independent(wp: RunPackage, { keys, named }: ScheduleInput['reviewers']): readonly string[] {
  if (named) return keys;
  return keys.filter((key) => !wp.implementers.some((actor) => sameActor(keyOf(actor), key)));
}

/** Key of an agent by the name that it acts under. */
export function keyOf(actor: string): string {
  return actor.trim().replace(/:(?:implementer|reviewer)$/i, '');
}

/** What is free, as it is given away. */
class Room {
  readonly #input: ScheduleInput;
  readonly #lanes: Set<string>;
  readonly #resources: Set<string>;
  readonly #agents: string[];

  constructor(input: ScheduleInput) {
    const running = input.attempts.filter(isUnderWay);
    // Until it is concluded: the validation runs in its worktree, and may use what the attempt has used.
    const open = input.attempts.filter(({ result }) => result === null);
    const packages = input.packages.filter(({ id }) => open.some(({ wp }) => wp === id));
    this.#input = input;
    this.#lanes = new Set(packages.map(({ laneId }) => laneId));
    this.#resources = new Set(packages.flatMap(({ resources }) => resources));
    this.#agents = running.map(({ agent }) => agent);
  }

  /** The agent that is least busy of those that have time, if the package finds room at all. */
  take(wp: RunPackage, agents: readonly string[]): string | undefined {
    const { maxParallel, perAgent } = this.#input.limits;
    const taken = this.#lanes.has(wp.laneId) || wp.resources.some((one) => this.#resources.has(one));
    if (taken || this.#agents.length >= maxParallel) return undefined;
    const busy = (agent: string): number => this.#agents.filter((one) => one === agent).length;
    const [agent] = agents
      .filter((one) => busy(one) < (perAgent[one] ?? Number.POSITIVE_INFINITY))
      .toSorted((a, b) => busy(a) - busy(b));
    if (agent === undefined) return undefined;
    this.#lanes.add(wp.laneId);
    for (const one of wp.resources) this.#resources.add(one);
    this.#agents.push(agent);
    return agent;
  }
}

/** Nothing can start and nothing is under way. */
function closing(input: ScheduleInput): RunAction {
  const { packages, accepted, merged, until, draining, attempts } = input;
  const isOpen = ({ id, lane }: RunPackage): boolean =>
    (!isSettled(lane) && lane !== 'canceled') ||
    foundIn(attempts.filter(({ wp }) => wp === id)) !== undefined;
  const open = packages.filter(isOpen);
  const unseen = movesToSee(attempts);
  if (open.length > 0 || draining)
    return {
      do: 'end',
      complete: false,
      waiting: [
        ...unseen,
        ...open
          .filter(({ id }) => !unseen.some(({ wp }) => wp === id))
          .map((wp) => ({ wp: wp.id, reason: whyWaiting(wp, input) })),
      ],
    };
  if (unseen.length > 0 && until !== 'review' && !merged)
    return { do: 'end', complete: false, waiting: unseen };
  if (until !== 'review' && !accepted && !merged) return { do: 'accept' };
  if (until === 'merge' && !merged) return { do: 'merge' };
  return { do: 'end', complete: true, waiting: [] };
}

/** What was moved past the run, and may not be merged before a person has let the run go on since; each of them once. */
function movesToSee(attempts: readonly Attempt[]): readonly Waiting[] {
  const found = attempts.flatMap(({ wp, end, isPast }) =>
    isPast ? [] : (end?.moved ?? []).map((moved) => ({ wp, moved })),
  );
  const waiting = found
    .filter(({ moved }) => moved.stops !== null)
    .map(({ wp, moved }) => [`${moved.ref} ${moved.to}`, { wp, reason: stopReason(moved) }] as const);
  return [...new Map(waiting).values()];
}

function lastReason(own: readonly Attempt[]): string {
  const { result, sentBack } = own.at(-1) ?? {};
  if (result?.result !== 'approved') return result?.reason ?? '';
  return ['it was approved, and sent back since', ...(sentBack === undefined ? [] : [sentBack])].join(': ');
}

function whyWaiting(wp: RunPackage, input: ScheduleInput): string {
  return whatCameOfIt(wp, input) ?? whereItStands(wp, input);
}

function whatCameOfIt({ id }: RunPackage, { attempts, limits }: ScheduleInput): string | undefined {
  const own = attempts.filter((attempt) => attempt.wp === id);
  const found = foundIn(own);
  if (found !== undefined)
    return `is ${found}, where its attempt did not bring it (${own.at(-1)?.result?.reason ?? ''}); if that is right, resume`;
  const tried = cycles(own);
  return tried > limits.maxCycles
    ? `came to nothing ${counted(tried, 'time')}, the last time: ${lastReason(own)}`
    : undefined;
}

function whereItStands(wp: RunPackage, { packages, reviewers, mission }: ScheduleInput): string {
  const missing = unsatisfiedDependencies(wp, packages);
  if (wp.lane === 'planned' && missing.length > 0) return `waits for ${missing.join(', ')}`;
  if (wp.lane === 'planned' && wp.busy !== null) return `waits for its lane, where ${wp.busy} is worked on`;
  if (isSentOpen(wp))
    return `was sent to review with open subtasks, so that nobody can approve it: ${few(wp.openSubtasks)}. \`spec-kitty agent tasks mark-status ${wp.openSubtasks.map(shellWord).join(' ')} --status done --mission ${shellWord(mission)}\` once they are done`;
  if (wp.lane === 'for_review' && independent(wp, reviewers).length === 0)
    return `waits for a person to review it (\`spec-kitty agent action review ${wp.id} --agent <you> --mission ${shellWord(mission)}\`): no agent is left that has not implemented it`;
  if (wp.lane === 'blocked')
    return `is blocked; \`spec-kitty next --mission ${shellWord(mission)}\` says what lets it go on`;
  if (wp.holder !== null) return `is ${wp.lane} by ${wp.holder}`;
  return `is ${wp.lane}`;
}
