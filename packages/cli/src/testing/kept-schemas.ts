import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv';
import {
  asksForEnvelope,
  orchestratorCommand,
} from '../commands/orchestrator-api/contract/report-in-envelope.ts';
import { asksForJson, printsLines } from '../report-failure.ts';
import { routeOf } from './command-tree.ts';

const require = createRequire(import.meta.url);

/** SARIF 2.1.0 by those who made it. */
const SARIF = path.join(
  path.dirname(require.resolve('@microsoft/sarif-multitool-ts')),
  '../assets/sarif-2.1.0.schema.json',
);

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
  const inSarif = argv.includes('--sarif') && stdout !== '';
  if (argv.includes('--help') || !(asksForEnvelope(argv) || inSarif || asksForJson(argv))) return;
  if (printsLines(argv)) {
    for (const line of stdout.trim().split('\n'))
      await requireDocument(argv, { exitCode, inSarif: false }, line);
  } else await requireDocument(argv, { exitCode, inSarif }, stdout);
}

async function requireDocument(
  argv: readonly string[],
  { exitCode, inSarif }: { readonly exitCode: number; readonly inSarif: boolean },
  text: string,
): Promise<void> {
  const document: unknown = JSON.parse(text);
  const file = schemaOf(argv, { failed: exitCode !== 0 && isFailure(document), inSarif });
  const validate = await validatorOf(file);
  if (validate(document)) return;
  const problems = (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
  throw new Error(`${path.basename(file)} does not allow: ${problems.join('; ')}\n${text}`);
}

function isFailure(document: unknown): boolean {
  return typeof document === 'object' && document !== null && 'error_code' in document;
}

function schemaOf(
  argv: readonly string[],
  { failed, inSarif }: { readonly failed: boolean; readonly inSarif: boolean },
): string {
  if (asksForEnvelope(argv)) return keptSchema(`orchestrator-api ${orchestratorCommand(argv)}`);
  if (failed) return keptSchema(FAILURE);
  return inSarif ? SARIF : keptSchema(routeOf(argv) ?? FAILURE);
}

const validators = new Map<string, ValidateFunction>();

/** Loaded on demand: most tests ask for no document, and the validator takes 100 ms. */
async function validatorOf(file: string): Promise<ValidateFunction> {
  const known = validators.get(file);
  if (known) return known;
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { default: formats } = await import('ajv-formats');
  const ajv = new Ajv2020({ allErrors: true });
  formats.default(ajv);
  const made = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  validators.set(file, made);
  return made;
}
