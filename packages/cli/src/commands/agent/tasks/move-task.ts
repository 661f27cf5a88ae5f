import { Fault } from '@spec-kitty/core/fault';
import { type Moved, movePackage } from '@spec-kitty/core/move/move-package';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { few } from '@spec-kitty/core/few';
import { shellWord } from '@spec-kitty/core/shell-word';
import { hasFiles } from '@spec-kitty/core/mission/require-branch';
import { readGivenText } from '@spec-kitty/local/files/read-given-text';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly to: string;
  readonly agent?: string;
  readonly mission?: string;
  readonly note?: string;
  readonly reviewFeedbackFile?: string;
  readonly reviewer?: string;
  readonly approvalRef?: string;
  readonly assignee?: string;
  readonly doneOverrideReason?: string;
  readonly selfReviewFallback: boolean;
  readonly intendedReviewer?: string;
  readonly reviewerFailureReason?: string;
  readonly force: boolean;
  readonly json: boolean;
}

/** Moves a package and says what that did. */
export async function moveTask(this: AppContext, flags: Flags, wp: string): Promise<void> {
  const selfReview = selfReviewOf(flags);
  const feedback =
    flags.reviewFeedbackFile === undefined
      ? undefined
      : readGivenText(this.cwd, flags.reviewFeedbackFile, '--review-feedback-file');
  const workspace = await this.workspace();
  const moved = await movePackage(workspace, {
    mission: flags.mission,
    wp,
    to: flags.to,
    agent: flags.agent,
    person: flags.agent === undefined ? await workspace.person() : undefined,
    note: flags.note ?? flags.reviewerFailureReason,
    force: flags.force,
    reviewer: flags.reviewer,
    approvalRef: flags.approvalRef,
    assignee: flags.assignee,
    doneOverrideReason: flags.doneOverrideReason,
    feedback,
    selfReview,
  });
  this.show(flags.json, moveDocument(moved), () => sentences(moved).join('\n'));
}

/** What a move did, for programs. */
export function moveDocument(moved: Moved) {
  const root = `kitty-specs/${moved.view.mission.directory}`;
  return {
    result: 'success',
    task_id: moved.wp.id,
    work_package_id: moved.wp.id,
    mission_slug: moved.view.mission.directory,
    old_lane: moved.from,
    new_lane: moved.to,
    to_lane: moved.to,
    path: hasFiles(moved.view.mission) ? `${root}/tasks/${moved.wp.fileName}` : null,
    event_id: moved.eventId,
    status_events_path: `${root}/status.events.jsonl`,
    commit: moved.commit,
    changed: moved.eventId !== null,
    changed_outside_owned: moved.changedOutsideOwned,
    takes_back: moved.undone,
    ...(moved.feedbackFile === null
      ? {}
      : { review_feedback: moved.feedbackFile, subtasks_reset: moved.subtasksReset }),
    ...(moved.selfApproval ? { self_approval: true } : {}),
  };
}

function sentences(moved: Moved): readonly string[] {
  const { wp, from, to } = moved;
  if (moved.eventId === null)
    return [`${wp.id} is ${to} already; nothing was changed.`, ...laterLines(moved)];
  return [
    from === to ? stays(moved) : `${wp.id}: ${from} → ${to}.`,
    ...(moved.feedbackFile === null ? [] : [`The feedback is in ${moved.feedbackFile}.`]),
    ...(moved.subtasksReset.length > 0 ? [`Open again: ${moved.subtasksReset.join(', ')}.`] : []),
    ...outsideLines(moved),
    ...undoneLines(moved),
    ...(moved.selfApproval ? ['This is an approval by the implementer; it is recorded as such.'] : []),
  ];
}

/** Whoever sends it once more has often committed once more, and a review is of the commit that was sent. */
function laterLines({ wp, to, view }: Moved): readonly string[] {
  if (to !== 'for_review') return [];
  const again = `spec-kitty agent tasks move-task ${wp.id} --to for_review --mission ${shellWord(view.mission.directory)}`;
  return [
    `What was committed since is no part of this review; once it is over, \`${again}\` sends that, too.`,
  ];
}

/** The reviewer is told as well. */
function outsideLines({ wp, view, changedOutsideOwned: paths }: Moved): readonly string[] {
  if (paths.length === 0) return [];
  const note = `spec-kitty agent tasks add-history ${wp.id} --note "<why>" --mission ${shellWord(view.mission.directory)}`;
  return [
    `Warning: It changes files that ${wp.id} does not own: ${few(paths)}. If that is meant, say why for the reviewer: \`${note}\`.`,
  ];
}

/** The reviewer is told as well, and so is whoever merges. */
function undoneLines({ view, undone }: Moved): readonly string[] {
  if (undone === null) return [];
  const target = targetBranch(view.mission.meta);
  return [
    `Warning: It takes back what ${target} has changed in: ${few(undone.paths)}, last with ${undone.commit.slice(0, 12)}. Merged, that is gone from ${target}.`,
  ];
}

/** Force records a move from a lane to itself; all that it may change is who has the package. */
function stays({ wp, to, holder }: Moved): string {
  return `${wp.id} stays ${to}${holder === null ? '' : `, held by ${holder}`}; the forced move is recorded.`;
}

/** The three options belong together, and with force (L§7.6, guard 1). */
function selfReviewOf({ to, force, selfReviewFallback, intendedReviewer, reviewerFailureReason }: Flags) {
  const given = [intendedReviewer, reviewerFailureReason].filter((value) => value !== undefined);
  if (!selfReviewFallback && given.length === 0) return undefined;
  const target = to.trim().toLowerCase();
  const complete = selfReviewFallback && intendedReviewer && reviewerFailureReason && force;
  if (complete && (target === 'approved' || target === 'done')) {
    return { intendedReviewer, failureReason: reviewerFailureReason };
  }
  throw new Fault(
    'usage',
    'SELF_REVIEW_OPTIONS',
    "Approving one's own work takes --self-review-fallback, --intended-reviewer, --reviewer-failure-reason and --force, and --to approved or done.",
  );
}
