import type { MarkdownLine } from '../planning/tasks-md/markdown-lines.ts';
import { type Declared, requirementDeclarations } from '../planning/requirements.ts';
import type { CheckFinding, PlanningDocument } from './check-finding.ts';

/** Rules about spec.md alone, and about ids that other documents take from it. */
export function requirementFindings(
  spec: PlanningDocument | undefined,
  citing: readonly PlanningDocument[],
): readonly CheckFinding[] {
  if (spec === undefined) return [];
  const { text, lines } = spec;
  const declared = requirementDeclarations(text);
  return [
    ...repeated(declared, lines),
    ...undeclared(declared, citing),
    ...withoutCriterion(declared, lines),
    ...storiesWithoutScenario(lines),
  ];
}

const HEADING = /^(#{1,6})\s+(.*)$/;

/** Only sections about requirements declare: a table that traces them to something else names them again. */
function repeated(declared: readonly Declared[], lines: readonly MarkdownLine[]): CheckFinding[] {
  const sections = headingsAbove(lines);
  const inSection = declared.filter(({ line }) => /requirement|constraint/i.test(sections[line - 1] ?? ''));
  const first = new Map<string, Declared>();
  return inSection.flatMap((one): CheckFinding[] => {
    const earlier = first.get(one.id);
    if (!earlier) first.set(one.id, one);
    if (!earlier || words(earlier.text) === words(one.text)) return [];
    const message = `${one.id} is declared at line ${earlier.line} already, with other words.`;
    return [{ rule: 'requirement-repeated', file: 'spec.md', line: one.line, message }];
  });
}

/** Text of the nearest heading above each line. */
function headingsAbove(lines: readonly MarkdownLine[]): readonly string[] {
  let heading = '';
  return lines.map(({ text }) => (heading = HEADING.exec(text)?.[2] ?? heading));
}

function words(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** A spec that declares nothing is told so by another rule. */
function undeclared(declared: readonly Declared[], citing: readonly PlanningDocument[]): CheckFinding[] {
  const known = new Set(declared.map(({ id }) => id));
  if (known.size === 0) return [];
  return citing.flatMap(({ file, lines }) => {
    const seen = new Set<string>();
    return lines.flatMap(({ text: line, number }) =>
      [...line.matchAll(/\b(?:FR|NFR|C)-\d{3}\b(?!-)/g)].flatMap(({ 0: id, index }): CheckFinding[] => {
        if (known.has(id) || seen.has(id)) return [];
        seen.add(id);
        const message = `${id} is not declared in spec.md.`;
        return [{ rule: 'requirement-undeclared', file, line: number, column: index + 1, message }];
      }),
    );
  });
}

const CRITERIA = /accept|success criteria|scenario|definition of done|verif|test/i;

/**
 * A requirement has a criterion in a column of its own table or in its own list item, where some criterion names it, or,
 * in a spec whose criteria mostly name no requirements, by there being any.
 */
function withoutCriterion(declared: readonly Declared[], lines: readonly MarkdownLine[]): CheckFinding[] {
  const sections = headingsAbove(lines);
  const criteria = lines.filter(
    ({ text, number }) =>
      /^\s*(?:[-*|>]|\d+[.)])/.test(text) &&
      (CRITERIA.test(sections[number - 1] ?? '') || /\bGiven\b.*\b[Ww]hen\b/.test(text)),
  );
  const named = new Set(
    criteria.flatMap(({ text }) => text.match(/\bFR-\d+\b/gi) ?? []).map((id) => id.toUpperCase()),
  );
  const functional = declared.filter(
    ({ id }, at) => id.startsWith('FR-') && declared.findIndex((other) => other.id === id) === at,
  );
  const usual = functional.filter(({ id }) => named.has(id)).length * 2 >= functional.length;
  const rows = functional.map((one) => ({
    ...one,
    cell: criterionCell(one, lines) ?? criterionInItem(one, lines),
  }));
  return rows.flatMap(({ id, line, cell }): CheckFinding[] => {
    const met = cell === undefined ? named.has(id) || (criteria.length > 0 && !usual) : cell !== '';
    const message = `${id} has no acceptance criterion.`;
    return met ? [] : [{ rule: 'criterion-missing', file: 'spec.md', line, message }];
  });
}

/** The cell of a requirement's row below a header about acceptance; `undefined` where there is no such column. */
function criterionCell({ line, text }: Declared, lines: readonly MarkdownLine[]): string | undefined {
  if (!text.trimStart().startsWith('|')) return undefined;
  let top = line - 1;
  while (lines[top - 1]?.text.trimStart().startsWith('|')) top -= 1;
  const column = cells(lines[top]?.text ?? '').findIndex((head) => /accept|criteri|verif|proof/i.test(head));
  return column < 0 ? undefined : (cells(text)[column] ?? '').replace(/^\[[^\]]*\]$/, '');
}

const IN_ITEM =
  /\b(?:accepted (?:when|if)|acceptance(?: criteri(?:on|a))?:|verified (?:by|when))[\s*_:]*(?!\[[^\]]*\]\W*$)[^\s*_:]/im;

/** What a requirement's list item says about acceptance, on its line or on those that belong to it. */
function criterionInItem({ line, text }: Declared, lines: readonly MarkdownLine[]): string | undefined {
  const item = [text];
  let isApart = false;
  for (const { text: next } of lines.slice(line)) {
    const isBlank = next.trim() === '';
    const isDeeper = indentOf(next) > indentOf(text);
    if (!isBlank && !isDeeper && (isApart || /^\s*(?:[-*+#|>]|\d+[.)])/.test(next))) break;
    item.push(next);
    isApart = isBlank;
  }
  return IN_ITEM.exec(item.join('\n'))?.[0];
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function cells(row: string): readonly string[] {
  return row
    .trim()
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** A story without a scenario below its heading, in a spec where other stories have some. */
function storiesWithoutScenario(lines: readonly MarkdownLine[]): CheckFinding[] {
  const stories = lines.flatMap(({ text, number }) => {
    const [, marks = '', title = ''] = HEADING.exec(text) ?? [];
    return /^(?:user )?story \d+\b/i.test(title) ? [{ title, level: marks.length, number }] : [];
  });
  return stories.flatMap(({ title, level, number }): CheckFinding[] => {
    const rest = lines.slice(number);
    const end = rest.findIndex(({ text }) => (HEADING.exec(text)?.[1]?.length ?? 7) <= level);
    const body = (end < 0 ? rest : rest.slice(0, end)).map(({ text }) => text).join('\n');
    if (/accept|scenario|\bgiven\b[^]*\bwhen\b|independent test/i.test(body)) return [];
    const message = `${title.split(/\s[-—–]|:/)[0] ?? title} has no acceptance scenario.`;
    return [{ rule: 'story-without-scenario', file: 'spec.md', line: number, message }];
  });
}
