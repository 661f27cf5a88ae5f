import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { orchestratorCommand } from '../commands/orchestrator-api/contract/report-in-envelope.ts';
import { type CliWorld, runCli } from './run-cli.ts';
import type { Surroundings } from '../context.ts';

/** What a command of the contract answered. */
export interface Envelope {
  readonly command: string;
  readonly success: boolean;
  readonly error_code: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly exitCode: number;
}

const ajv = new Ajv({ strict: true, allErrors: true });
const validators = new Map<string, ValidateFunction>();

/** Folder of the schemas that are kept. */
export const KEPT_SCHEMAS = fileURLToPath(
  new URL('../../../../docs/reference/orchestrator-api', import.meta.url),
);

/** Runs a command of the contract; throws where stdout is not exactly one envelope that its kept schema allows. */
export async function runEnvelope(
  world: CliWorld,
  argv: readonly string[],
  surroundings: Partial<Surroundings> = {},
): Promise<Envelope> {
  const { exitCode, stdout } = await runCli(world, ['orchestrator-api', ...argv], surroundings);
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`Not one line: ${stdout}`);
  const envelope = JSON.parse(stdout) as Omit<Envelope, 'exitCode'>;
  const validate = validatorOf(orchestratorCommand(['orchestrator-api', ...argv]));
  if (!validate(envelope)) throw new Error(`${stdout}${ajv.errorsText(validate.errors)}`);
  return { ...envelope, exitCode };
}

function validatorOf(command: string): ValidateFunction {
  const known = validators.get(command);
  if (known) return known;
  const schema: unknown = JSON.parse(readFileSync(`${KEPT_SCHEMAS}/${command}.schema.json`, 'utf8'));
  const made = ajv.compile(schema as object);
  validators.set(command, made);
  return made;
}
