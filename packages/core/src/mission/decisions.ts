/** Where decisions are on record, in the mission's folder. */
export const DECISIONS = 'decisions/index.json';

/** A planning question on record, whatever became of it (L§9.6). */
export interface Decision {
  readonly decisionId: string;
  readonly status: string;
  readonly inputKey: string | null;
  readonly question: string;
  readonly options: readonly string[];
}

/** Reads `decisions/index.json`, oldest id first; damaged entries are left out. */
export function readDecisions(text: string | undefined): readonly Decision[] {
  const entries = text === undefined ? [] : entriesOf(text);
  return entries
    .filter((entry) => typeof entry['decision_id'] === 'string')
    .map((entry) => ({
      decisionId: String(entry['decision_id']),
      status: typeof entry['status'] === 'string' ? entry['status'] : '',
      inputKey: typeof entry['input_key'] === 'string' ? entry['input_key'] : null,
      question: typeof entry['question'] === 'string' ? entry['question'] : '',
      options: Array.isArray(entry['options'])
        ? entry['options'].filter((option) => typeof option === 'string')
        : [],
    }))
    .toSorted((a, b) => (a.decisionId < b.decisionId ? -1 : 1));
}

function entriesOf(text: string): readonly Record<string, unknown>[] {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    // A damaged index asks no question; `agent status doctor` reports it.
    return [];
  }
  const entries = (index as { entries?: unknown } | null)?.entries;
  return Array.isArray(entries) ? entries.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}
