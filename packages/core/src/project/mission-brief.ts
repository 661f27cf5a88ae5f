import { quotedYaml } from '../planning/frontmatter/quoted-yaml.ts';

/** What somebody wants, before there is a mission for it: one slot, taken up by `specify` (L§9.9). */
export const MISSION_BRIEF = '.kittify/mission-brief.md';
/** Where it came from, for programs. */
export const BRIEF_SOURCE = '.kittify/brief-source.yaml';

/** Where a brief came from. */
export interface BriefOrigin {
  /** Path in the repository, the name of a file elsewhere, or `stdin`. */
  readonly source: string;
  /** ISO time. */
  readonly at: string;
  /** SHA-256 of the text as it was given. */
  readonly hash: string;
}

/** Text of the brief: two comments that say where it came from, then what was given. */
export function briefText(text: string, { source, at, hash }: BriefOrigin): string {
  // Neither may end the comment, nor the line.
  const named = JSON.stringify(source).replaceAll('--', '-\\u002d');
  return `<!-- spec-kitty intake: from ${named} at ${at} -->\n<!-- brief_hash: ${hash} -->\n\n${text.trim()}\n`;
}

/** Its text once a mission has taken it up: one comment more, nothing else changes. */
export function takenBrief(text: string, mission: string): string {
  const [head = ''] = HEAD.exec(text) ?? [];
  const rest = text.slice(head.length);
  const gap = head === '' ? '\n' : '';
  return `${head}<!-- ${TAKEN} ${mission} -->\n${gap}${rest}`;
}

/** Directory of the mission that has taken it up; `null` while it is for the next one. */
export function takerOf(text: string): string | null {
  const [head = ''] = HEAD.exec(text) ?? [];
  return new RegExp(`^<!-- ${TAKEN} (\\S+) -->\r?$`, 'm').exec(head)?.[1] ?? null;
}

const TAKEN = 'spec-kitty: taken up by';
const HEAD = /^(?:<!-- .* -->\r?\n)*/;

/** Text of `brief-source.yaml`. */
export function briefSourceText({ source, at, hash }: BriefOrigin): string {
  const keys = { brief_hash: hash, ingested_at: at, source_file: source };
  return Object.entries(keys)
    .map(([key, value]) => `${key}: ${quotedYaml(value)}\n`)
    .join('');
}
