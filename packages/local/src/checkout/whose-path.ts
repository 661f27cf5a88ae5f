import type { Entry } from '../git/tree-changes.ts';
import type { Content } from './checkout-content.ts';

/** Everything that tells who has made a path of a checkout what it is, after a move of it was interrupted. */
export interface PathFacts {
  readonly was: Entry;
  readonly becomes: Entry;
  /** In the commit that the checkout is on, once the move is undone. */
  readonly head: Entry;
  readonly staged: Entry;
  /** What was staged before the move. */
  readonly kept: Entry;
  readonly content: Content | undefined;
}

/**
 * Whose a path is: `move`'s, which takes it back; of somebody who has `edited` or `staged` something since; `taken` along
 * by a commit, with what the move made of it; or of `another` branch, which has nothing of the move.
 */
export function whosePath({
  was,
  becomes,
  head,
  staged,
  kept,
  content,
}: PathFacts): 'move' | 'edited' | 'staged' | 'taken' | 'another' {
  if (head !== was) return head === becomes || isContent(content, becomes) ? 'taken' : 'another';
  if (staged !== undefined && ![was, becomes, kept].includes(staged)) return 'staged';
  return content?.kind !== 'file' || isContent(content, was) || isContent(content, becomes)
    ? 'move'
    : 'edited';
}

function isContent(content: Content | undefined, entry: Entry): boolean {
  return content?.kind === 'file' && content.id === entry?.split(' ')[1];
}
