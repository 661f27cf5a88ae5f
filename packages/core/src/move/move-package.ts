import type { SourceLane } from '@spec-kitty/protocol/lane';
import { parseLane } from '@spec-kitty/protocol/lane';
import { Fault } from '../fault.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { Transition, TransitionRequest } from '../status/decide-transition.ts';
import { DONE_OVERRIDE, heldByOther, type PackageState, sourceLane } from '../status/package-state.ts';
import { planHops } from '../status/plan-hops.ts';
import { reduce } from '../status/reduce.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { requireIssuesSettled } from '../matrices/require-matrices.ts';
import { findPackage } from '../mission/find-package.ts';
import { gatherMoveFacts, type MoveFacts } from './move-facts.ts';
import { afterStep, lanesPassed, route } from './move-route.ts';
import { doneSubtasks, moveRows } from './move-rows.ts';
import { verdictFor } from './move-verdict.ts';
import { actorOf, type MoveRequest } from './move-request.ts';
import { openSubtasks, requireSubtasksDone } from './open-subtasks.ts';
import { planRejection, type ReviewCycle } from './reject-package.ts';
import { requireMovable } from './require-movable.ts';
import { untilUnmoved } from '../work/until-unmoved.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { shellWord } from '../shell-word.ts';

/** What a move did. */
export interface Moved {
  readonly view: MissionView;
  readonly wp: WorkPackage;
  readonly from: SourceLane;
  readonly to: SourceLane;
  /** Id of the last lane event; `null` when the package was there already. */
  readonly eventId: string | null;
  readonly commit: string | null;
  /** Files of that commit which the package does not own; empty unless it goes to review. */
  readonly changedOutsideOwned: readonly string[];
  /** What that commit takes back of the target; `null` unless it goes to review. */
  readonly undone: MoveFacts['undone'];
  /** Path of the review's feedback, relative to the repository. */
  readonly feedbackFile: string | null;
  readonly subtasksReset: readonly string[];
  readonly selfApproval: boolean;
  /** Who has the package now. */
  readonly holder: string | null;
}

/**
 * Moves a package along the lanes, one event for each lane passed (L§7.6).
 *
 * What Git says about its lane is looked up first; if somebody else moves the package meanwhile, all of it is
 * looked up again.
 */
export async function movePackage(ports: WorkPorts, request: MoveRequest): Promise<Moved> {
  return untilUnmoved(request.wp, async () => {
    const view = await ports.view(request.mission);
    const wp = findPackage(view, request.wp);
    const before = view.state.packages.get(wp.id);
    const lanes = lanesPassed(before, request);
    if (parseLane(request.to) === 'done') requireIssuesSettled(view.mission);
    if (!request.force) {
      requireHandedOver(before, { wp, request, lanes }, view.mission.directory);
      requireSubtasksDone(view, wp, lanes);
    }
    const facts = await gatherMoveFacts(ports, view, {
      wp,
      lanes,
      force: request.force,
      reason: reasonOf(request),
    });
    const rejection = await planRejection(ports, view, { wp, before, request });
    return append(ports, view, { wp, request, facts, rejection, before });
  });
}

interface Prepared {
  readonly wp: WorkPackage;
  readonly request: MoveRequest;
  readonly facts: MoveFacts;
  readonly rejection: ReviewCycle | undefined;
  readonly before: PackageState | undefined;
}

/** `undefined` when the package has moved since the facts were gathered. */
async function append(ports: WorkPorts, view: MissionView, prepared: Prepared): Promise<Moved | undefined> {
  const { mission } = view;
  const { wp, rejection } = prepared;
  return ports.log.append<Moved | undefined>(mission, `move ${wp.id}`, (log) => {
    const state = reduce(log);
    const now = state.packages.get(wp.id);
    if (now?.slot.last_event_id !== prepared.before?.slot.last_event_id)
      return { rows: [], value: undefined };
    const steps = decide({ ...view, state }, prepared);
    const rows = moveRows(ports, log, { ...prepared, mission, now, steps });
    const last = rows.findLast((row) => 'to_lane' in row);
    // The file before the row: an event never names feedback that is not there. A run that is cut off in between
    // leaves a file that no event names, and the same command run again uses it.
    const prepare = (): void => {
      if (rejection) ports.files.write(rejection.file, rejection.text);
    };
    return {
      rows,
      prepare,
      value: {
        view: { ...view, state },
        wp,
        from: sourceLane(now),
        to: steps.at(-1)?.to ?? sourceLane(now),
        eventId: last?.event_id ?? null,
        commit: prepared.facts.commit,
        changedOutsideOwned: prepared.facts.changedOutsideOwned,
        undone: prepared.facts.undone,
        ...feedbackOf(prepared, now),
        selfApproval: steps.some((step) => step.approvingImplementer !== null),
        holder: now === undefined ? null : steps.reduce(afterStep, now).holder,
      },
    };
  });
}

