import { parseLane } from '@spec-kitty/protocol/lane';
import type { ReviewResult } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { WorkPackage } from '../mission/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { PackageState } from '../status/package-state.ts';
import { ANYBODY, type MoveRequest } from './move-request.ts';
import { requireCheckedOut } from '../work/require-branch.ts';

/** A review that sends a package back, as the file and the result that record it. */
export interface Rejection {
  /** Path of the review cycle, relative to the repository. */
  readonly file: string;
  readonly text: string;
  readonly result: ReviewResult;
  readonly reason: string;
}

const REVIEW_LANES = new Set<string>(['for_review', 'in_review', 'approved']);

interface Subject {
  readonly wp: WorkPackage;
  readonly before: PackageState | undefined;
  readonly request: MoveRequest;
}

/**
 * Plans the record of a rejection: the next `review-cycle-N.md` of the package (L§7.6).
 *
 * `undefined` for every other move.
 *
 * @throws Fault `FEEDBACK_REQUIRED`: whoever fixes it must know what to fix.
 */
export function planRejection(view: MissionView, subject: Subject): Rejection | undefined {
  const { wp, request } = subject;
  if (!sendsBack(subject)) return undefined;
  const feedback = request.feedback?.trim() ?? '';
  if (feedback !== '') return recordOf(view, { wp, request, feedback });
  if (request.force) return undefined;
  throw new Fault(
    'refused',
    'FEEDBACK_REQUIRED',
    `Say what must change in ${wp.id} before sending it back.`,
    {
      hints: ['Write it to a file and add --review-feedback-file with its path, or - for standard input.'],
      details: { wp_id: wp.id },
    },
  );
}

function sendsBack({ before, request }: Subject): boolean {
  const to = parseLane(request.to);
  return (to === 'planned' || to === 'in_progress') && REVIEW_LANES.has(before?.slot.lane ?? '');
}

function recordOf(
  { mission }: MissionView,
  { wp, request, feedback }: { wp: WorkPackage; request: MoveRequest; feedback: string },
): Rejection {
  requireCheckedOut(mission, undefined);
  const stem = wp.fileName.replace(/\.md$/, '');
  const cycle = nextCycle(mission.files.list(`tasks/${stem}`));
  const name = `review-cycle-${cycle}.md`;
  const file = `kitty-specs/${mission.directory}/tasks/${stem}/${name}`;
  const reviewer = request.reviewer ?? request.agent ?? ANYBODY;
  return {
    file,
    text: cycleText({ cycle, mission: mission.directory, wp: wp.id, reviewer, feedback }),
    reason: request.note ?? `review cycle ${cycle} asks for changes`,
    result: {
      reviewer,
      verdict: 'changes_requested',
      reference: `review-cycle://${mission.directory}/${stem}/${name}`,
      feedback_path: file,
    },
  };
}

/** Number of the next review cycle among the files of a package's folder. */
export function nextCycle(names: readonly string[]): number {
  const numbers = names.map((name) => Number(/^review-cycle-(\d+)\.md$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

function cycleText(cycle: {
  cycle: number;
  mission: string;
  wp: string;
  reviewer: string;
  feedback: string;
}): string {
  return [
    '---',
    'affected_files: []',
    `cycle_number: ${cycle.cycle}`,
    `mission_slug: ${cycle.mission}`,
    'reproduction_command: null',
    `reviewer_agent: ${JSON.stringify(cycle.reviewer)}`,
    `wp_id: ${cycle.wp}`,
    '---',
    '',
    cycle.feedback,
    '',
  ].join('\n');
}
