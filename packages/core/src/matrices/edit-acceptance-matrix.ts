import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { criterionId, invariantId, readAcceptanceMatrix } from './acceptance-matrix.ts';
import { acceptanceVerdict } from './acceptance-verdict.ts';

/** What somebody found out about one row of an acceptance matrix. */
export interface AcceptanceJudgement {
  readonly kind: 'criterion' | 'invariant';
  readonly id: string;
  readonly result: string;
  readonly by: string;
  readonly at: string;
  /** What is not given stays as it is. */
  readonly evidence?: string | undefined;
  readonly proofType?: string | undefined;
  readonly note?: string | undefined;
  /** Also makes a criterion that is not there yet. */
  readonly description?: string | undefined;
}

/** Says on a row that the predecessor made, or we did, that nobody has put it into words yet. */
const SCAFFOLD_NOTE = 'TODO: replace with a real acceptance criterion';

/** A matrix with one row for each functional requirement, none of them judged (L§8.2). */
export function scaffoldAcceptanceMatrix(
  mission: { readonly slug: string; readonly number: number | null; readonly type: string },
  functional: readonly string[],
): JsonObject {
  return {
    mission_slug: mission.slug,
    mission_number: String(mission.number ?? ''),
    mission_type: mission.type,
    overall_verdict: 'pending',
    criteria: functional.map((id) => criterion(id, `Verify ${id} is satisfied`, SCAFFOLD_NOTE)),
    negative_invariants: [],
  };
}

/**
 * Puts a judgement into a matrix and computes its verdict anew; every other key and row stays.
 *
 * @returns `undefined` when the matrix has no such row and the judgement does not describe one.
 */
export function judgeAcceptance(matrix: JsonObject, judgement: AcceptanceJudgement): JsonObject | undefined {
  const key = judgement.kind === 'criterion' ? 'criteria' : 'negative_invariants';
  const rows: readonly unknown[] = Array.isArray(matrix[key]) ? matrix[key] : [];
  const judged = judgedRows(rows, judgement);
  if (judged === undefined) return undefined;
  const next = { ...matrix, [key]: judged };
  const read = readAcceptanceMatrix(JSON.stringify(next));
  return { ...next, overall_verdict: read.ok ? acceptanceVerdict(read.rows) : 'fail' };
}

function judgedRows(
  rows: readonly unknown[],
  judgement: AcceptanceJudgement,
): readonly unknown[] | undefined {
  const { kind, id, description } = judgement;
  const idOf = (row: unknown) =>
    kind === 'invariant' ? invariantId(row) : isJsonObject(row) ? criterionId(row) : row;
  if (rows.some((row) => idOf(row) === id))
    return rows.map((row) => (idOf(row) === id ? judgedRow(row, judgement) : row));
  if (kind === 'invariant' || description === undefined) return undefined;
  return [...rows, judgedRow(criterion(id, description, null), judgement)];
}

function judgedRow(row: unknown, judgement: AcceptanceJudgement): JsonObject {
  const { kind, id, result, evidence, description } = judgement;
  const given = {
    ...(description === undefined ? {} : { description }),
    ...(evidence === undefined ? {} : { evidence }),
  };
  if (kind === 'criterion')
    return judgedCriterion({ ...(isJsonObject(row) ? row : criterion(id, '', null)), ...given }, judgement);
  const sentence = { invariant_id: id, description: id, verification_method: 'custom_command' };
  return { evidence: null, ...(isJsonObject(row) ? row : sentence), ...given, result };
}

function judgedCriterion(
  row: JsonObject,
  { result, by, at, proofType, note }: AcceptanceJudgement,
): JsonObject {
  const open = result === 'pending';
  const notes = row['notes'] ?? null;
  return {
    ...row,
    ...(proofType === undefined ? {} : { proof_type: proofType }),
    pass_fail: result,
    verified_by: open ? null : by,
    verified_at: open ? null : at,
    notes: note ?? (open || notes !== SCAFFOLD_NOTE ? notes : null),
  };
}

function criterion(id: string, description: string, notes: string | null): JsonObject {
  return {
    criterion_id: id,
    description,
    proof_type: 'automated_test',
    evidence: null,
    pass_fail: 'pending',
    verified_by: null,
    verified_at: null,
    notes,
  };
}
