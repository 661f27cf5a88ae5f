import { markdownLines } from '../planning/tasks-md/markdown-lines.ts';
import { withoutCode } from '../planning/tasks-md/without-code.ts';
import type { Decision } from './decisions.ts';

/** One `NEEDS CLARIFICATION` in a planning document. */
export interface Clarification {
  readonly file: string;
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** What stands after the marker's colon; may be empty. */
  readonly question: string;
  /** The decision whose id the line carries, on record or not. */
  readonly decisionId: string | null;
}

const MARKER = /\bNEEDS CLARIFICATION\b(?:\s*:\s*([^\]]*))?/g;
const DECISION = /\b[0-9A-HJKMNP-TV-Z]{26}\b/;
const SETTLED = new Set(['resolved', 'canceled']);

/**
 * Finds the markers of a document that are still open (L§9.6): no decision, one that is not on record, or one that
 * is neither resolved nor canceled.
 */
export function openClarifications(
  file: string,
  text: string | undefined,
  decisions: readonly Decision[],
): readonly Clarification[] {
  const settled = new Set(
    decisions.flatMap(({ decisionId, status }) => (SETTLED.has(status) ? [decisionId] : [])),
  );
  return clarifications(file, text).filter(
    ({ decisionId }) => decisionId === null || !settled.has(decisionId),
  );
}

/** Finds every marker of a document. Code, in fences or between backticks, only talks about markers. */
export function clarifications(file: string, text: string | undefined): readonly Clarification[] {
  if (!text?.includes('NEEDS CLARIFICATION')) return [];
  return markdownLines(text)
    .lines.filter(({ fenced, text: line }) => !fenced && line.includes('NEEDS CLARIFICATION'))
    .flatMap(({ text: line, number }) =>
      [...withoutCode(line).matchAll(MARKER)].map(({ index, 1: question = '' }, at, all) => ({
        file,
        line: number,
        column: index + 1,
        question: question.trim(),
        // What follows the next marker is that one's.
        decisionId: DECISION.exec(line.slice(index, all[at + 1]?.index))?.[0] ?? null,
      })),
    );
}
