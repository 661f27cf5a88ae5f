import type { PlanningFinding } from '../planning/planning-finding.ts';
import { markdownLines, type MarkdownLine } from '../planning/tasks-md/markdown-lines.ts';
import { withoutCode } from '../planning/tasks-md/without-code.ts';
import type { RuleName } from './check-rules.ts';

/** One thing that `check` found; the rule's row says how much it weighs and how to mend it. */
export interface CheckFinding extends Pick<PlanningFinding, 'file' | 'line' | 'message'> {
  readonly rule: RuleName;
  /** Counted from 1, in UTF-16 units; absent where the finding is about the line. */
  readonly column?: number;
}

/** One document of the mission's folder, its code blanked: code only talks about what rules look for. */
export interface PlanningDocument {
  readonly file: string;
  readonly text: string;
  readonly lines: readonly MarkdownLine[];
}

/** Reads a document for all rules at once. */
export function planningDocument(file: string, text: string): PlanningDocument {
  const { lines } = markdownLines(text);
  return {
    file,
    text,
    lines: lines.map((line) => ({ ...line, text: line.fenced ? '' : withoutCode(line.text) })),
  };
}
