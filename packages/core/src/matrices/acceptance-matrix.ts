import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { parseMatrixJson } from './parse-matrix-json.ts';
import { RowLocator } from './row-locator.ts';

/** A criterion or an invariant of an acceptance matrix, as far as it is judged. */
export interface AcceptanceRow {
  readonly kind: 'criterion' | 'invariant';
  readonly id: string;
  /** As written; a row that says nothing is `pending`. */
  readonly result: string;
  /** What a check by hand must name and does not. */
  readonly lacks: readonly string[];
  /** A placeholder that names no requirement and that nobody has filled in. */
  readonly contentless: boolean;
  readonly line: number | null;
}

/** What `acceptance-matrix.json` says (L§8.2). */
export type AcceptanceMatrix =
  | { readonly ok: true; readonly rows: readonly AcceptanceRow[] }
  | { readonly ok: false; readonly line: number | null; readonly problem: string };

/** What somebody who checks by hand has to leave behind. */
const BY_HAND = ['evidence', 'verified_at', 'verified_by'] as const;

/** Reads a matrix of any version of the predecessor: keys that it has renamed, and invariants that are plain sentences. */
export function readAcceptanceMatrix(text: string): AcceptanceMatrix {
  const parsed = parseMatrixJson(text);
  if (!parsed.ok) return parsed;
  const { criteria, negative_invariants: invariants } = parsed.document;
  for (const [key, rows] of Object.entries({ criteria, negative_invariants: invariants }))
    if (rows !== undefined && rows !== null && !Array.isArray(rows))
      return { ok: false, line: new RowLocator(text, key).next(key), problem: `has no list of ${key}` };
  return {
    ok: true,
    rows: [...criterionRows(text, listOf(criteria)), ...invariantRows(text, listOf(invariants))],
  };
}

/** The id of a criterion, under either of its names. */
export function criterionId(row: JsonObject): string {
  return textOf(row['criterion_id'] ?? row['id']);
}

/** The id of an invariant; those that are one sentence are called by it. */
export function invariantId(row: unknown): string {
  if (!isJsonObject(row)) return textOf(row);
  return textOf(row['invariant_id'] ?? row['id'] ?? row['invariant']);
}

function criterionRows(text: string, rows: readonly unknown[]): readonly AcceptanceRow[] {
  const lines = new RowLocator(text, 'criteria');
  return rows.map((row) => {
    const fields = isJsonObject(row) ? row : { criterion_id: row };
    const id = criterionId(fields);
    const result = resultOf(fields['pass_fail']);
    const byHand = fields['proof_type'] === 'manual_qa' && result === 'pass';
    const lacks = byHand ? BY_HAND.filter((key) => textOf(fields[key]) === '') : [];
    const contentless =
      result === 'pending' &&
      /^(?:TODO\b.*)?$/.test(textOf(fields['description'])) &&
      !/^(?:FR|NFR|C|SC)-\d/i.test(id) &&
      !fields['evidence'];
    return { kind: 'criterion', id, result, lacks, contentless, line: lines.next(id) };
  });
}

function invariantRows(text: string, rows: readonly unknown[]): readonly AcceptanceRow[] {
  const lines = new RowLocator(text, 'negative_invariants');
  return rows.map((row) => {
    const id = invariantId(row);
    const result = resultOf(isJsonObject(row) ? row['result'] : undefined);
    return { kind: 'invariant', id, result, lacks: [], contentless: false, line: lines.next(id) };
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function resultOf(value: unknown): string {
  return value === undefined || value === null ? 'pending' : textOf(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
