import { parseLane } from '@spec-kitty/protocol/lane';
import type { ReviewResult } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { type PackageState, sourceLane } from '../status/package-state.ts';
import { actorOf, type MoveRequest } from './move-request.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { shellWord } from '../shell-word.ts';

/** A review that sends a package back, as the file and the result that record it. */
export interface ReviewCycle {
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
 * @throws Fault `FEEDBACK_REQUIRED`: whoever fixes it must know what to fix. `FEEDBACK_NOT_RECORDED`: it would be lost.
 */
export async function planRejection(
  ports: Pick<WorkPorts, 'branch'>,
  view: MissionView,
  subject: Subject,
): Promise<ReviewCycle | undefined> {
  const { wp, request } = subject;
  const feedback = request.feedback?.trim() ?? '';
  if (!sendsBack(subject)) {
    if (feedback !== '' && !isOnRecord(view, subject, feedback)) throw notRecorded(view, subject);
    return undefined;
  }
  if (feedback !== '') {
    requireCheckedOut(view.mission, await ports.branch());
    return recordOf(view, { ...subject, feedback });
  }
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

/** A command that is run again finds its feedback where the first run put it. */
function isOnRecord({ mission }: MissionView, { before, request }: Subject, feedback: string): boolean {
  const file = before?.lastRejection?.feedbackPath ?? '';
  const root = `kitty-specs/${mission.directory}/`;
  if (parseLane(request.to) !== before?.slot.lane || !file.startsWith(root)) return false;
  return mission.files.read(file.slice(root.length))?.endsWith(`\n${feedback}\n`) === true;
}

function notRecorded({ mission }: MissionView, { wp, before }: Subject): Fault {
  const note = `spec-kitty agent tasks add-history ${wp.id} --note "<text>" --mission ${shellWord(mission.directory)}`;
  return new Fault(
    'refused',
    'FEEDBACK_NOT_RECORDED',
    `${wp.id} is ${sourceLane(before)}, and this move sends nothing back from review, so the feedback would be lost.`,
    {
      hints: [`Leave out --review-feedback-file; to keep the text, run \`${note}\`.`],
      details: { wp_id: wp.id },
    },
  );
}

/** The next cycle; or the last one, where a run that was cut off has left this very text and no event names it. */
function recordOf({ mission }: MissionView, subject: Subject & { readonly feedback: string }): ReviewCycle {
  const stem = subject.wp.fileName.replace(/\.md$/, '');
  const next = nextCycle(mission.files.list(`tasks/${stem}`));
  const left = cycleRecord(mission.directory, { ...subject, stem, cycle: next - 1 });
  const isLeft =
    left.file !== subject.before?.lastRejection?.feedbackPath &&
    left.text === mission.files.read(`tasks/${stem}/review-cycle-${next - 1}.md`);
  return isLeft ? left : cycleRecord(mission.directory, { ...subject, stem, cycle: next });
}

function cycleRecord(
  directory: string,
  {
    wp,
    request,
    feedback,
    stem,
    cycle,
  }: Subject & { readonly feedback: string; readonly stem: string; readonly cycle: number },
): ReviewCycle {
  const name = `review-cycle-${cycle}.md`;
  const file = `kitty-specs/${directory}/tasks/${stem}/${name}`;
  const reviewer = request.reviewer ?? actorOf(request, []);
  return {
    file,
    text: cycleText({ cycle, mission: directory, wp: wp.id, reviewer, feedback }),
    reason: request.note ?? `review cycle ${cycle} asks for changes`,
    result: {
      reviewer,
      verdict: 'changes_requested',
      reference: `review-cycle://${directory}/${stem}/${name}`,
      feedback_path: file,
    },
  };
}

/** Number of the next review cycle among the files of a package's folder; one that cannot be counted on from is no cycle. */
export function nextCycle(names: readonly string[]): number {
  const numbers = names.map((name) => Number(/^review-cycle-(\d{1,9})\.md$/.exec(name)?.[1] ?? 0));
  return numbers.reduce((most, number) => Math.max(most, number), 0) + 1;
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
