import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { lineAt } from './row-locator.ts';

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
    return { ok: false, line: lineOf(text, error), problem: 'is not JSON' };
  }
  return { ok: false, line: 1, problem: 'is not a JSON object' };
}

/** A merge that was left in the middle is the likeliest damage, and parsing stops after its first line. */
function lineOf(text: string, error: unknown): number {
  const marker = /^<{7} /m.exec(text);
  if (marker) return lineAt(text, marker.index);
  const position = /at position (\d+)/.exec(messageOf(error))?.[1];
  if (position !== undefined) return lineAt(text, Number(position));
  const lines = text.trimEnd().split('\n');
  let [known, wrong] = [0, lines.length];
  // Node names no position here, and a text that ends too early has another message: halve until its line is found.
  while (wrong - known > 1) {
    const middle = Math.floor((known + wrong) / 2);
    if (isWrong(lines.slice(0, middle).join('\n'))) wrong = middle;
    else known = middle;
  }
  return wrong;
}

function isWrong(start: string): boolean {
  try {
    JSON.parse(start);
    return false;
  } catch (error) {
    return messageOf(error).startsWith('Unexpected token');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
