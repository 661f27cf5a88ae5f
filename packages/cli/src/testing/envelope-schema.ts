import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { possibleCodes } from '../commands/orchestrator-api/contract/contract-code.ts';
import { CONTRACT, type OrchestratorCommand } from '../commands/orchestrator-api/contract/envelope.ts';
import { FACTS } from '../commands/orchestrator-api/contract/payload-schemas.ts';

const OPTIONS = { errorMode: 'throw', target: 'draft-2020-12' } as const;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/;
const ULID = v.pipe(v.string(), v.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/));

const identity = {
  mission_id: ULID,
  mission_slug: v.string(),
  mission_number: v.string(),
  mission_type: v.string(),
};
const unknownMission = Object.fromEntries(Object.keys(identity).map((key) => [key, v.null()]));

function head(command: string) {
  return {
    contract_version: v.literal(CONTRACT.version),
    command: v.literal(`orchestrator-api.${command}`),
    timestamp: v.pipe(v.string(), v.regex(INSTANT)),
    correlation_id: v.pipe(v.string(), v.regex(/^corr-[0-9A-HJKMNP-TV-Z]{26}$/)),
  };
}

function failure(command: OrchestratorCommand | 'unknown') {
  return v.strictObject({
    ...head(command),
    success: v.literal(false),
    error_code: v.picklist(possibleCodes(command)),
    data: v.looseObject({
      message: v.string(),
      hints: v.array(v.string()),
      cause_code: v.string(),
      mission_id: v.nullable(ULID),
      mission_slug: v.nullable(v.string()),
      mission_number: v.nullable(v.string()),
      mission_type: v.nullable(v.string()),
    }),
  });
}

/** JSON Schema of everything that a command of the contract may print. */
export function envelopeSchema(command: OrchestratorCommand | 'unknown'): object {
  if (command === 'unknown') return toJsonSchema(failure(command), OPTIONS);
  const about = command === 'contract-version' ? unknownMission : identity;
  const success = v.strictObject({
    ...head(command),
    success: v.literal(true),
    error_code: v.null(),
    data: v.strictObject({ ...about, ...FACTS[command].entries }),
  });
  return toJsonSchema(v.union([success, failure(command)]), OPTIONS);
}
