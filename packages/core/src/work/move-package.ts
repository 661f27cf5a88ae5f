import type { Lane, SourceLane } from '@spec-kitty/protocol/lane';
import { parseLane } from '@spec-kitty/protocol/lane';
import { sameActor } from '@spec-kitty/protocol/actor';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { WorkPackage } from '../mission/work-packages.ts';
import type { MissionView } from '../ports/mission-reader.ts';
import type { Transition } from '../status/decide-transition.ts';
import type { LogRows } from '../status/decode-log.ts';
import { type PackageState, sourceLane } from '../status/package-state.ts';
import { planHops } from '../status/plan-hops.ts';
import { reduce } from '../status/reduce.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findPackage } from './find-package.ts';
import { gatherMoveFacts, type MoveFacts } from './move-facts.ts';
import { planRejection, type Rejection } from './reject-package.ts';
import { RowWriter } from './row-writer.ts';
import type { WorkPorts } from './work-ports.ts';

/** What `move-task` was asked to do; absent means not given. */
export interface MoveRequest {
  readonly mission: string | undefined;
  readonly wp: string;
  readonly to: string;
  readonly agent: string | undefined;
  readonly note: string | undefined;
  readonly force: boolean;
  readonly reviewer?: string | undefined;
  readonly approvalRef?: string | undefined;
  /** Text of the review that sends a package back. */
  readonly feedback?: string | undefined;
  readonly doneOverrideReason?: string | undefined;
  readonly assignee?: string | undefined;
  /** An approval by the implementer, allowed only with force and with both reasons. */
  readonly selfReview?: { readonly intendedReviewer: string; readonly failureReason: string } | undefined;
}

/** What a move did. */
export interface Moved {
  readonly view: MissionView;
  readonly wp: WorkPackage;
  readonly from: SourceLane;
  readonly to: SourceLane;
  /** Id of the last lane event; `null` when the package was there already. */
  readonly eventId: string | null;
  readonly commit: string | null;
  /** Path of the review's feedback, relative to the repository. */
  readonly feedbackFile: string | null;
  readonly subtasksReset: readonly string[];
  readonly selfApproval: boolean;
}

const ATTEMPTS = 5;

/**
 * Moves a package along the lanes, one event for each lane passed (L§7.6).
 *
 * What Git says about its lane is looked up first; if somebody else moves the package meanwhile, all of it is
 * looked up again.
 */
export async function movePackage(ports: WorkPorts, request: MoveRequest): Promise<Moved> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const view = await ports.view(request.mission);
    const wp = findPackage(view, request.wp);
    const before = view.state.packages.get(wp.id);
    const facts = await gatherMoveFacts(ports, view, { wp, request, lanes: lanesPassed(before, request) });
    const rejection = planRejection(view, { wp, before, request });
    const moved = await append(ports, view, { wp, request, facts, rejection, before });
    if (moved) return moved;
  }
  throw new Fault('busy', 'LOG_MOVING', `${request.wp} was changed by others ${ATTEMPTS} times meanwhile.`, {
    hints: ['Run the command again.'],
  });
}

interface Prepared {
  readonly wp: WorkPackage;
  readonly request: MoveRequest;
  readonly facts: MoveFacts;
  readonly rejection: Rejection | undefined;
  readonly before: PackageState | undefined;
}

/** `undefined` when the package has moved since the facts were gathered. */
async function append(ports: WorkPorts, view: MissionView, prepared: Prepared): Promise<Moved | undefined> {
  const { mission } = view;
  const { wp, rejection } = prepared;
  return ports.log.append<Moved | undefined>(mission, `move ${wp.id}`, (log) => {
    const state = reduce(log);
    const now = state.packages.get(wp.id);
    if (now?.slot.last_event_id !== prepared.before?.slot.last_event_id) return { rows: [], value: undefined };
    const steps = decide(now, prepared, mission.directory);
    const rows = rowsFor(ports, log, { mission, now, steps, prepared });
    const last = rows.findLast((row) => 'to_lane' in row);
    if (rejection && steps.length > 0) ports.files.write(rejection.file, rejection.text);
    return {
      rows,
      value: {
        view: { ...view, state },
        wp,
        from: sourceLane(now),
        to: steps.at(-1)?.to ?? sourceLane(now),
        eventId: last?.event_id ?? null,
        commit: prepared.facts.commit,
        feedbackFile: rejection?.file ?? null,
        subtasksReset: steps.length > 0 && rejection ? doneSubtasks(now) : [],
        selfApproval: steps.some((step) => step.selfApproval),
      },
    };
  });
}

function decide(now: PackageState | undefined, { wp, request, facts, rejection }: Prepared, handle: string): readonly Transition[] {
  const to = parseLane(request.to);
  const lane = now?.slot.lane;
  if (to !== undefined && to === lane && !request.force) return [];
  const { agent, force } = request;
  if (agent !== undefined && !force && now?.holder && !sameActor(now.holder, agent)) {
    throw explainRefusal({ code: 'HELD_BY_OTHER', wpId: wp.id, lane: sourceLane(now), holder: now.holder }, handle);
  }
  const steps: Transition[] = [];
  let state = now;
  for (const target of route(lane, to, request)) {
    const decision = planHops(state, hopRequest({ wp, request, facts, rejection, before: now }, target));
    if (!decision.ok) throw explainRefusal(decision.refusal, handle);
    steps.push(...decision.value);
    state = state && { ...state, slot: { ...state.slot, lane: parseLane(target) ?? state.slot.lane }, holder: null };
  }
  return steps;
}

