import type { AcceptanceRow } from './acceptance-matrix.ts';

/** What a criterion may come to. */
export const CRITERION_RESULTS = ['pass', 'fail', 'pending'] as const;

/** What an invariant may come to. */
export const INVARIANT_RESULTS = [
  'pending',
  'confirmed_absent',
  'still_present',
  'verification_error',
  'deferred_to_consolidation',
] as const;

/** What all rows of a matrix come to. */
export type AcceptanceVerdict = 'pass' | 'pass_pending_consolidation' | 'pending' | 'fail';

/** Computes the verdict of a matrix from its rows (L§8.2); the one in the file is whatever its last writer computed. */
export function acceptanceVerdict(all: readonly AcceptanceRow[]): AcceptanceVerdict {
  const rows = judgedRows(all);
  if (rows.length === 0) return 'pending';
  if (rows.some((row) => isUnknown(row) || isFailed(row))) return 'fail';
  if (rows.some(({ result }) => result === 'pending')) return 'pending';
  return rows.some(({ result }) => result === 'deferred_to_consolidation')
    ? 'pass_pending_consolidation'
    : 'pass';
}

/** The rows that count: a placeholder does not, beside a row that is one. */
export function judgedRows(rows: readonly AcceptanceRow[]): readonly AcceptanceRow[] {
  const real = rows.filter(({ contentless }) => !contentless);
  return real.length > 0 ? real : rows;
}

/** Tells a word that is none of the results there are. */
export function isUnknown({ kind, result }: AcceptanceRow): boolean {
  const known: readonly string[] = kind === 'criterion' ? CRITERION_RESULTS : INVARIANT_RESULTS;
  return !known.includes(result);
}

/** Tells a row that was checked and is not as it should be. */
export function isFailed({ result }: AcceptanceRow): boolean {
  return result === 'fail' || result === 'still_present' || result === 'verification_error';
}
