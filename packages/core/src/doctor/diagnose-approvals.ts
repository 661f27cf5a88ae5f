import type { Mission } from '../ports/mission-store.ts';
import { hasImplemented, isSettled, type PackageState } from '../status/package-state.ts';
import type { LogState } from '../status/reduce.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import { shellWord } from '../shell-word.ts';

/** Names approvals and completions that rest on somebody's word instead of a review of a commit. */
export function diagnoseApprovals(mission: Mission, { packages }: LogState): readonly DoctorFinding[] {
  // Logs of the predecessor name no commits at all; there the lack of one says nothing.
  const recorded = [...packages.values()].some(
    ({ commit, firstBaseCommit }) => commit !== null || firstBaseCommit !== null,
  );
  return [...packages]
    .filter(([, known]) => isSettled(known.slot.lane))
    .flatMap(([wpId, known]) => [
      ...selfApproval(wpId, known),
      ...overridden(wpId, known),
      ...(recorded ? withoutCommit(mission, wpId, known) : []),
    ]);
}

function selfApproval(wpId: string, known: PackageState): readonly DoctorFinding[] {
  const review = known.slot.review_result;
  if (review?.verdict !== 'approved' || !hasImplemented(known, review.reviewer)) return [];
  return [
    {
      severity: 'warning',
      category: 'self_approval',
      wp_id: wpId,
      message: `${review.reviewer} implemented ${wpId} and approved it.`,
      recommended_action: 'Let somebody else read it; the override is in the event log.',
    },
  ];
}

function overridden(wpId: string, { override }: PackageState): readonly DoctorFinding[] {
  if (override === null) return [];
  const by = override.forced ? 'by force by' : 'on the word of';
  return [
    {
      severity: 'warning',
      category: 'override',
      wp_id: wpId,
      message: `${wpId} was made ${override.to} ${by} ${override.actor}: "${override.reason}"`,
      recommended_action: 'Make sure that this was meant; no rule has checked it.',
    },
  ];
}

function withoutCommit(
  { directory }: Mission,
  wpId: string,
  { slot, commit }: PackageState,
): readonly DoctorFinding[] {
  if (commit !== null) return [];
  return [
    {
      severity: 'warning',
      category: 'no_commit',
      wp_id: wpId,
      message: `${wpId} is ${slot.lane}, and no commit of it is on record.`,
      recommended_action: `If it has work to deliver, start it again with \`spec-kitty agent tasks move-task ${wpId} --to planned --force --note "<reason>" --mission ${shellWord(directory)}\`.`,
    },
  ];
}