function feedbackOf(
  { rejection }: Prepared,
  now: PackageState | undefined,
): Pick<Moved, 'feedbackFile' | 'subtasksReset'> {
  return rejection
    ? { feedbackFile: rejection.file, subtasksReset: doneSubtasks(now) }
    : { feedbackFile: null, subtasksReset: [] };
}

/** Decides every step of the way against the package as it is under the lock. */
function decide(view: MissionView, prepared: Prepared): readonly Transition[] {
  const { wp, request } = prepared;
  const handle = view.mission.directory;
  const now = view.state.packages.get(wp.id);
  if (!request.force) {
    if (now && parseLane(request.to) === now.slot.lane) return [];
    const { to, agent: actor } = request;
    const lanes = lanesPassed(now, request);
    requireMovable(view, { wp, to, actor, entered: lanes[0] });
    requireSubtasksDone(view, wp, lanes);
    requireReviewer(now, prepared, handle);
  }
  const steps: Transition[] = [];
  let state = now;
  for (const target of route(now, request)) {
    const decision = planHops(state, hopRequest(prepared, now, target));
    if (!decision.ok) throw explainRefusal(decision.refusal, handle);
    steps.push(...decision.value);
    if (state) state = decision.value.reduce(afterStep, state);
  }
  return steps.map((step) => ({ ...step, wpId: wp.id }));
}

/** A verdict comes after the handover: until then what its lane lacks is a matter of whoever has it. */
function requireHandedOver(
  before: PackageState | undefined,
  { wp, request, lanes }: { wp: WorkPackage; request: MoveRequest; lanes: readonly string[] },
  handle: string,
): void {
  if (!lanes.includes('for_review') || !lanes.includes('approved')) return;
  const holder = request.agent === undefined ? undefined : heldByOther(before, request.agent);
  if (holder === undefined) return;
  const lane = sourceLane(before);
  const move = `spec-kitty agent tasks move-task ${wp.id} --to for_review --agent ${shellWord(holder)} --mission ${shellWord(handle)}`;
  throw new Fault(
    'refused',
    'HELD_BY_OTHER',
    `${wp.id} is ${lane} by ${holder} and was not handed over for review.`,
    {
      hints: [`Once the work is committed, ${holder} hands it over with \`${move}\`.`],
      details: { wp_id: wp.id, lane, holder },
    },
  );
}

/** An approval by nobody in particular could be the implementer's own. */
function requireReviewer(now: PackageState | undefined, { wp, request }: Prepared, handle: string): void {
  const { agent, reviewer } = request;
  const to = parseLane(request.to);
  const approves = to === 'approved' || (to === 'done' && now?.slot.lane !== 'approved');
  if (!approves || agent !== undefined || reviewer !== undefined) return;
  throw new Fault('refused', 'REVIEWER_REQUIRED', `Say who approves ${wp.id}.`, {
    hints: [
      `Run \`spec-kitty agent tasks move-task ${wp.id} --to ${to} --agent <reviewer> --mission ${shellWord(handle)}\`.`,
    ],
    details: { wp_id: wp.id },
  });
}

function hopRequest(
  { wp, request, facts, rejection, before }: Prepared,
  now: PackageState | undefined,
  to: string,
): TransitionRequest {
  return {
    wpId: wp.id,
    to,
    actor: actorOf(request, lanesPassed(before, request)),
    force: request.force,
    reason: reasonOf(request) ?? rejection?.reason ?? null,
    workspaceContext: facts.workspace,
    subtasksComplete: openSubtasks(wp, now).length === 0,
    implementationEvidence: facts.implemented,
    ...verdictFor(parseLane(to), { request, commit: facts.commit, rejection, before }),
  };
}

/** A completion without a commit on the target says so to whoever reads the log, as the predecessor's do. */
function reasonOf({ to, doneOverrideReason, note }: MoveRequest): string | undefined {
  if (doneOverrideReason === undefined) return note;
  return parseLane(to) === 'done' ? `${DONE_OVERRIDE}${doneOverrideReason}` : doneOverrideReason;
}
