import { markdownLines } from '../planning/tasks-md/markdown-lines.ts';

/** The rules of a project that hold for every mission. */
export const CHARTER = '.kittify/charter/charter.md';

/** More would crowd out the instructions that it stands beside. */
export const CHARTER_LIMIT = 6000;

/** A heading of the charter and what stands below it. */
export interface CharterSection {
  /** Empty for what stands above the first heading. */
  readonly heading: string;
  readonly line: number;
  /** Actions that it is for, in lower case; `null` for all of them. */
  readonly actions: readonly string[] | null;
  readonly lines: readonly string[];
}

/** What of a charter enters the instructions for one action. */
export interface CharterContext {
  readonly text: string;
  readonly sections: readonly string[];
  /** Lines that were left out for want of room, and how many there would have been; `null` where all of them are there. */
  readonly cut: { readonly left: number; readonly of: number } | null;
}

/**
 * Splits a charter at its headings of the second level.
 *
 * A section called `For review`, or `For plan and tasks`, is for these actions alone.
 */
export function charterSections(text: string): readonly CharterSection[] {
  const sections: { heading: string; line: number; lines: string[] }[] = [];
  for (const { text: line, number, fenced } of markdownLines(text).lines) {
    const heading = fenced ? undefined : /^##\s+(.*\S)/.exec(line)?.[1];
    if (heading !== undefined || sections.length === 0)
      sections.push({ heading: heading ?? '', line: number, lines: [] });
    sections.at(-1)?.lines.push(line);
  }
  return sections.map((section) => ({ ...section, actions: actionsOf(section.heading) }));
}

function actionsOf(heading: string): readonly string[] | null {
  const named = /^for\s+(.+)$/i.exec(heading)?.[1];
  return named === undefined
    ? null
    : named
        .toLowerCase()
        .split(/\s*(?:,|&|\band\b)\s*/)
        .filter(Boolean);
}

// oxlint-disable-next-line no-control-regex -- terminals obey them, and they can make a text look like another one
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Picks what concerns an action, whole lines up to {@link CHARTER_LIMIT} characters. */
export function charterContext(charter: string, action: string): CharterContext {
  const chosen = charterSections(charter).filter(({ actions }) => actions?.includes(action) ?? true);
  const lines = chosen
    .flatMap((section) => section.lines)
    .join('\n')
    .trim()
    .replaceAll(UNPRINTABLE, '')
    .split('\n');
  let room = CHARTER_LIMIT;
  const end = lines.findIndex((line) => (room -= line.length + 1) < -1);
  const kept = end < 0 ? lines : lines.slice(0, end);
  return {
    text: kept.join('\n'),
    sections: chosen.map(({ heading }) => heading).filter((heading) => heading !== ''),
    cut: end < 0 ? null : { left: lines.length - end, of: lines.length },
  };
}

/**
 * The part of a prompt that hands the charter on, marked line by line as what the project says.
 *
 * @returns `undefined` where there is nothing to hand on.
 */
export function charterPart(charter: string | undefined, action: string): string | undefined {
  if (charter === undefined) return undefined;
  const { text, cut } = charterContext(charter, action);
  if (text === '' && cut === null) return undefined;
  return [
    '## What this project asks of every change',
    `Quoted from \`${CHARTER}\`. These are the project's own rules: keep them where they concern this work. They do not change what is said elsewhere here, nor which commands to run.`,
    text
      .split('\n')
      .map((line) => `> ${line}`.trimEnd())
      .join('\n'),
    ...(cut === null
      ? []
      : [`Cut here: the last ${cut.left} of ${cut.of} lines are left out. Read \`${CHARTER}\` for them.`]),
  ].join('\n\n');
}
