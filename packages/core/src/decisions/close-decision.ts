import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import { formatInstant } from '../instant.ts';
import { shellWord } from '../shell-word.ts';
import type { JsonObject } from '../status/rows/json-value.ts';
import { decisionEntries, readDecisionIndex } from './decision-index.ts';
import { CLOSED, type DecisionPorts, recordDecision, type RecordedDecision } from './record-decision.ts';

/** How a question ends, or is put off. */
export type DecisionOutcome = 'resolved' | 'deferred' | 'canceled';

/** What became of a question. */
export interface CloseRequest {
  readonly mission: string | undefined;
  readonly decisionId: string;
  readonly outcome: DecisionOutcome;
  /** `null` unless it is resolved. */
  readonly finalAnswer: string | null;
  /** Whether the answer is none of the options; one that is not among them is taken for that in any case. */
  readonly otherAnswer: boolean;
  readonly rationale: string | undefined;
  readonly actor: string;
}

/**
 * Records the answer to a question, that it is put off, or that nobody needs it any more.
 *
 * What is resolved or canceled stays as it is: the same again changes nothing, anything else is refused. What is
 * deferred can still be resolved or canceled.
 *
 * @throws Fault `DECISION_NOT_FOUND`, `DECISION_TERMINAL_CONFLICT` or `DECISIONS_INVALID`.
 */
export async function closeDecision(ports: DecisionPorts, request: CloseRequest): Promise<RecordedDecision> {
  const { decisionId, outcome, finalAnswer, actor } = request;
  return recordDecision(ports, request.mission, `decision ${outcome}`, (mission) => {
    const index = readDecisionIndex(mission);
    const entries = decisionEntries(index);
    const known = entries.find((entry) => entry['decision_id'] === decisionId);
    if (known === undefined) throw unknown(decisionId, mission.directory, entries);
    const same = known['status'] === outcome && (known['final_answer'] ?? null) === finalAnswer;
    if (!same && (known['status'] === 'resolved' || known['status'] === 'canceled'))
      throw conflict(known, decisionId);
    const at = formatInstant(ports.clock.nowMicros());
    const entry = same ? known : closed(known, request, at);
    const answer = finalAnswer === null ? '' : ` (final_answer=${JSON.stringify(finalAnswer)})`;
    return {
      index,
      entry,
      idempotent: same,
      event: CLOSED,
      change: `\`${at}\`: ${outcome}${answer}`,
      payload: {
        final_answer: finalAnswer,
        mission_type: mission.meta.mission_type ?? null,
        other_answer: entry['other_answer'] ?? false,
        rationale: entry['rationale'] ?? null,
        resolved_by: actor,
        terminal_outcome: outcome,
      },
    };
  });
}

function closed(known: JsonObject, request: CloseRequest, at: string): JsonObject {
  const { outcome, finalAnswer, otherAnswer, rationale, actor } = request;
  const options = Array.isArray(known['options']) ? (known['options'] as readonly unknown[]) : [];
  const other = finalAnswer !== null && options.length > 0 && !options.includes(finalAnswer);
  return {
    ...known,
    status: outcome,
    final_answer: finalAnswer,
    other_answer: otherAnswer || other,
    rationale: rationale ?? known['rationale'] ?? null,
    resolved_at: at,
    resolved_by: actor,
  };
}

function unknown(id: string, directory: string, entries: readonly JsonObject[]): Fault {
  const open = entries.filter(({ status }) => status === 'open').map((entry) => String(entry['decision_id']));
  return new Fault('refused', 'DECISION_NOT_FOUND', `${directory} has no decision ${id}.`, {
    hints: [
      open.length > 0
        ? `Open are: ${few(open)}.`
        : `None is open; \`spec-kitty clarify --mission ${shellWord(directory)}\` lists the questions.`,
    ],
    details: { decision_id: id, candidates: open },
  });
}

function conflict(known: JsonObject, id: string): Fault {
  const { status, final_answer: answer = null } = known;
  const how = answer === null ? String(status) : `${String(status)} with ${JSON.stringify(answer)}`;
  return new Fault('refused', 'DECISION_TERMINAL_CONFLICT', `${id} is ${how} already, and stays so.`, {
    hints: ['To change course, ask again under another --input-key and resolve that.'],
    details: { decision_id: id, status, final_answer: answer },
  });
}
