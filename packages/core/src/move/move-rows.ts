import type { NewRow } from '@spec-kitty/protocol/status-row';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { Transition } from '../status/decide-transition.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import type { PackageState } from '../status/package-state.ts';
import type { MoveFacts } from './move-facts.ts';
import { actorOf, type MoveRequest } from './move-request.ts';
import { RECORDED } from './move-route.ts';
import type { ReviewCycle } from './reject-package.ts';
import { RowWriter } from '../log/row-writer.ts';
import { selfApprovalRows } from './self-approval-rows.ts';
import type { WorkPorts } from '../ports/work-ports.ts';

/** A decided move, to be recorded. */
export interface DecidedMove {
  readonly mission: Mission;
  readonly wp: WorkPackage;
  readonly request: MoveRequest;
  readonly facts: MoveFacts;
  readonly rejection: ReviewCycle | undefined;
  readonly now: PackageState | undefined;
  readonly steps: readonly Transition[];
}

/** Rows of a move: its steps, what a rejection resets, the assignee, and an approval of own work as such. */
export function moveRows(
  ports: Pick<WorkPorts, 'clock' | 'ids'>,
  log: LogRows,
  move: DecidedMove,
): readonly NewRow[] {
  const { mission, wp, request, facts, rejection, now, steps } = move;
  if (steps.length === 0) return [];
  const actor = actorOf(request, []);
  const writer = new RowWriter({ ...ports, mission }, log);
  const { executionMode } = facts;
  const rows: NewRow[] = steps.map((step) =>
    writer.transition(step, { policy: policyOf(step, facts, request), executionMode }),
  );
  if (rejection)
    rows.push(writer.annotation(wp.id, actor, { release_runtime_claim: true, ...resetSubtasks(now) }));
  if (request.assignee !== undefined)
    rows.push(writer.annotation(wp.id, actor, { assignee: request.assignee }));
  const approvals = steps.flatMap((step) => {
    const { intendedReviewer = null, failureReason = request.note ?? step.reason } = request.selfReview ?? {};
    return selfApprovalRows(writer, step, { mission, intendedReviewer, failureReason });
  });
  return [...rows, ...approvals];
}

/** Subtasks that a rejection opens again. */
export function doneSubtasks(now: PackageState | undefined): readonly string[] {
  return Object.entries(now?.slot.subtasks ?? {}).flatMap(([id, state]) => (state === 'done' ? [id] : []));
}

function resetSubtasks(now: PackageState | undefined): { subtasks?: Record<string, string> } {
  const reset = doneSubtasks(now);
  return reset.length > 0 ? { subtasks: Object.fromEntries(reset.map((id) => [id, 'planned'])) } : {};
}

/** What an event that completes a package says of its target. */
export function landedPolicy(
  { to }: Transition,
  { landing }: MoveFacts,
): { readonly target_branch?: string; readonly target_commit?: string } {
  if (to !== 'done' || landing === null) return {};
  return { target_branch: landing.target, target_commit: landing.commit };
}

function policyOf(
  step: Transition,
  facts: MoveFacts,
  { agent, builtOn = {}, policy: given }: MoveRequest,
): Readonly<Record<string, unknown>> | null {
  const policy = {
    ...given,
    ...(agent === undefined ? {} : { agent }),
    ...(facts.commit !== null && RECORDED.has(step.to) ? { commit: facts.commit } : {}),
    ...landedPolicy(step, facts),
    ...(step.to === 'for_review' && Object.keys(builtOn).length > 0 ? { built_on: builtOn } : {}),
  };
  return Object.keys(policy).length > 0 ? policy : null;
}
