import { Fault } from '../fault.ts';
import { shellWord } from '../shell-word.ts';
import type { Mission } from '../ports/mission-store.ts';

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

/** Those that nobody has answered, put off or canceled. */
export function unanswered(decisions: readonly Decision[]): readonly Decision[] {
  return decisions.filter(({ status }) => status === 'open');
}

/** How a mission waits for an answer, in words. */
export function unansweredWords({ question, decisionId }: Decision): string {
  return `the question ${question === '' ? decisionId : `"${question}"`} has no answer`;
}

/** The command that answers the first of some; nothing without any. */
export function answerHints([first]: readonly Decision[], handle: string): readonly string[] {
  if (first === undefined) return [];
  return [
    `Answer it with \`spec-kitty agent decision resolve ${shellWord(first.decisionId)} --final-answer "<answer>" --mission ${shellWord(handle)}\`.`,
  ];
}

/** Refuses to end as accepted what waits for an answer. @throws Fault `MISSION_NOT_READY`. */
export function requireAnswered({ directory, files }: Pick<Mission, 'directory' | 'files'>): void {
  const open = unanswered(readDecisions(files.read(DECISIONS)));
  if (open.length === 0) return;
  const list = open.map(unansweredWords).join('; ');
  throw new Fault('refused', 'MISSION_NOT_READY', `The mission is not ready to merge: ${list}.`, {
    hints: answerHints(open, directory),
    details: { mission_slug: directory, open_decisions: open.map(({ decisionId }) => decisionId) },
  });
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
