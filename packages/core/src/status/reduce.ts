import { actorName } from '@spec-kitty/protocol/actor';
import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import type { LogRows } from './rows/decode-log.ts';
import { isJsonObject, type JsonObject } from './rows/json-value.ts';
import { foldAnnotation } from './fold-annotation.ts';
import { foldRetrospective } from './fold-retrospective.ts';
import {
  isDoneOverride,
  rejectionReference,
  takeStep,
  uninitializedPackage,
  type Override,
  type MutablePackageState,
  type PackageState,
} from './package-state.ts';

/** A mission's log, reduced (L§3.5). Counts and ends consider lane events only. */
export interface LogState {
  readonly packages: ReadonlyMap<string, PackageState>;
  readonly eventCount: number;
  /** Of the last lane event in the order of (`at`, `event_id`); null without lane events, like `lastAt`. */
  readonly lastEventId: string | null;
  readonly lastAt: string | null;
  /** Slug of the first lane event in the same order; `""` without one, or when it is not a plain name. */
  readonly missionSlug: string;
  readonly retrospective: Readonly<Record<string, unknown>> | null;
}

interface Timed {
  readonly at: string;
  readonly event_id: string;
}

/** Folds a log. Total: rows that break the chain of lanes still count, as they always did. */
export function reduce(log: LogRows): LogState {
  const fold = new LaneFold();
  for (const event of inOrder(log.laneEvents)) fold.add(event);
  return fold.finish(log);
}

/** Folds lane events one at a time; the caller adds them in the order of (`at`, `event_id`). */
export class LaneFold {
  readonly #packages = new Map<string, MutablePackageState>();
  // Packages whose current event is a rollback, which a simultaneous forward event must not undo.
  readonly #rolledBack = new Set<string>();
  #first: LaneEvent | undefined;
  #last: LaneEvent | undefined;
  #count = 0;

  /** Tells whether an event may come next. */
  isNext(event: LaneEvent): boolean {
    return this.#last === undefined || byTime(this.#last, event) <= 0;
  }

