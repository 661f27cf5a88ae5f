import { actorName, sameActor, type Actor } from '@spec-kitty/protocol/actor';
import type { Lane, SourceLane } from '@spec-kitty/protocol/lane';
import type { WpSlot } from '@spec-kitty/protocol/snapshot';
import type { Evidence, ReviewResult } from '@spec-kitty/protocol/status-row';

/** The latest review that sent a package back: what a fix starts from. */
export interface Rejection {
  readonly eventId: string;
  readonly at: string;
  readonly reviewer: string;
  /** `review_ref` of the event, else the reference of its result; often `review-cycle://…`. */
  readonly reference: string;
  /** What was rejected: a fix is what came after it; `null` where no event named a commit. */
  readonly commit: string | null;
  /** Repository-relative, where the result names one. */
  readonly feedbackPath: string | null;
}

/** Begins the reason of an event that completes a package on somebody's word that its work has landed. */
export const DONE_OVERRIDE = 'Done override: ';

/** Tells whether a reason says that the work has landed, where nobody looked. */
export function isDoneOverride(reason: string | null | undefined): boolean {
  return reason?.startsWith(DONE_OVERRIDE) === true;
}

/** Somebody's word in place of what the rules ask for: a forced step, or a completion whose commit nobody looked for. */
export interface Override {
  readonly eventId: string;
  readonly forced: boolean;
  readonly at: string;
  readonly actor: string;
  readonly to: Lane;
  readonly reason: string;
  /** The review that it gave as evidence; `null` where there is none. */
  readonly review: Evidence['review'] | null;
}

/** One work package as its events leave it. A cycle lasts from one entry into `planned` to the next. */
export interface PackageState {
  readonly slot: Readonly<WpSlot>;
  /** Who works on it: the implementer while claimed or in_progress, the reviewer while in_review. */
  readonly holder: string | null;
  /** Who held `in_progress` last in this cycle; a rejected package goes back to them. */
  readonly worker: string | null;
  /**
   * Who implemented it in any cycle, in order of appearance, without generic names; they may not approve it.
   *
   * A new cycle goes on from the commits of the one before, so handing a package over makes nobody impartial.
   */
  readonly implementers: readonly string[];
  /** Last `policy_metadata.commit` of this cycle: the lane's commit as submitted, approved or merged. */
  readonly commit: string | null;
  /** Last `policy_metadata.base_commit` of this cycle: where its lane started. */
  readonly baseCommit: string | null;
  /** First `policy_metadata.base_commit` of all cycles: a review is about everything since. */
  readonly firstBaseCommit: string | null;
  /** Every commit of other packages, by id, that any cycle was given to build on: Git tells what is left of them. */
  readonly builtOn: Readonly<Record<string, readonly string[]>>;
  /** Whether it was ever worked on, in whichever cycle: its work is in its lane, whatever became of it. */
  readonly everStarted: boolean;
  /** Execution lane that its last claim names; the predecessor's name none. */
  readonly laneId: string | null;
  readonly lastRejection: Rejection | null;
  /** Reason of its last event. */
  readonly reason: string | null;
  /** Where the target was when it was found to have its work; `null` unless it is done by that. */
  readonly landing: { readonly target: string; readonly commit: string } | null;
  /** Whether another session of the agent that implemented it has approved it, as a person allowed. */
  readonly bySession: boolean;
  /** By what it is where it is, or was approved, where that is somebody's word and not the rules. */
  readonly override: Override | null;
}

/** The same, while it is being built. */
export type MutablePackageState = { -readonly [K in keyof PackageState]: PackageState[K] } & { slot: WpSlot };

/** The facts of a transition that decide who holds a package and who implemented it. */
export interface Step {
  readonly from_lane: SourceLane;
  readonly to_lane: Lane;
  readonly actor: Actor;
  readonly force: boolean;
  readonly review_ref: string | null;
  readonly review_result?: ReviewResult | null;
}

/** Names that a tool wrote when it did not know who acts; anybody may take over from them (L§3.11). */
const GENERIC_HOLDERS: ReadonlySet<string> = new Set(['', 'implement-command', 'unknown']);

/** Lanes that a package can be in without anybody having worked on it. */
const UNTOUCHED: ReadonlySet<Lane> = new Set(['planned', 'blocked', 'canceled']);

/** Lanes that a review can send a package back from. */
const REVIEW_LANES: ReadonlySet<SourceLane> = new Set(['for_review', 'in_review', 'approved', 'done']);

/** `review_ref` values that mark something else than a verdict (L§7.6). */
const NO_VERDICT: ReadonlySet<string> = new Set([
  '',
  'action-review-claim',
  'workflow-review-claim',
  'force-override',
]);

/** Begins the `review_ref` of approved work that goes on without anybody having rejected it; the commit follows. */
export const REWORK = 'rework:';

