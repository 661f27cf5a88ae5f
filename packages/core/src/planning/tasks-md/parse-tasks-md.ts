import { numbered } from '../../counted.ts';
import { dependencyDeclarations, type Declaration } from './dependency-declarations.ts';
import { markdownLines, type MarkdownLine } from './markdown-lines.ts';
import type { PlanningFinding, PlanningRule } from '../planning-finding.ts';
import { isForeignHeading, sectionHeading, tasksSections, type SectionLines } from './tasks-sections.ts';

/** What tasks.md says about one work package. */
export interface TasksSection {
  readonly id: string;
  /** Heading text after the id and its punctuation; may be empty. */
  readonly title: string;
  readonly line: number;
  /** In the order of L§4.2: forms 1, 2, 3; within a form in file order; without repeats. */
  readonly dependencies: readonly string[];
  /** Line of the first declaration that counts. */
  readonly dependencyLine: number | undefined;
  /** `T001` and the like, from table rows and check boxes, in file order. */
  readonly subtasks: readonly string[];
}

/** tasks.md as data: one entry for each section found, and everything that looked like more. */
export interface ParsedTasks {
  readonly sections: ReadonlyMap<string, TasksSection>;
  readonly warnings: readonly PlanningFinding[];
}

/** In the words, `<ids>` stands for the ids of the line. */
const IGNORED_BECAUSE: Readonly<Record<string, string>> = {
  'dependency-colon-in-bold': 'the colon is inside the bold text; write "**Dependencies**: <ids>"',
  'dependency-label': 'only the label "Dependencies" is read; write "**Dependencies**: <ids>"',
  'dependency-not-at-line-start': 'the declaration does not start its line or table cell',
  'dependency-ids-ignored':
    'ids are read only as a list separated by commas, ended by a full stop, ";", "(" or "#"',
  'dependency-list-ended':
    'a list of dependencies ends at the first line that is not a bullet with an id first',
  'dependency-in-fence': 'the line is inside fenced code',
};

/**
 * Reads the sections and explicit dependencies of tasks.md (L§4.1-4.2) outside fenced code.
 *
 * Prose is never interpreted. A repeated heading replaces the earlier section.
 */
export function parseTasksMd(text: string): ParsedTasks {
  const { lines, unclosedFence } = markdownLines(text);
  const sections = new Map<string, TasksSection>();
  const warnings: PlanningFinding[] = [];
  for (const part of tasksSections(lines)) {
    const earlier = sections.get(part.id);
    if (earlier) {
      const message = `${part.id} has a section at line ${earlier.line} already; this one replaces it.`;
      warnings.push(finding(part.line, 'heading-repeated', message));
    }
    const declarations = dependencyDeclarations(part.body);
    sections.set(part.id, toSection(part, declarations));
    warnings.push(...declarationWarnings(part, declarations));
  }
  warnings.push(...lines.flatMap((line) => headingWarnings(line, sections)));
  if (unclosedFence !== undefined) {
    const message = 'This code fence is never closed, so everything after it counts as code.';
    warnings.push(finding(unclosedFence, 'fence-unclosed', message));
  }
  return { sections, warnings: warnings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

function toSection(
  { id, title, line, body }: SectionLines,
  declarations: readonly Declaration[],
): TasksSection {
  const counting = declarations.filter(({ ids }) => ids.length > 0);
  const inFormOrder = counting.toSorted((a, b) => a.form - b.form);
  const subtasks = body.flatMap(
    ({ text }) => /^\s*(?:[-*]\s+\[[ xX]\]|\|)\s*\**(T\d{3})\b/.exec(text)?.[1] ?? [],
  );
  return {
    id,
    title,
    line,
    dependencies: [...new Set(inFormOrder.flatMap(({ ids }) => ids))],
    dependencyLine: counting[0]?.line,
    subtasks: [...new Set(subtasks)],
  };
}

function declarationWarnings(part: SectionLines, declarations: readonly Declaration[]): PlanningFinding[] {
  const foreign = part.body.find(isForeignHeading)?.number ?? Number.POSITIVE_INFINITY;
  return declarations.flatMap(({ line, ids, rule, ignored }) => {
    const found: PlanningFinding[] = [];
    if (ignored.length > 0) {
      const named = ignored.join(', ');
      const because = IGNORED_BECAUSE[rule]?.replace('<ids>', named);
      const message = `${part.id} does not depend on ${named} by this line: ${because}.`;
      found.push(finding(line, rule, message));
    }
    if (ids.length > 0 && line > foreign) {
      const message = `${ids.join(', ')} ${numbered(ids, 'counts', 'count')} as a dependency of ${part.id} although the heading at line ${foreign} begins another part.`;
      found.push(finding(line, 'dependency-after-other-heading', message));
    }
    return found;
  });
}

/** The section that a line lies in, judged by the last heading above it. */
function ownerOf(line: MarkdownLine, sections: ReadonlyMap<string, TasksSection>): string | undefined {
  const above = [...sections.values()].filter((section) => section.line <= line.number);
  return above.toSorted((a, b) => b.line - a.line)[0]?.id;
}

const HEADING_LIKE =
  /^\s{0,3}(#{1,6})[^\p{L}\p{N}#]*(?:(?:work\s+package\s+)?WP[\s_-]?|work\s+package\s+#?)(\d+)/iu;

function headingWarnings(line: MarkdownLine, sections: ReadonlyMap<string, TasksSection>): PlanningFinding[] {
  const { text, number, fenced } = line;
  const like = HEADING_LIKE.exec(text);
  if (!like) return [];
  const [, marks = '', digits = ''] = like;
  const recognised = sectionHeading(text);
  if (recognised) {
    const message = `The heading for ${recognised.id} is inside fenced code and begins no section.`;
    return fenced ? [finding(number, 'heading-in-fence', message)] : [];
  }
  if (fenced) return [];
  if (marks.length < 2 || marks.length > 3) {
    // A deeper heading that repeats its own section's id is a subheading, not an attempt at a section.
    if (`WP${digits}` === ownerOf(line, sections)) return [];
    const message = `"${marks}" begins no section: a work package's heading starts with "## " or "### ".`;
    return [finding(number, 'heading-level', message)];
  }
  const message = `This heading begins no section: write "## WP01" with exactly two digits, or "## Work Package 1".`;
  return [finding(number, 'heading-form', message)];
}

function finding(line: number, rule: PlanningRule, message: string): PlanningFinding {
  return { file: 'tasks.md', line, rule, message };
}
