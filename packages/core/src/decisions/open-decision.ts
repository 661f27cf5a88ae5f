import { Fault } from '../fault.ts';
import { formatInstant } from '../instant.ts';
import { type DecisionKey, entryWithKey, readDecisionIndex } from './decision-index.ts';
import { type DecisionPorts, OPENED, recordDecision, type RecordedDecision } from './record-decision.ts';

/** A question to put on record. */
export interface OpenRequest extends DecisionKey {
  readonly mission: string | undefined;
  readonly question: string;
  readonly options: readonly string[];
  readonly actor: string;
}

/**
 * Puts a question on record, from when on `next` waits for its answer.
 *
 * The same key again gives the decision that is there, with the question as it was asked first.
 *
 * @throws Fault `DECISION_MISSING_STEP_OR_SLOT`, `DECISION_ALREADY_CLOSED` or `DECISIONS_INVALID`.
 */
export async function openDecision(ports: DecisionPorts, request: OpenRequest): Promise<RecordedDecision> {
  const { flow, stepId, slotKey, inputKey, question, options, actor } = request;
  if (stepId === undefined && slotKey === undefined)
    throw new Fault('refused', 'DECISION_MISSING_STEP_OR_SLOT', 'Nothing says where the question arose.', {
      hints: [
        'Give --slot-key or --step-id; with --flow and --input-key it is what the question is known by.',
      ],
    });
  return recordDecision(ports, request.mission, 'decision open', (mission) => {
    const index = readDecisionIndex(mission);
    const known = entryWithKey(index, request);
    const at = formatInstant(ports.clock.nowMicros());
    if (known !== undefined && known['status'] !== 'open' && known['status'] !== 'deferred') {
      const id = String(known['decision_id']);
      throw new Fault('refused', 'DECISION_ALREADY_CLOSED', `This was asked before, and ${id} is closed.`, {
        hints: ['To ask again, ask under another --input-key.'],
        details: { decision_id: id, status: known['status'], final_answer: known['final_answer'] ?? null },
      });
    }
    const entry = known ?? {
      decision_id: ports.ids.next(),
      mission_id: mission.missionId,
      mission_slug: mission.directory,
      origin_flow: flow,
      slot_key: slotKey ?? null,
      step_id: stepId ?? null,
      input_key: inputKey,
      question,
      options,
      status: 'open',
      final_answer: null,
      other_answer: false,
      rationale: null,
      created_at: at,
      resolved_at: null,
      resolved_by: null,
      opened_by: actor,
      summary_json: null,
    };
    return {
      index,
      entry,
      idempotent: known !== undefined,
      event: OPENED,
      change: `\`${String(entry['created_at'])}\`: opened`,
      payload: {
        actor_id: actor,
        input_key: inputKey,
        mission_type: mission.meta.mission_type ?? null,
        options: entry['options'],
        question: entry['question'],
        step_id: stepId ?? slotKey,
      },
    };
  });
}