/** A package without lane events: annotations may have come first, or alone. */
export function uninitializedPackage(): MutablePackageState {
  return {
    slot: {
      lane: 'uninitialized',
      actor: null,
      last_transition_at: null,
      last_event_id: null,
      force_count: 0,
    },
    holder: null,
    worker: null,
    implementers: [],
    commit: null,
    baseCommit: null,
    firstBaseCommit: null,
    everStarted: false,
    laneId: null,
    builtOn: {},
    lastRejection: null,
    reason: null,
    landing: null,
    bySession: false,
    override: null,
  };
}

/** The lane a move starts from: without lane events that is `genesis`. */
export function sourceLane(pkg: PackageState | undefined): SourceLane {
  const lane = pkg?.slot.lane ?? 'uninitialized';
  return lane === 'uninitialized' ? 'genesis' : lane;
}

/** Tells whether a package in this lane needs no more work, and holds up nothing that depends on it. */
export function isSettled(lane: WpSlot['lane'] | SourceLane | undefined): boolean {
  return lane === 'approved' || lane === 'done';
}

/** Name of the holder when that is somebody else; a generic name holds nothing against anybody (L§3.11). */
export function heldByOther(pkg: PackageState | undefined, actor: string): string | undefined {
  const holder = pkg?.holder ?? '';
  return isGeneric(holder) || sameActor(holder, actor) ? undefined : holder;
}

/** Name of whoever blocked work waits for when that is somebody else; without a name one may end a block for them. */
export function awaitsOther(pkg: PackageState | undefined, actor: string): string | undefined {
  const worker = awaited(pkg);
  return worker === undefined || !isNamed(actor) || sameActor(worker, actor) ? undefined : worker;
}

/** Name of whoever blocked work waits for, where somebody had it. */
export function awaited(pkg: PackageState | undefined): string | undefined {
  const worker = pkg?.worker ?? '';
  return isGeneric(worker) ? undefined : worker;
}

/** Tells whether somebody implemented a package, in whatever cycle, or is at it now. */
export function hasImplemented({ slot, holder, implementers }: PackageState, name: string): boolean {
  const working = slot.lane === 'claimed' || slot.lane === 'in_progress';
  return (
    implementers.some((other) => sameActor(other, name)) ||
    (working && holder !== null && isNamed(holder) && sameActor(holder, name))
  );
}

/** Reads the verdict of a step that sends a package back; null for every other step. */
export function rejectionReference(step: Step): string | null {
  if (!REVIEW_LANES.has(step.from_lane)) return null;
  const verdict = step.review_result?.verdict;
  if (verdict === 'approved') return null;
  const back = step.to_lane === 'planned' || step.to_lane === 'in_progress';
  const reference = step.review_ref;
  const judges = reference !== null && !NO_VERDICT.has(reference) && !reference.startsWith(REWORK);
  if (back && judges) return reference;
  return verdict === undefined ? null : (step.review_result?.reference ?? '');
}

/** Moves the parts of a draft that say who holds and who implemented it; lane and actor of the slot included. */
export function takeStep(draft: MutablePackageState, step: Step): void {
  const actor = actorName(step.actor);
  const { to_lane: to } = step;
  if (to === 'planned') {
    draft.worker = null;
    draft.commit = null;
    draft.baseCommit = null;
  } else if (implementsBy(step) && !draft.implementers.includes(actor) && isNamed(actor)) {
    if (!draft.implementers.some((name) => sameActor(name, actor))) {
      draft.implementers = [...draft.implementers, actor];
    }
  }
  if (!UNTOUCHED.has(to)) draft.everStarted = true;
  draft.holder = holderAfter(draft, step, actor);
  if (to === 'in_progress') draft.worker = draft.holder;
  draft.slot.lane = to;
  draft.slot.actor = actor;
}

/** Whoever takes work up or hands it in; force may skip the lanes before, and changes nothing about who did it. */
function implementsBy(step: Step): boolean {
  const { from_lane: from, to_lane: to } = step;
  if (to === 'in_progress') return rejectionReference(step) === null;
  return to === 'claimed' || (to === 'for_review' && !REVIEW_LANES.has(from));
}

function holderAfter(draft: MutablePackageState, step: Step, actor: string): string | null {
  const { to_lane: to } = step;
  if (to === 'claimed' || to === 'in_review') return actor;
  if (to !== 'in_progress') return null;
  if (step.from_lane === 'blocked' && !isNamed(actor) && !step.force) return draft.worker ?? actor;
  // The reviewer who rejects is not the one who goes on working.
  return rejectionReference(step) === null ? actor : (draft.worker ?? actor);
}

function isGeneric(name: string): boolean {
  return GENERIC_HOLDERS.has(name.trim().toLowerCase());
}

/** `user` may hold a package, but is too many people to count as its implementer. */
function isNamed(name: string): boolean {
  return !isGeneric(name) && name.trim().toLowerCase() !== 'user';
}
