import type { DecisionFlow } from '@spec-kitty/core/decisions/decision-flows';
import { openDecision } from '@spec-kitty/core/decisions/open-decision';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly flow: DecisionFlow;
  readonly inputKey: string;
  readonly question: string;
  readonly slotKey?: string;
  readonly stepId?: string;
  readonly options?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Puts a question on record and prints what answers it (L§9.6). */
export async function open(this: AppContext, { json, options, ...flags }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const { mission, entry, page, idempotent, position } = await openDecision(workspace, {
    mission: flags.mission,
    flow: flags.flow,
    inputKey: flags.inputKey,
    slotKey: flags.slotKey,
    stepId: flags.stepId,
    question: flags.question,
    options: options === undefined ? [] : parsedOptions(options),
    actor: await workspace.actor(),
  });
  const id = String(entry['decision_id']);
  const document = {
    result: 'success',
    contract: 'decision_open_v2',
    decision_id: id,
    mission_id: mission.missionId,
    mission_slug: mission.directory,
    status: String(entry['status']),
    artifact_path: page,
    event_lamport: position,
    idempotent,
    recovery: {
      rerun_safe: true,
      idempotency_key: {
        mission_id: mission.missionId,
        mission_slug: mission.directory,
        origin_flow: flags.flow,
        step_id: flags.stepId ?? null,
        slot_key: flags.slotKey ?? null,
        input_key: flags.inputKey,
      },
    },
  };
  this.show(json, document, () =>
    [
      `${id} ${idempotent ? 'was on record already' : 'is on record'}: ${String(entry['question'])}`,
      `Once it is answered, run \`spec-kitty agent decision resolve ${shellWord(id)} --final-answer "<answer>" --mission ${shellWord(mission.directory)}\`.`,
    ].join('\n'),
  );
}

function parsedOptions(text: string): readonly string[] {
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch {
    // What is no JSON is no list either.
  }
  if (Array.isArray(options) && options.every((option) => typeof option === 'string')) return options;
  throw new Fault('usage', 'OPTION_INVALID', '--options must be a JSON list of texts.', {
    hints: [`For example: --options '["yes","no"]'`],
  });
}
