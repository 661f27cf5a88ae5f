import { few } from '../../few.ts';

/** What a reviewer has left in the worktree that it was to look at, and is put away again. */
export interface LeftWork {
  /** Files that were other than it got them. */
  readonly files: readonly string[];
  /** Commit that it got, and the one that it left. */
  readonly given: string;
  readonly commit: string;
  /** File that has the change, as `git apply` takes it. */
  readonly patch: string;
  /** Ref that keeps all of it. */
  readonly kept: string;
}

/** Why a verdict beside it is none. */
export function whyNoVerdict({ files, given, commit }: LeftWork): string {
  const what = commit === given ? `changed ${few(files)}` : `left the lane at ${commit}, not at ${given}`;
  return `The reviewer has ${what}, so its verdict is not about what it was given; that is put back, and kept.`;
}

/** What became of it, for people. */
export function leftSentence({ files, patch, kept }: LeftWork): string {
  const what = files.length === 0 ? 'commits' : few(files);
  return `It has left ${what} in the worktree, which is as it was again; that is kept in ${patch} and as ${kept}.`;
}
