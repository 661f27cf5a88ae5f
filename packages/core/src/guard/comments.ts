import type ts from 'typescript';
import type { Syntax } from './syntax.ts';

/** A comment, as it stands. */
export interface Comment {
  readonly pos: number;
  readonly end: number;
  readonly text: string;
}

/** Every comment of a file by its position; text that only looks like one is none. */
export function commentsOf({ api, file }: Syntax): readonly Comment[] {
  const { text } = file;
  const found = new Map<number, Comment>();
  const plain: (readonly [number, number])[] = [];
  const add = (ranges: readonly ts.CommentRange[] | undefined) => {
    for (const { pos, end } of ranges ?? []) found.set(pos, { pos, end, text: text.slice(pos, end) });
  };
  const visit = (node: ts.Node): void => {
    if (api.isJsxText(node)) plain.push([node.pos, node.end]);
    const parts = node.getChildren(file);
    if (parts.length === 0) {
      add(api.getLeadingCommentRanges(text, node.pos));
      add(api.getTrailingCommentRanges(text, node.end));
    }
    for (const part of parts) visit(part);
  };
  visit(file);
  return [...found.values()]
    .filter(({ pos }) => !plain.some(([from, to]) => from <= pos && pos < to))
    .toSorted((a, b) => a.pos - b.pos);
}
