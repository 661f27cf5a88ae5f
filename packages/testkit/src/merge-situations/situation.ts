/** A file of a tree; a plain text is an ordinary file. */
export type Content =
  | string
  | { readonly mode: '100755' | '120000'; readonly text: string }
  | { readonly mode: '160000'; readonly commit: string };

/** Files by path. */
export type Files = Readonly<Record<string, Content>>;

/** What a commit does to the files of its first parent; `null` deletes one. */
export type Changes = Readonly<Record<string, Content | null>>;

/** One commit of a history; its parents are named, and come before it. */
export interface SituationCommit {
  readonly parents: readonly string[];
  readonly changes: Changes;
}

/** What a merge must come to. */
export type MergeOutcome =
  /** Every file there is in the end. */
  | { readonly files: Files }
  /** `<lane>: <kind> <path>`, sorted. */
  | { readonly conflicts: readonly string[] }
  | { readonly refused: 'UNRELATED_HISTORIES' | 'LANDING_REVERTED' };

/** A history to merge, and what must come out of it. */
export interface Situation {
  readonly name: string;
  /** Commits by name; `target` is the target's tip. */
  readonly history: Readonly<Record<string, SituationCommit>>;
  /** Names of the commits that are merged, in order. */
  readonly lanes: readonly string[];
  readonly outcome: MergeOutcome;
  /** What an ordinary `git merge` makes of it where that is something else. */
  readonly git?: MergeOutcome;
}

type Sides = Readonly<Record<'base' | 'target' | 'lane', Changes | readonly Changes[]>>;

/** One lane and a target that have gone apart from one base; a side with several steps has that many commits. */
export function apart(name: string, sides: Sides, outcome: MergeOutcome, git?: MergeOutcome): Situation {
  const history: Record<string, SituationCommit> = {};
  for (const side of ['base', 'target', 'lane'] as const) {
    const found = sides[side];
    const steps: readonly Changes[] = Array.isArray(found) ? found : [found as Changes];
    let parents = side === 'base' ? [] : ['base'];
    for (const [index, changes] of steps.entries()) {
      const step = index === steps.length - 1 ? side : `${side}${index}`;
      history[step] = { parents, changes };
      parents = [step];
    }
  }
  return { name, history, lanes: ['lane'], outcome, ...(git && { git }) };
}

/** An executable file. */
export const program = (text: string): Content => ({ mode: '100755', text });

/** A symbolic link. */
export const link = (text: string): Content => ({ mode: '120000', text });

/** A submodule at the commit of a number. */
export const submodule = (number: number): Content => ({
  mode: '160000',
  commit: String(number).repeat(40).slice(0, 40),
});

/** Nine numbered lines, some replaced; far enough apart that two edits do not touch. */
export function nine(edits: Readonly<Record<number, string>> = {}, end = '\n'): string {
  return Array.from({ length: 9 }, (_, at) => `${edits[at + 1] ?? `line ${at + 1}`}${end}`).join('');
}
