import type { PlanningRule } from '../planning-finding.ts';
import type { MarkdownLine } from './markdown-lines.ts';
import { isDependenciesHeading } from './tasks-sections.ts';

/** Ids that one line of tasks.md declares, and ids that it names in vain. */
export interface Declaration {
  readonly line: number;
  readonly ids: readonly string[];
  /** Which of the three forms of L§4.2 the line has; 0 is a near miss that declares nothing. */
  readonly form: 0 | 1 | 2 | 3;
  /** Why the ids in `ignored` do not count. */
  readonly rule: PlanningRule;
  readonly ignored: readonly string[];
}

const ID_LIST = String.raw`WP\d{2}(?!\d)(?:\s*,\s*WP\d{2}(?!\d))*`;
const DEPENDS_ON = new RegExp(String.raw`^\s*(?:[-*]\s+)?Depends?\s+on\s+(${ID_LIST})`, 'i');
const LABEL = /(?:^\s*(?:[-*]\s+)?|\|\s*)(?<bold>\*{0,2})Dependencies\k<bold>\s*:(?<value>[^|]*)/gi;
const LABEL_VALUE = new RegExp(String.raw`^(${ID_LIST})(?=\s*(?:$|[.;(#]))`, 'i');
const NOTHING = /^(?:\[\s*\]|none|no deps|no dependencies)/i;
const BULLET = /^\s*[-*]\s*(WP\d{2})(?!\d)/;

/** Finds every dependency declaration of one section and every attempt at one (L§4.2); each form in file order. */
export function dependencyDeclarations(body: readonly MarkdownLine[]): readonly Declaration[] {
  const inline = new Map(body.map((line) => [line.number, inlineDeclarations(line)]));
  const found = [...[...inline.values()].flat(), ...listDeclarations(body, inline)];
  return found.filter(({ ids, ignored }) => ids.length + ignored.length > 0);
}

/** Form 3, and the lines below such a heading that name packages without being a bullet of the list. */
function listDeclarations(
  body: readonly MarkdownLine[],
  inline: ReadonlyMap<number, readonly Declaration[]>,
): Declaration[] {
  const found: Declaration[] = [];
  let list: ListState = 'none';
  for (const line of body.filter(({ text }) => text.trim() !== '')) {
    const bullet = list === 'open' && !line.fenced ? BULLET.exec(line.text) : undefined;
    if (!line.fenced && /^\s*#/.test(line.text)) list = listBelow(line.text.trim());
    else if (bullet?.[1] !== undefined) {
      const ignored = continuedIds(line.text.slice(bullet[0].length));
      found.push({ line: line.number, ids: [bullet[1]], form: 3, rule: 'dependency-ids-ignored', ignored });
    } else if (list !== 'none') {
      list = 'ended';
      const text = line.text.replace(/^\s*[-*]\s+/, '');
      if (inline.get(line.number)?.length === 0) found.push(nearMiss(line, text, 'dependency-list-ended'));
    }
  }
  return found;
}

type ListState = 'none' | 'open' | 'ended';

function listBelow(heading: string): ListState {
  if (isDependenciesHeading(heading)) return 'open';
  return /^#{1,6}\s*\W{0,3}Dependenc(?:y|ies)\W{0,3}$/i.test(heading) ? 'ended' : 'none';
}

function inlineDeclarations(line: MarkdownLine): Declaration[] {
  const found = inlineForms(line);
  if (!line.fenced) return found.length > 0 ? found : attempts(line);
  return found.map((one) => ({
    ...one,
    ids: [],
    form: 0,
    rule: 'dependency-in-fence',
    ignored: [...one.ids, ...one.ignored],
  }));
}

function inlineForms(line: MarkdownLine): Declaration[] {
  const phrase = DEPENDS_ON.exec(line.text);
  const first =
    phrase?.[1] === undefined ? [] : [declaration(line, 1, phrase[1], line.text.slice(phrase[0].length))];
  const labelled = [...line.text.matchAll(LABEL)].map(({ groups }): Declaration => {
    const value = groups?.['value']?.trim() ?? '';
    const nested = DEPENDS_ON.exec(value);
    const ids = nested?.[1] ?? LABEL_VALUE.exec(value)?.[1];
    if (NOTHING.test(value)) return declaration(line, 2, '', '');
    if (ids === undefined) return nearMiss(line, value, 'dependency-ids-ignored');
    return declaration(line, 2, ids, value.slice((nested?.[0] ?? ids).length));
  });
  return [...first, ...labelled];
}

function declaration(line: MarkdownLine, form: 1 | 2, ids: string, rest: string): Declaration {
  const ignored = continuedIds(rest);
  return { line: line.number, ids: idsIn(ids), form, rule: 'dependency-ids-ignored', ignored };
}

/** Wordings that people mean as a declaration and that never were one. */
function attempts(line: MarkdownLine): Declaration[] {
  const colonInside = /\*\*(?:Dependencies|Depends on):\*\*(.*)$/i.exec(line.text);
  if (colonInside?.[1] !== undefined) return [nearMiss(line, colonInside[1], 'dependency-colon-in-bold')];
  const label = /[*_]{0,2}\bDepends on[*_]{0,2}\s*:(.*)$/i.exec(line.text);
  if (label?.[1] !== undefined) return [nearMiss(line, label[1], 'dependency-label')];
  const inside = /\bDependenc(?:y|ies)[*_]{0,2}\s*:(.*)$/i.exec(line.text);
  if (inside?.[1] !== undefined) return [nearMiss(line, inside[1], 'dependency-not-at-line-start')];
  const phrase = /^\s*(?:[-*+]\s+)?[*_]{0,2}Depends? on\b(.*)$/i.exec(line.text);
  return phrase?.[1] === undefined ? [] : [nearMiss(line, phrase[1], 'dependency-ids-ignored')];
}

function nearMiss(line: MarkdownLine, text: string, rule: PlanningRule): Declaration {
  const clause = /^.*?(?=\||\s·\s|\.\s|$)/.exec(text)?.[0] ?? '';
  const outside = idsIn(clause.replaceAll(/\([^)]*\)/g, ' '));
  const named = outside.length > 0 ? outside : idsIn(clause);
  const ignored = NOTHING.test(clause.trim()) ? [] : named;
  return { line: line.number, ids: [], form: 0, rule, ignored };
}

/** Ids that carry a list on with something other than a comma, as in `; WP03` or ` and WP03`. */
function continuedIds(rest: string): string[] {
  const run =
    /^(?:[\s,;&+/–—-]|\band\b|\bor\b|\bto\b|\bthrough\b|\.\.)+WP\d+(?:[\s,;&+/–—-]|\band\b|WP\d+)*/i;
  return idsIn(run.exec(rest.replaceAll(/\([^)]*\)/g, ' '))?.[0] ?? '');
}

function idsIn(text: string): string[] {
  return [...new Set((text.match(/WP\d+/gi) ?? []).map((id) => id.toUpperCase()))];
}
