import { closeDecision, type DecisionOutcome } from '@spec-kitty/core/decisions/close-decision';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly rationale?: string;
  readonly resolvedBy?: string;
  readonly mission?: string;
  readonly json: boolean;
}

interface Answer {
  readonly finalAnswer: string;
  readonly otherAnswer: boolean;
}

interface Reason {
  readonly rationale: string;
}

/** Records an answer. */
export async function resolveDecision(this: AppContext, flags: Flags & Answer, id: string): Promise<void> {
  await close(this, id, 'resolved', flags);
}

/** Puts a question off. */
export async function deferDecision(this: AppContext, flags: Flags & Reason, id: string): Promise<void> {
  await close(this, id, 'deferred', flags);
}

/** Drops a question. */
export async function cancelDecision(this: AppContext, flags: Flags & Reason, id: string): Promise<void> {
  await close(this, id, 'canceled', flags);
}

async function close(
  context: AppContext,
  decisionId: string,
  outcome: DecisionOutcome,
  { rationale, resolvedBy, mission: handle, json, finalAnswer, otherAnswer = false }: Flags & Partial<Answer>,
): Promise<void> {
  const workspace = await context.workspace();
  const { mission, entry, page, idempotent, position } = await closeDecision(workspace, {
    mission: handle,
    decisionId,
    outcome,
    finalAnswer: finalAnswer ?? null,
    otherAnswer,
    rationale,
    actor: await workspace.actor(resolvedBy),
  });
  const document = {
    result: 'success',
    decision_id: decisionId,
    mission_id: mission.missionId,
    mission_slug: mission.directory,
    status: outcome,
    terminal_outcome: outcome,
    final_answer: entry['final_answer'] ?? null,
    other_answer: entry['other_answer'] ?? false,
    resolved_by: entry['resolved_by'] ?? null,
    artifact_path: page,
    event_lamport: position,
    idempotent,
  };
  context.show(json, document, () =>
    [
      `${decisionId} ${idempotent ? `was ${outcome} already` : `is ${outcome}`}.`,
      ...(outcome === 'deferred'
        ? [`Mark its place: [NEEDS CLARIFICATION: <question>] <!-- decision_id: ${decisionId} -->`]
        : []),
      `On record, not committed: ${page}`,
    ].join('\n'),
  );
}
