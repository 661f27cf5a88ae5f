import type { GenericSchema, InferOutput } from 'valibot';
import * as v from 'valibot';
import type { Endpoint } from './endpoint.ts';

/** Longer than any request of ours. */
export const LONGEST_BODY = 64 * 1024;

/** Fields as they were sent, or what is wrong with how they were. */
export type Input =
  | { readonly kind: 'fields'; readonly fields: unknown }
  | { readonly kind: 'problem'; readonly status: 400 | 413 | 415; readonly problem: string };

/** A request as far as reading its fields needs it. */
export interface Body {
  readonly contentType: string | undefined;
  /** @returns `undefined` for one that is too long. */
  readonly text: () => Promise<string | undefined>;
}

/** Reads what an endpoint takes, and nothing else: a form sent to a JSON endpoint is no mistake, but an attempt. */
export async function readInput(takes: Endpoint['takes'], query: string, body: Body): Promise<Input> {
  if (takes === 'query') return fieldsOf(new URLSearchParams(query));
  const type = takes === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const text = await body.text();
  if (text === undefined) return { kind: 'problem', status: 413, problem: 'The request is too long.' };
  if (body.contentType?.split(';')[0]?.trim().toLowerCase() !== type)
    return { kind: 'problem', status: 415, problem: `The body must be ${type}.` };
  return takes === 'json' ? jsonOf(text) : fieldsOf(new URLSearchParams(text));
}

/** No text has it, and no database takes it. */
const NUL = '\0';

const NO_TEXT: Input = { kind: 'problem', status: 400, problem: 'It has a character that no text has.' };

/** A field that comes twice has no meaning (RFC 6749 §3.1). */
function fieldsOf(given: URLSearchParams): Input {
  const fields = Object.fromEntries(given);
  if ([...given].flat().some((text) => text.includes(NUL))) return NO_TEXT;
  const twice = [...given.keys()].find((key) => given.getAll(key).length > 1);
  return twice === undefined
    ? { kind: 'fields', fields }
    : { kind: 'problem', status: 400, problem: `${twice} is given more than once.` };
}

function jsonOf(text: string): Input {
  try {
    return text.includes('\\u0000') ? NO_TEXT : { kind: 'fields', fields: JSON.parse(text) };
  } catch {
    return { kind: 'problem', status: 400, problem: 'The body is no JSON.' };
  }
}

/** @returns what the endpoint takes of the fields, or what is wrong with them. */
export function checkInput<S extends GenericSchema>(
  schema: S,
  fields: unknown,
): { readonly ok: true; readonly input: InferOutput<S> } | { readonly ok: false; readonly problem: string } {
  const parsed = v.safeParse(schema, fields);
  if (parsed.success) return { ok: true, input: parsed.output };
  const [issue] = parsed.issues;
  const name = v.getDotPath(issue);
  // The value itself is not repeated: it may be a secret, or somebody's attempt to have us print something.
  const expected = issue.type === 'object' || issue.received === 'undefined' ? 'is missing' : 'is not valid';
  return { ok: false, problem: name === null ? 'The request is not valid.' : `${name} ${expected}.` };
}
