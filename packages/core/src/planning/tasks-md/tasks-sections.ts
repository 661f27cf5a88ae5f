import type { MarkdownLine } from './markdown-lines.ts';

/** One section of tasks.md, bounded as L§4.1 says. */
export interface SectionLines {
  readonly id: string;
  readonly title: string;
  /** Line of the heading. */
  readonly line: number;
  /** Everything below the heading. */
  readonly body: readonly MarkdownLine[];
}

interface Heading {
  readonly id: string;
  readonly title: string;
  readonly index: number;
}

/**
 * Cuts tasks.md into its sections, in file order, repeats included.
 *
 * Only the last section ends at a foreign `## ` heading: that is what every existing mission was
 * parsed with (L§4.1).
 */
export function tasksSections(lines: readonly MarkdownLine[]): SectionLines[] {
  const headings = lines.flatMap((line, index): Heading[] => {
    const found = line.fenced ? undefined : sectionHeading(line.text);
    return found ? [{ ...found, index }] : [];
  });
  return headings.map(({ id, title, index }, position) => {
    const next = headings[position + 1];
    const rest = lines.slice(index + 1, next?.index);
    const end = next ? -1 : rest.findIndex(isForeignHeading);
    return { id, title, line: index + 1, body: end < 0 ? rest : rest.slice(0, end) };
  });
}

/** Reads a line as the heading of a work package's section, if it is one (L§4.1). */
export function sectionHeading(line: string): { readonly id: string; readonly title: string } | undefined {
  const heading = /^##{1,2} (.*)$/.exec(line)?.[1]?.trim();
  if (heading === undefined) return undefined;
  const named = /^(?:Work Package\s+)?(?<id>WP\d{2})(?![\p{L}\p{N}_])(?<title>.*)$/u.exec(heading);
  const numbered = /^Work Package (?<id>\d{1,2})(?=$|[\s—:-])(?<title>.*)$/.exec(heading);
  const { id, title = '' } = named?.groups ?? numbered?.groups ?? {};
  if (id === undefined) return undefined;
  return {
    id: id.startsWith('WP') ? id : `WP${id.padStart(2, '0')}`,
    title: title.replace(/^[\s:—–-]+/u, '').trim(),
  };
}

/** Tells whether a line is a `## ` heading that belongs to no package and declares no dependencies. */
export function isForeignHeading(line: MarkdownLine): boolean {
  return (
    !line.fenced &&
    line.text.startsWith('## ') &&
    sectionHeading(line.text) === undefined &&
    !isDependenciesHeading(line.text)
  );
}

/** Tells whether a line is the heading above a list of dependencies: form 3 of L§4.2. */
export function isDependenciesHeading(line: string): boolean {
  return /^#{1,4}\s*\*{0,2}Dependencies\*{0,2}\s*$/i.test(line.trim());
}
