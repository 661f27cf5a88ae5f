import type { PhantomCase } from './phantom-case.ts';

/** What the engine made of one case. */
export interface PhantomOutcome {
  readonly one: PhantomCase;
  readonly isApproved: boolean;
  /** Why it was not, in the words of whoever found it; empty where it was. */
  readonly told: string;
}

/** A table of outcomes under a heading; nothing in it depends on where or when it was made. */
export function phantomTable(heading: string, outcomes: readonly PhantomOutcome[]): string {
  const rows = outcomes.map(({ one, isApproved, told }) => {
    const found = isApproved ? `**not caught.** ${one.uncaught ?? ''}` : firstOf(told);
    return `| ${one.name} | ${found.trim()} |`;
  });
  return [`## ${heading}`, '', '| What is tried | What becomes of it |', '| --- | --- |', ...rows, ''].join(
    '\n',
  );
}

function firstOf(told: string): string {
  const plain = told
    .replaceAll(/\b[0-9a-f]{40}\b/g, '`<commit>`')
    .replaceAll(/\/\S*\/(?=\.worktrees|c\d\d)/g, '')
    .replaceAll(/: \/\S+/g, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
  return plain.length > 170 ? `${plain.slice(0, 170).trimEnd()} …` : plain;
}
