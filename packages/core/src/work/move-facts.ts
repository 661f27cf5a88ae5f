import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { WorkPackage } from '../mission/work-packages.ts';
import type { MissionView } from '../ports/mission-reader.ts';
import { laneContext, type LaneContext } from './lane-context.ts';
import { laneEvidence } from './lane-evidence.ts';
import type { MoveRequest } from './move-package.ts';
import type { WorkPorts } from './work-ports.ts';

/** What the world outside the log says about a move. */
export interface MoveFacts {
  /** The commit that this move is about. */
  readonly commit: string | null;
  /** Tip of the lane when it is claimed by this move. */
  readonly base: string | null;
  readonly implemented: boolean;
  readonly openSubtasks: readonly string[];
  readonly workspace: string | null;
  readonly executionMode: LaneEvent['execution_mode'];
}

interface Subject {
  readonly wp: WorkPackage;
  readonly request: MoveRequest;
  /** Lanes that the move passes through. */
  readonly lanes: readonly string[];
}

/**
 * Gathers what the guards need, and only what the lanes passed need: a note or a block asks Git nothing.
 *
 * @throws Fault naming what is missing; with force it is left out instead.
 */
export async function gatherMoveFacts(ports: WorkPorts, view: MissionView, { wp, request, lanes }: Subject): Promise<MoveFacts> {
  const state = view.state.packages.get(wp.id);
  const openSubtasks = wp.subtasks.filter((id) => state?.slot.subtasks?.[id] !== 'done');
  const passes = (...names: string[]) => names.some((name) => lanes.includes(name));
  const planning = wp.executionMode === 'planning_artifact';
  const facts: MoveFacts = {
    commit: state?.commit ?? null,
    base: null,
    implemented: false,
    openSubtasks,
    workspace: passes('in_progress') ? `kitty-specs/${view.mission.directory}/tasks/${wp.fileName}` : null,
    executionMode: planning ? 'direct_repo' : 'worktree',
  };
  if (passes('for_review', 'approved', 'done') && openSubtasks.length > 0 && !request.force) throw unfinished(wp, openSubtasks, view);
  if (!passes('claimed', 'for_review', 'approved', 'done')) return facts;

  const lane = laneIfAny(view, wp, request.force);
  if (!lane) return facts;
  const repository = await ports.lanes();
  if (passes('for_review') || (passes('approved') && facts.commit === null && !request.force)) {
    const evidence = await laneEvidence(repository, view, { wp, lane }).catch((error: unknown) => {
      if (request.force && error instanceof Fault) return undefined;
      throw error;
    });
    if (evidence) await repository.keep(`recorded/${view.mission.missionId}/${wp.id}`, evidence.commit);
    return { ...facts, commit: evidence?.commit ?? facts.commit, implemented: evidence !== undefined };
  }
  if (passes('done') && facts.commit !== null && request.doneOverrideReason === undefined) {
    await requireLanded(repository, { wp, lane, commit: facts.commit, handle: view.mission.directory });
  }
  return facts;
}

function laneIfAny(view: MissionView, wp: WorkPackage, force: boolean): LaneContext | undefined {
  try {
    return laneContext(view.mission, wp.id);
  } catch (error) {
    if (force && error instanceof Fault) return undefined;
    throw error;
  }
}

type Lanes = Awaited<ReturnType<WorkPorts['lanes']>>;

/** `done` means that the work is on the target (L§7.6, guard 10). */
async function requireLanded(
  lanes: Lanes,
  { wp, lane, commit, handle }: { wp: WorkPackage; lane: LaneContext; commit: string; handle: string },
): Promise<void> {
  if (await lanes.isAncestor(commit, `refs/heads/${lane.target}`)) return;
  throw new Fault('refused', 'NOT_LANDED', `The commit of ${wp.id} is not on ${lane.target}: ${commit}`, {
    hints: [
      `Run \`spec-kitty merge --mission ${handle}\` to put it there.`,
      'If it landed in another form, add --done-override-reason with how.',
    ],
    details: { wp_id: wp.id, commit, target_branch: lane.target },
  });
}

function unfinished(wp: WorkPackage, open: readonly string[], { mission }: MissionView): Fault {
  return new Fault('refused', 'SUBTASKS_OPEN', `${wp.id} has open subtasks: ${open.join(', ')}.`, {
    hints: [`Run \`spec-kitty agent tasks mark-status ${open.join(' ')} --status done --mission ${mission.directory}\` once they are.`],
    details: { wp_id: wp.id, open_subtasks: open },
  });
}