  add(event: LaneEvent): void {
    this.#first ??= event;
    this.#last = event;
    this.#count += 1;
    const draft = draftOf(this.#packages, event.wp_id);
    const rollback = isRollback(event);
    const undone =
      !rollback && this.#rolledBack.has(event.wp_id) && draft.slot.last_transition_at === event.at;
    if (undone) return;
    foldEvent(draft, event);
    if (rollback) this.#rolledBack.add(event.wp_id);
    else this.#rolledBack.delete(event.wp_id);
  }

  /** Folds what comes after all lane events, and answers with the whole state. */
  finish({ annotations, others }: Pick<LogRows, 'annotations' | 'others'>): LogState {
    for (const annotation of inOrder(annotations)) {
      foldAnnotation(draftOf(this.#packages, annotation.wp_id).slot, annotation.delta);
    }
    return {
      packages: this.#packages,
      eventCount: this.#count,
      lastEventId: this.#last?.event_id ?? null,
      lastAt: this.#last?.at ?? null,
      missionSlug: plainName(this.#first?.mission_slug ?? ''),
      retrospective: foldRetrospective(others),
    };
  }
}

/** Makes a state storable as JSON; {@link stateFromJson} is its inverse. */
export function stateToJson(state: LogState): unknown {
  return { ...state, packages: [...state.packages] };
}

/** Restores a state from what {@link stateToJson} made; the caller vouches for where the value comes from. */
export function stateFromJson(value: unknown): LogState {
  const stored = value as Omit<LogState, 'packages'> & { packages: readonly [string, PackageState][] };
  return { ...stored, packages: new Map(stored.packages) };
}

function draftOf(packages: Map<string, MutablePackageState>, wpId: string): MutablePackageState {
  const known = packages.get(wpId);
  if (known) return known;
  const draft = uninitializedPackage();
  packages.set(wpId, draft);
  return draft;
}

function foldEvent(draft: MutablePackageState, event: LaneEvent): void {
  const { slot } = draft;
  const reference = rejectionReference(event);
  if (reference !== null) {
    draft.lastRejection = {
      eventId: event.event_id,
      at: event.at,
      reviewer: event.review_result?.reviewer ?? (typeof event.actor === 'string' ? event.actor : ''),
      reference,
      commit: draft.commit,
      feedbackPath: event.review_result?.feedback_path ?? null,
    };
  }
  takeStep(draft, event);
  draft.override = overrideAfter(draft, event);
  draft.landing = landingOf(event);
  draft.bySession = isBySession(draft, event);
  draft.reason = event.reason;
  slot.last_transition_at = event.at;
  slot.last_event_id = event.event_id;
  if (event.force) slot.force_count += 1;
  if (event.review_result) slot.review_result = event.review_result;
  else if (event.from_lane === 'in_review') slot.review_result = null;
  if (event.policy_metadata !== null) foldPolicy(draft, event, event.policy_metadata);
}

/** What a move to done says of the target; what a merge brings there is in its own row. */
function landingOf({ to_lane: to, policy_metadata: policy }: LaneEvent): PackageState['landing'] {
  const { target_branch: target, target_commit: commit } = policy ?? {};
  return to === 'done' && typeof target === 'string' && typeof commit === 'string'
    ? { target, commit }
    : null;
}

/** Completing what was approved in this way rests on it, too. */
function isBySession({ bySession }: MutablePackageState, event: LaneEvent): boolean {
  const { from_lane: from, to_lane: to, policy_metadata: policy } = event;
  return to === 'approved'
    ? policy?.['independence'] === 'session'
    : from === 'approved' && to === 'done' && bySession;
}

/** Completing what was approved by force still rests on that force. */
function overrideAfter(draft: MutablePackageState, event: LaneEvent): Override | null {
  const { override } = draft;
  const { from_lane: from, to_lane: to, force, event_id: eventId, at, reason } = event;
  const review = event.evidence?.review ?? (from === 'approved' && to === 'done' ? approvalOf(draft) : null);
  const vouched = to === 'done' && isDoneOverride(reason);
  if (force || vouched)
    return { eventId, forced: force, at, actor: actorName(event.actor), to, reason: reason ?? '', review };
  return from === 'approved' && to === 'done' ? override : null;
}

/** The review that a standing approval rests on. */
function approvalOf({ override, slot }: MutablePackageState): Override['review'] {
  if (override !== null) return override.review;
  const { reviewer, verdict, reference } = slot.review_result ?? {};
  if (reviewer === undefined || reference === undefined || verdict !== 'approved') return null;
  return { reviewer, verdict, reference };
}

function foldPolicy(
  draft: MutablePackageState,
  event: LaneEvent,
  policy: Readonly<Record<string, unknown>>,
): void {
  if (typeof policy['commit'] === 'string') draft.commit = policy['commit'];
  if (typeof policy['lane_id'] === 'string') draft.laneId = policy['lane_id'];
  if (typeof policy['base_commit'] === 'string') {
    draft.baseCommit = policy['base_commit'];
    draft.firstBaseCommit ??= draft.baseCommit;
  }
  const builtOn = policy['built_on'];
  if (isJsonObject(builtOn)) draft.builtOn = withCommits(draft.builtOn, builtOn);
  if (event.from_lane !== 'planned' || event.to_lane !== 'claimed') return;
  const { slot } = draft;
  const { shell_pid: pid, shell_pid_created_at: since, agent } = policy;
  if (typeof pid === 'number') slot.shell_pid = pid;
  if (typeof since === 'string') slot.shell_pid_created_at = since;
  if (typeof agent === 'string' && agent !== '') slot.agent = agent;
}

function withCommits(known: PackageState['builtOn'], more: JsonObject): PackageState['builtOn'] {
  const added = Object.entries(more)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([id, commit]) => {
      // A row may name anything, `constructor` too.
      const before = Object.hasOwn(known, id) ? (known[id] ?? []) : [];
      return [id, before.includes(commit) ? before : [...before, commit]] as const;
    });
  return { ...known, ...Object.fromEntries(added) };
}

function isRollback({ from_lane: from, to_lane: to, review_ref: reference }: LaneEvent): boolean {
  return to === 'in_progress' && (from === 'in_review' || (from === 'for_review' && reference !== null));
}

/** Sorts by (`at`, `event_id`) as text, and only what is not sorted yet: logs nearly always are. */
function inOrder<T extends Timed>(rows: readonly T[]): readonly T[] {
  const sorted = rows.every((row, index) => {
    const before = rows[index - 1];
    return before === undefined || byTime(before, row) <= 0;
  });
  return sorted ? rows : rows.toSorted(byTime);
}

function byTime(a: Timed, b: Timed): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.event_id === b.event_id) return 0;
  return a.event_id < b.event_id ? -1 : 1;
}

/** The slug names a directory, so one that could leave its parent counts as none. */
function plainName(slug: string): string {
  return /[/\\\0]/.test(slug) || slug === '.' || slug === '..' ? '' : slug;
}
