import { LANES } from '@spec-kitty/protocol/lane';
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

interface Words {
  readonly sentence: string;
  readonly hints: readonly string[];
}

function say(sentence: string, ...hints: readonly string[]): Words {
  return { sentence, hints };
}

const VERBS: Readonly<Partial<Record<string, string>>> = { in_review: 'review' };

function wayOut(
  { from, to, allowed }: { readonly from: string; readonly to: string; readonly allowed: readonly string[] },
  move: (rest: string) => string,
): string {
  return allowed.length > 0
    ? `From ${from} it can go to: ${allowed.join(', ')}.`
    : `${from} is final; ${move(`--to ${to} --force --note "<reason>"`)} overrides that and is recorded.`;
}

function takeOver(lane: string, move: (rest: string) => string): string {
  return lane === 'in_review'
    ? `Choose another package, or take the review over with ${move('--to in_review --agent <you> --force --note "<reason>"')}.`
    : `Choose another package, or take it over with ${move('--to planned --force --note "<reason>"')}.`;
}

function words(refusal: Refusal, handle: string, { actor, reason }: OptionNames): Words {
  const { wpId } = refusal;
  const run = (command: string) => `\`spec-kitty ${command} --mission ${handle}\``;
  const move = (rest: string) => run(`agent tasks move-task ${wpId} ${rest}`);
  switch (refusal.code) {
    case 'LANE_UNKNOWN':
      return say(`"${refusal.text}" is not a lane.`, `Lanes: ${LANES.join(', ')}.`);
    case 'LANE_NOT_A_TARGET':
      return say(`Nothing can be moved to ${refusal.lane}.`, 'Move it to planned to start again.');
    case 'FORCE_NEEDS_ACTOR':
      return say('A forced move needs a named actor.', `Add ${actor} with a name.`);
    case 'FORCE_NEEDS_REASON':
      return say('A forced move needs a reason.', `Add ${reason} with the reason.`);
    case 'LANE_EDGE_FORBIDDEN':
      return say(`${wpId} is ${refusal.from} and cannot go to ${refusal.to}.`, wayOut(refusal, move));
    case 'HELD_BY_OTHER':
      return say(`${wpId} is ${refusal.lane} by ${refusal.holder}.`, takeOver(refusal.lane, move));
    case 'SELF_APPROVAL':
      return say(
        `${refusal.implementer} implemented ${wpId} and cannot ${VERBS[refusal.to] ?? 'approve'} it.`,
        `Let somebody else review it: ${run(`agent action review ${wpId} --agent <reviewer>`)}.`,
        `An override is possible with --force and ${reason}; it is recorded as a self-approval.`,
      );
    case 'NOT_FINALIZED':
      return say(`${wpId} is not finalized.`, `Run ${run('agent mission finalize-tasks')}.`);
    case 'NOT_CLAIMABLE':
      return say(`${wpId} is ${refusal.lane} and cannot be claimed.`, `Run ${run('next')} to see what can.`);
    case 'NOT_REVIEWABLE':
      return say(
        `${wpId} is ${refusal.lane} and not waiting for review.`,
        `Run ${run('next')} to see what is.`,
      );
    default:
      return say(
        `${wpId} cannot go from ${refusal.from} to ${refusal.to}: ${GUARDS[refusal.code]}.`,
        `Run ${run('agent tasks status')} to see where it stands.`,
      );
  }
}