/** A verdict on a package that nobody claimed for review claims it first; approved work with new commits goes back first. */
function route(from: string | undefined, to: Lane | undefined, { to: text, force }: MoveRequest): readonly string[] {
  if (force) return [text];
  if (from === 'for_review' && (to === 'planned' || to === 'in_progress')) return ['in_review', text];
  if (from === 'approved' && to === 'for_review') return ['in_progress', text];
  return [text];
}

function hopRequest({ wp, request, facts, rejection, before }: Prepared, to: string) {
  const actor = request.agent ?? 'user';
  const lane = parseLane(to);
  const approves = lane === 'approved' || lane === 'done';
  const reviewer = request.reviewer ?? actor;
  const reference = request.approvalRef ?? request.note ?? (facts.commit === null ? 'review' : `commit:${facts.commit}`);
  const known = before?.slot.review_result;
  const approval =
    before?.slot.lane === 'approved' && known?.verdict === 'approved' ? known : { reviewer, verdict: 'approved', reference };
  const result = approves ? approval : (rejection?.result ?? null);
  return {
    wpId: wp.id,
    to,
    actor,
    force: request.force,
    reason: request.doneOverrideReason ?? request.note ?? rejection?.reason ?? null,
    reviewRef: rejection?.result.reference ?? (lane === 'in_progress' && before?.slot.lane === 'approved' ? `rework:${facts.commit ?? ''}` : null),
    reviewResult: before?.slot.lane === 'approved' && lane === 'done' ? null : lane === 'in_review' ? null : result,
    evidence: approves ? { review: { reviewer: approval.reviewer, verdict: 'approved', reference: approval.reference } } : null,
    workspaceContext: facts.workspace,
    subtasksComplete: facts.openSubtasks.length === 0,
    implementationEvidence: facts.implemented,
  };
}

interface RowInput {
  readonly mission: MissionView['mission'];
  readonly now: PackageState | undefined;
  readonly steps: readonly Transition[];
  readonly prepared: Prepared;
}

function rowsFor(ports: WorkPorts, log: LogRows, { mission, now, steps, prepared }: RowInput): NewRow[] {
  if (steps.length === 0) return [];
  const { wp, request, facts, rejection } = prepared;
  const actor = request.agent ?? 'user';
  const writer = new RowWriter({ ...ports, mission }, log);
  const rows: NewRow[] = steps.map((step) =>
    writer.transition(step, { policy: policyOf(step, facts, request), executionMode: facts.executionMode }),
  );
  const reset = rejection ? doneSubtasks(now) : [];
  if (rejection) {
    rows.push(
      writer.annotation(wp.id, actor, {
        release_runtime_claim: true,
        ...(reset.length > 0 ? { subtasks: Object.fromEntries(reset.map((id) => [id, 'planned'])) } : {}),
      }),
    );
  }
  if (request.assignee !== undefined) rows.push(writer.annotation(wp.id, actor, { assignee: request.assignee }));
  const own = steps.find((step) => step.selfApproval);
  if (own) rows.push(writer.lifecycle('ReviewerSelfApproval', { id: wp.id, type: 'WorkPackage' }, selfApproval(own, mission, request)));
  return rows;
}

function selfApproval(step: Transition, mission: MissionView['mission'], { selfReview, note }: MoveRequest) {
  return {
    wp_id: step.wpId,
    mission_slug: mission.directory,
    implementing_actor: step.actor,
    intended_reviewer: selfReview?.intendedReviewer ?? null,
    failure_reason: selfReview?.failureReason ?? note ?? step.reason,
    fallback_approved: true,
  };
}

function policyOf(step: Transition, facts: MoveFacts, { agent }: MoveRequest): Readonly<Record<string, unknown>> | null {
  const policy = {
    ...(agent === undefined ? {} : { agent }),
    ...(facts.commit !== null && RECORDED.has(step.to) ? { commit: facts.commit } : {}),
    ...(step.to === 'claimed' && facts.base !== null ? { base_commit: facts.base } : {}),
  };
  return Object.keys(policy).length > 0 ? policy : null;
}

/** Lanes whose events say which commit they are about. */
const RECORDED: ReadonlySet<Lane> = new Set(['for_review', 'in_review', 'approved', 'done']);

function lanesPassed(before: PackageState | undefined, request: MoveRequest): readonly string[] {
  const order = ['planned', 'claimed', 'in_progress', 'for_review', 'in_review', 'approved', 'done'];
  const to = parseLane(request.to) ?? '';
  const start = order.indexOf(before?.slot.lane ?? '');
  const end = order.indexOf(to);
  if (before?.slot.lane === 'approved' && to === 'for_review') return ['in_progress', 'for_review'];
  return request.force || start === -1 || end <= start ? [to] : order.slice(start + 1, end + 1);
}

function doneSubtasks(now: PackageState | undefined): readonly string[] {
  return Object.entries(now?.slot.subtasks ?? {}).flatMap(([id, state]) => (state === 'done' ? [id] : []));
}
