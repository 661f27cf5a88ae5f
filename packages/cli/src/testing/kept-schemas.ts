import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv';
import {
  asksForEnvelope,
  orchestratorCommand,
} from '../commands/orchestrator-api/contract/report-in-envelope.ts';
import { asksForJson } from '../report-failure.ts';
import { routeOf } from './command-tree.ts';

const REFERENCE = fileURLToPath(new URL('../../../../docs/reference', import.meta.url));

/** What every command prints that fails, as {@link keptSchema} names it. */
export const FAILURE = 'failure';

/** The file that keeps the schema of a command's document; of `orchestrator-api`, its envelope's. */
export function keptSchema(route: string): string {
  const [group, name = 'unknown'] = route.split(' ');
  return group === 'orchestrator-api'
    ? `${REFERENCE}/orchestrator-api/${name}.schema.json`
    : `${REFERENCE}/schemas/${route.replaceAll(' ', '-')}.schema.json`;
}

/** Throws where a command line that asks for a document printed something that no kept schema allows. */
export async function requireKeptSchema(
  argv: readonly string[],
  { exitCode, stdout }: { readonly exitCode: number; readonly stdout: string },
): Promise<void> {
  const inEnvelope = asksForEnvelope(argv);
  if (argv.includes('--help') || !(inEnvelope || asksForJson(argv))) return;
  const document: unknown = JSON.parse(stdout);
  const failed =
    exitCode !== 0 && typeof document === 'object' && document !== null && 'error_code' in document;
  const route = inEnvelope
    ? `orchestrator-api ${orchestratorCommand(argv)}`
    : failed
      ? FAILURE
      : (routeOf(argv) ?? FAILURE);
  const validate = await validatorOf(keptSchema(route));
  if (validate(document)) return;
  const problems = (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
  throw new Error(`Not a document of ${route}: ${problems.join('; ')}\n${stdout}`);
}

const validators = new Map<string, ValidateFunction>();

/** Loaded on demand: most tests ask for no document, and the validator takes 100 ms. */
async function validatorOf(file: string): Promise<ValidateFunction> {
  const known = validators.get(file);
  if (known) return known;
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const made = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  validators.set(file, made);
  return made;
}
