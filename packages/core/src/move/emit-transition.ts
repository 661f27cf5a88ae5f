import type { SourceLane } from '@spec-kitty/protocol/lane';
import { parseLane } from '@spec-kitty/protocol/lane';
import type { Evidence, LaneEvent, NewRow, ReviewResult } from '@spec-kitty/protocol/status-row';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { decideTransition, type Transition } from '../status/decide-transition.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import type { PackageState } from '../status/package-state.ts';
import { reduce } from '../status/reduce.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { requireIssuesSettled } from '../matrices/require-matrices.ts';
import { findPackage } from '../mission/find-package.ts';
import { gatherMoveFacts, type MoveFacts } from './move-facts.ts';
import { RECORDED } from './move-route.ts';
import { landedPolicy } from './move-rows.ts';
import { openSubtasks, requireSubtasksDone } from './open-subtasks.ts';
import { RowWriter } from '../log/row-writer.ts';
import { requireMovable } from './require-movable.ts';
import { selfApprovalRows } from './self-approval-rows.ts';
import { untilUnmoved } from '../work/until-unmoved.ts';
import type { WorkPorts } from '../ports/work-ports.ts';

/**
 * One transition with everything its guards may ask for; absent means that it is looked up, where it can be. Nobody's word
 * stands for commits: the lane is looked at, as for a move.
 */
export interface EmitRequest {
  readonly mission: string | undefined;
  readonly wp: string;
  readonly to: string;
  readonly actor: string;
  readonly force: boolean;
  readonly reason?: string | undefined;
  readonly evidence?: Evidence | undefined;
  readonly reviewRef?: string | undefined;
  readonly reviewResult?: ReviewResult | undefined;
  readonly workspaceContext?: string | undefined;
  /** The caller vouches for the subtasks, whatever the log says. */
  readonly subtasksComplete: boolean;
  readonly executionMode?: LaneEvent['execution_mode'] | undefined;
  /** What an orchestrator declares about itself; recorded beside our own facts, never in place of them. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined;
}

/** The recorded transition. */
export interface Emitted {
  readonly directory: string;
  readonly wpId: string;
  readonly eventId: string;
  readonly from: SourceLane;
  readonly to: SourceLane;
  /** Commit of the lane that the event is about. */
  readonly commit: string | null;
}

const OPTIONS = {
  actor: '--actor',
  reason: '--reason',
  reviewResult: '--review-result-json',
  evidence: '--evidence-json',
};

/** Records exactly one transition (L§3.8); unlike a move it passes no lanes and fills in no review. */
export async function emitTransition(ports: WorkPorts, request: EmitRequest): Promise<Emitted> {
  return untilUnmoved(request.wp, async () => {
    const view = await ports.view(request.mission);
    const wp = findPackage(view, request.wp);
    requireEdge(view, wp.id, request);
    if (parseLane(request.to) === 'done') requireIssuesSettled(view.mission);
    requireRules(view, wp, request);
    const to = parseLane(request.to);
    const { force, reason } = request;
    const facts = await gatherMoveFacts(ports, view, { wp, lanes: to ? [to] : [], force, reason });
    return append(ports, { view, wp, request, facts });
  });
}

/** Refuses what no fact from Git could allow, before Git is asked for any. */
function requireEdge({ mission, state }: MissionView, wpId: string, request: EmitRequest): void {
  const decision = decideTransition(state.packages.get(wpId), {
    ...request,
    wpId,
    workspaceContext: 'to be looked up',
    subtasksComplete: true,
    implementationEvidence: true,
  });
  if (!decision.ok) throw explainRefusal(decision.refusal, mission.directory, OPTIONS);
}

/** The rules that a move of the same package would keep. */
function requireRules(view: MissionView, wp: WorkPackage, request: EmitRequest): void {
  const { to, actor, force, subtasksComplete } = request;
  if (force) return;
  const entered = parseLane(to);
  requireMovable(view, { wp, to, actor, entered, options: OPTIONS });
  if (entered === 'for_review' && !subtasksComplete) requireSubtasksDone(view, wp, [entered]);
}

interface Prepared {
  readonly view: MissionView;
  readonly wp: WorkPackage;
  readonly request: EmitRequest;
  readonly facts: MoveFacts;
}

/** `undefined` when the package has moved since the facts were gathered. */
async function append(ports: WorkPorts, prepared: Prepared): Promise<Emitted | undefined> {
  const { view, wp, facts } = prepared;
  const { mission } = view;
  const before = view.state.packages.get(wp.id)?.slot.last_event_id;
  return ports.log.append<Emitted | undefined>(mission, `emit ${wp.id}`, (log) => {
    const state = reduce(log);
    const now = state.packages.get(wp.id);
    if (now?.slot.last_event_id !== before) return { rows: [], value: undefined };
    requireRules({ ...view, state }, wp, prepared.request);
    const decision = decideTransition(now, transitionRequest(prepared, now));
    if (!decision.ok) throw explainRefusal(decision.refusal, mission.directory, OPTIONS);
    const rows = rowsFor(ports, log, { ...prepared, step: decision.value });
    const { from, to } = decision.value;
    return {
      rows,
      value: {
        directory: mission.directory,
        wpId: wp.id,
        eventId: rows[0]?.event_id ?? '',
        from,
        to,
        commit: facts.commit,
      },
    };
  });
}

function transitionRequest({ wp, request, facts }: Prepared, now: PackageState | undefined) {
  return {
    ...request,
    wpId: wp.id,
    workspaceContext: request.workspaceContext ?? facts.workspace,
    subtasksComplete: request.subtasksComplete || openSubtasks(wp, now).length === 0,
    implementationEvidence: facts.implemented,
  };
}

function rowsFor(
  ports: WorkPorts,
  log: LogRows,
  { view, request, facts, step }: Prepared & { step: Transition },
): readonly NewRow[] {
  const { mission } = view;
  const writer = new RowWriter({ ...ports, mission }, log);
  const row = writer.transition(step, {
    executionMode: request.executionMode ?? facts.executionMode,
    policy: policyOf(step, facts, request),
  });
  return [
    row,
    ...selfApprovalRows(writer, step, { mission, intendedReviewer: null, failureReason: step.reason }),
  ];
}

function policyOf(
  step: Transition,
  facts: MoveFacts,
  { policy }: EmitRequest,
): Readonly<Record<string, unknown>> | null {
  const { to, actor } = step;
  const { commit } = facts;
  if (to === 'claimed') return { ...policy, agent: actor };
  return RECORDED.has(to) && commit !== null
    ? { ...policy, commit, ...landedPolicy(step, facts) }
    : (policy ?? null);
}
