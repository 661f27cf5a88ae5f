import { Fault } from '../fault.ts';
import type { GuardCode, Refusal } from '../status/refusal.ts';

/** Words for what a guard asks for. */
const GUARDS: Readonly<Record<GuardCode, string>> = {
  GUARD_ACTOR: 'nobody is named who acts',
  GUARD_WORKSPACE: 'no workspace is named',
  GUARD_SUBTASKS: 'not every subtask is done',
  GUARD_IMPLEMENTATION: 'there is no commit of this package yet',
  GUARD_APPROVAL: 'there is no approving review',
  GUARD_REASON: 'no reason is given',
  GUARD_REVIEW_RESULT: 'there is no review result',
  GUARD_VERDICT: 'the review does not approve',
  GUARD_REVIEW_REF: 'no review is referred to',
  REVIEW_REF_MISMATCH: 'the review reference differs from the review result',
  EVIDENCE_MISMATCH: 'the evidence differs from the review result',
};

/** What a command calls the options that a hint asks for. */
export interface OptionNames {
  readonly actor: string;
  readonly reason: string;
}

/** Turns the domain's refusal into an error for people and programs; `handle` goes into the commands it names. */
export function explainRefusal(
  refusal: Refusal,
  handle: string,
  options: OptionNames = { actor: '--agent', reason: '--note' },
): Fault {
  const { sentence, hints } = words(refusal, handle, options);
  const { code, wpId, ...details } = refusal;
  return new Fault('refused', code, sentence, { hints, details: { wp_id: wpId, ...details } });
}

function words(
  refusal: Refusal,
  handle: string,
  { actor, reason }: OptionNames,
): { sentence: string; hints: readonly string[] } {
  const { wpId } = refusal;
  const move = (rest: string) => `\`spec-kitty agent tasks move-task ${wpId} ${rest} --mission ${handle}\``;
  switch (refusal.code) {
    case 'LANE_UNKNOWN':
      return {
        sentence: `"${refusal.text}" is not a lane.`,
        hints: [
          'Lanes: planned, claimed, in_progress, for_review, in_review, approved, done, blocked, canceled.',
        ],
      };
    case 'LANE_NOT_A_TARGET':
      return {
        sentence: `Nothing can be moved to ${refusal.lane}.`,
        hints: ['Move it to planned to start again.'],
      };
    case 'FORCE_NEEDS_ACTOR':
      return { sentence: 'A forced move needs a named actor.', hints: [`Add ${actor} with a name.`] };
    case 'FORCE_NEEDS_REASON':
      return { sentence: 'A forced move needs a reason.', hints: [`Add ${reason} with the reason.`] };
    case 'LANE_EDGE_FORBIDDEN':
      return {
        sentence: `${wpId} is ${refusal.from} and cannot go to ${refusal.to}.`,
        hints: [
          refusal.allowed.length > 0
            ? `From ${refusal.from} it can go to: ${refusal.allowed.join(', ')}.`
            : `${refusal.from} is final; ${move(`--to ${refusal.to} --force --note "<reason>"`)} overrides that and is recorded.`,
        ],
      };
    case 'HELD_BY_OTHER':
      return {
        sentence: `${wpId} is ${refusal.lane} by ${refusal.holder}.`,
        hints: [
          `Choose another package, or take it over with ${move('--to planned --force --note "<reason>"')}.`,
        ],
      };
    case 'SELF_APPROVAL':
      return {
        sentence: `${refusal.implementer} implemented ${wpId} and cannot approve it.`,
        hints: [
          `Let somebody else review it: \`spec-kitty agent action review ${wpId} --agent <reviewer> --mission ${handle}\`.`,
          `An override is possible with --force and ${reason}; it is recorded as a self-approval.`,
        ],
      };
    case 'NOT_FINALIZED':
      return {
        sentence: `${wpId} is not finalized.`,
        hints: [`Run \`spec-kitty agent mission finalize-tasks --mission ${handle}\`.`],
      };
    case 'NOT_CLAIMABLE':
      return {
        sentence: `${wpId} is ${refusal.lane} and cannot be claimed.`,
        hints: [`Run \`spec-kitty next --mission ${handle}\` to see what can.`],
      };
    case 'NOT_REVIEWABLE':
      return {
        sentence: `${wpId} is ${refusal.lane} and not waiting for review.`,
        hints: [`Run \`spec-kitty next --mission ${handle}\` to see what is.`],
      };
    default:
      return {
        sentence: `${wpId} cannot go from ${refusal.from} to ${refusal.to}: ${GUARDS[refusal.code]}.`,
        hints: [`Run \`spec-kitty agent tasks status --mission ${handle}\` to see where it stands.`],
      };
  }
}
