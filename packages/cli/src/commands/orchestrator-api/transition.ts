import { Fault } from '@spec-kitty/core/fault';
import { emitTransition } from '@spec-kitty/core/move/emit-transition';
import { parseLane } from '@spec-kitty/protocol/lane';
import type { AppContext } from '../../context.ts';
import { parseEvidence, parseReviewResult } from '../agent/status/review-json.ts';
import { answer } from './contract/answer.ts';
import { readPolicy } from './contract/policy.ts';

interface Flags {
  readonly mission: string;
  readonly wp: string;
  readonly to: string;
  readonly actor: string;
  readonly note?: string;
  readonly policy?: string;
  readonly force: boolean;
  readonly reviewRef?: string;
  readonly reviewResultJson?: string;
  readonly evidenceJson?: string;
  readonly subtasksComplete?: boolean;
  readonly implementationEvidencePresent?: boolean;
}

/** Records one transition, under the rules of `agent status emit`. */
export async function transition(this: AppContext, flags: Flags): Promise<void> {
  const { mission, wp, to, actor, note, force, reviewRef, evidenceJson, reviewResultJson } = flags;
  await answer(this, { command: 'transition', mission, actor, wp }, async (workspace) => {
    const policy = readPolicy(flags.policy, to);
    const evidence = evidenceJson === undefined ? undefined : parseEvidence(evidenceJson);
    const reviewResult = reviewResultJson === undefined ? undefined : parseReviewResult(reviewResultJson);
    refuseUnfinished(flags);
    const emitted = await emitTransition(workspace, {
      mission,
      wp,
      to,
      actor,
      force,
      policy,
      reason: note,
      reviewRef,
      evidence,
      reviewResult,
      subtasksComplete: flags.subtasksComplete ?? false,
    });
    return {
      wp_id: emitted.wpId,
      from_lane: emitted.from,
      to_lane: emitted.to,
      policy_metadata_recorded: policy !== undefined,
      event_id: emitted.eventId,
      commit: emitted.commit,
    };
  });
}

/** Whoever says that work is not finished cannot send it to review. */
function refuseUnfinished({ wp, to, force, subtasksComplete, implementationEvidencePresent }: Flags): void {
  if (force || parseLane(to) !== 'for_review') return;
  if (subtasksComplete === false)
    throw new Fault('refused', 'SUBTASKS_OPEN', `The caller says that ${wp} has open subtasks.`);
  if (implementationEvidencePresent === false)
    throw new Fault('refused', 'NO_COMMITS', `The caller says that ${wp} is not implemented.`);
}
