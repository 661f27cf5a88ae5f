/** One line of a Markdown text, without its line ending. */
export interface MarkdownLine {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** Inside a fenced code block, or one of its two fences. */
  readonly fenced: boolean;
}

/** A text as lines. */
export interface MarkdownText {
  readonly lines: readonly MarkdownLine[];
  /** Line of a fence that nothing closes, so that everything after it counts as code. */
  readonly unclosedFence: number | undefined;
}

interface Fence {
  readonly marker: string;
  readonly line: number;
  /** Column at which the content of the list item that holds the fence begins; 0 outside lists. */
  readonly container: number;
}

/**
 * Splits a text into lines and marks fenced code as CommonMark does: at least three backticks or
 * tildes, indented at most three columns within their list item, closed by the same marker or by the
 * end of that list item.
 */
export function markdownLines(text: string): MarkdownText {
  const lines: MarkdownLine[] = [];
  let fence: Fence | undefined;
  let containers: number[] = [];
  const texts = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, line] of texts.entries()) {
    // A blank line ends nothing.
    const indent = /\S/.test(line) ? columns(line) : Number.POSITIVE_INFINITY;
    const inside = holding(fence, indent);
    containers = containers.filter((column) => column <= indent);
    const opened = inside ? undefined : openFence(line, index + 1, containers);
    lines.push({ text: line, number: index + 1, fenced: inside !== undefined || opened !== undefined });
    if (!inside && !opened) containers.push(...listContent(line));
    fence = inside && closes(line, inside.marker) ? undefined : (inside ?? opened);
  }
  return { lines, unclosedFence: fence?.line };
}

/** A fence in a list item ends with the item, closed or not. */
function holding(fence: Fence | undefined, indent: number): Fence | undefined {
  return fence && indent >= fence.container ? fence : undefined;
}

function openFence(line: string, number: number, containers: readonly number[]): Fence | undefined {
  const marker = /^\s*(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
  const container = containers.at(-1) ?? 0;
  return marker !== undefined && columns(line) - container <= 3
    ? { marker, line: number, container }
    : undefined;
}

function closes(line: string, marker: string): boolean {
  const match = /^\s*(`+|~+)\s*$/.exec(line)?.[1];
  return match !== undefined && match[0] === marker[0] && match.length >= marker.length;
}

/** Column at which the content of a list item begins, if the line begins one. */
function listContent(line: string): number[] {
  const bullet = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?=\S)/.exec(line)?.[0];
  return bullet === undefined ? [] : [columns(bullet.replaceAll(/\S/g, ' '))];
}

/** Width of the white space that a line begins with. */
function columns(line: string): number {
  let column = 0;
  for (const char of /^[ \t]*/.exec(line)?.[0] ?? '') column += char === '\t' ? 4 - (column % 4) : 1;
  return column;
}
