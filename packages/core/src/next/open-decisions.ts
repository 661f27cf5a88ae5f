import type { OpenDecision } from './decide-next.ts';

/** Reads the open planning questions from `decisions/index.json`, oldest id first (L§9.6); damaged entries are left out. */
export function openDecisions(text: string | undefined): readonly OpenDecision[] {
  const entries = text === undefined ? [] : entriesOf(text);
  return entries
    .filter((entry) => entry['status'] === 'open' && typeof entry['decision_id'] === 'string')
    .map((entry) => ({
      decisionId: String(entry['decision_id']),
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
