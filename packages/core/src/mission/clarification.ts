import { isJsonObject } from '../status/rows/json-value.ts';

const ANSWERED = new Set<unknown>(['resolved', 'canceled']);

/**
 * Tells whether a document still has a question in it (L§8.1, L§9.6): `NEEDS CLARIFICATION` outside of code quotes, unless
 * the decision that its line names has been taken.
 */
export function asksForClarification(text: string, decisionIndex: string | undefined): boolean {
  const lines = text
    .split('\n')
    .filter((line) => /\bNEEDS CLARIFICATION\b/.test(line.replace(/`[^`]*`/g, '')));
  if (lines.length === 0) return false;
  const answered = answeredDecisions(decisionIndex);
  return lines.some((line) => {
    const decision = /\bdecision_id:\s*([0-9A-Z]+)/.exec(line)?.[1];
    return decision === undefined || !answered.has(decision);
  });
}

/** Nothing in a damaged index is answered. */
function answeredDecisions(text: string | undefined): ReadonlySet<unknown> {
  let index: unknown;
  try {
    index = JSON.parse(text ?? '{}');
  } catch {
    return new Set();
  }
  const entries: unknown = isJsonObject(index) ? index['entries'] : [];
  const found = Array.isArray(entries) ? entries.filter(isJsonObject) : [];
  return new Set(found.filter(({ status }) => ANSWERED.has(status)).map((entry) => entry['decision_id']));
}
