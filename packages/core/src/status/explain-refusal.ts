import { LANES } from '@spec-kitty/protocol/lane';
import { Fault } from '../fault.ts';
import { shellWord } from '../shell-word.ts';
import type { GuardCode, Refusal } from './refusal.ts';

/** Of values that no package could be moved to, whatever its state. */
const NO_LANES: ReadonlySet<string> = new Set(['LANE_UNKNOWN', 'LANE_NOT_A_TARGET']);

/** Words for what a guard asks for. */
const GUARDS: Readonly<Record<GuardCode, string>> = {
  GUARD_ACTOR: 'nobody is named who acts',
  GUARD_WORKSPACE: 'there is no worktree for it',
  SUBTASKS_OPEN: 'not every subtask is done',
  NO_COMMITS: 'there is no commit of this package yet',
  GUARD_APPROVAL: 'no approving review is given as evidence',
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
  /** None where a command makes the review result itself. */
  readonly reviewResult?: string;
  /** Likewise of evidence. */
  readonly evidence?: string;
}

/** Turns the domain's refusal into an error for people and programs; `handle` goes into the commands it names. */
export function explainRefusal(
  refusal: Refusal,
  handle: string,
  options: OptionNames = { actor: '--agent', reason: '--note' },
): Fault {
  const { sentence, hints } = words(refusal, handle, options);
  const { code, wpId, ...details } = refusal;
  return new Fault(NO_LANES.has(code) ? 'usage' : 'refused', code, sentence, {
    hints,
    details: { wp_id: wpId, ...details },
  });
}

interface Words {
  readonly sentence: string;
  readonly hints: readonly string[];
}

function say(sentence: string, ...hints: readonly string[]): Words {
  return { sentence, hints };
}

type Move = (to: string, rest: string) => string;

const VERBS: Readonly<Partial<Record<string, string>>> = { in_review: 'review' };

function wayOut(
  { from, to, allowed }: { readonly from: string; readonly to: string; readonly allowed: readonly string[] },
  move: Move,
): string {
  return allowed.length > 0
    ? `From ${from} it can go to: ${allowed.join(', ')}.`
    : `${from} is final; ${move(to, '--force --note "<reason>"')} overrides that and is recorded.`;
}

function wayOn(
  { code, to, wpId }: Refusal & { code: GuardCode },
  at: string,
  { actor, reason, reviewResult, evidence }: OptionNames,
): string {
  switch (code) {
    case 'GUARD_APPROVAL':
      return evidence === undefined
        ? wayToLook(at)
        : `Add ${evidence} '{"review":{"reviewer":"<name>","verdict":"approved","reference":"<what it rests on>"}}'.`;
    case 'GUARD_REVIEW_RESULT':
      if (reviewResult !== undefined) {
        const verdict = to === 'approved' || to === 'done' ? 'approved' : 'changes_requested';
        return `Add ${reviewResult} '{"reviewer":"<name>","verdict":"${verdict}","reference":"<what it rests on>"}'.`;
      }
      return wayToLook(at);
    case 'GUARD_ACTOR':
      return `Add ${actor} with a name.`;
    case 'GUARD_REASON':
      return `Add ${reason} with the reason.`;
    case 'GUARD_WORKSPACE':
      return `Make one with \`spec-kitty agent action implement ${wpId} --agent <agent> ${at}\`.`;
    default:
      return wayToLook(at);
  }
}

function wayToLook(at: string): string {
  return `Run \`spec-kitty agent tasks status ${at}\` to see where it stands.`;
}

function held({ wpId, lane, holder }: Refusal & { code: 'HELD_BY_OTHER' }): string {
  return lane === 'blocked'
    ? `${wpId} is blocked and stays with ${holder}.`
    : `${wpId} is ${lane} by ${holder}.`;
}

function wayToClaim(lane: string, at: string, move: Move): string {
  return lane === 'blocked'
    ? `Once nothing is in its way, run ${move('in_progress', '--agent <agent>')}.`
    : `Run \`spec-kitty next ${at}\` to see what can.`;
}

/** To cancel something, nobody has to take it over. */
function wayPast(
  { lane, holder, to }: Refusal & { code: 'HELD_BY_OTHER' },
  move: Move,
  { actor, reason }: OptionNames,
): string {
  if (to === undefined) return takeOver(lane, move);
  return `Agents leave it to ${holder}; a person cancels it without ${actor}: ${move(to, `${reason} "<reason>"`)}.`;
}

function takeOver(lane: string, move: Move): string {
  return lane === 'in_review'
    ? `Choose another package, or take the review over with ${move('in_review', '--agent <you> --force --note "<reason>"')}.`
    : `Choose another package, or take it over with ${move('planned', '--force --note "<reason>"')}.`;
}

function words(refusal: Refusal, handle: string, options: OptionNames): Words {
  const { wpId } = refusal;
  const { actor, reason } = options;
  const at = `--mission ${shellWord(handle)}`;
  const move: Move = (to, rest) => `\`spec-kitty agent tasks move-task ${wpId} --to ${to} ${rest} ${at}\``;
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
      return say(held(refusal), wayPast(refusal, move, options));
    case 'SELF_APPROVAL':
      return say(
        `${refusal.implementer} implemented ${wpId} and cannot ${VERBS[refusal.to] ?? 'approve'} it.`,
        `Let somebody else review it: \`spec-kitty agent action review ${wpId} --agent <reviewer> ${at}\`.`,
        `An override is possible with ${move('approved', '--agent <you> --force --note "<reason>"')}; it is recorded as a self-approval.`,
      );
    case 'NOT_FINALIZED':
      return say(`${wpId} is not finalized.`, `Run \`spec-kitty agent mission finalize-tasks ${at}\`.`);
    case 'NOT_CLAIMABLE':
      return say(`${wpId} is ${refusal.lane} and cannot be claimed.`, wayToClaim(refusal.lane, at, move));
    case 'NOT_REVIEWABLE':
      return say(
        `${wpId} is ${refusal.lane} and not waiting for review.`,
        `Run \`spec-kitty next ${at}\` to see what is.`,
      );
    default:
      return say(
        `${wpId} cannot go from ${refusal.from} to ${refusal.to}: ${GUARDS[refusal.code]}.`,
        wayOn(refusal, at, options),
      );
  }
}
