import { jsonErrorPlace } from '../status/rows/json-place.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';

/** A file that should hold one JSON object. */
export type ParsedMatrix =
  | { readonly ok: true; readonly document: JsonObject }
  | { readonly ok: false; readonly line: number; readonly problem: string };

/** Parses a matrix file, or says on which line it cannot be read. */
export function parseMatrixJson(text: string): ParsedMatrix {
  try {
    const document: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isJsonObject(document)) return { ok: true, document };
  } catch (error) {
    return { ok: false, line: jsonErrorPlace(text, error).line, problem: 'is not JSON' };
  }
  return { ok: false, line: 1, problem: 'is not a JSON object' };
}
