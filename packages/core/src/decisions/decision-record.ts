import type { JsonObject } from '../status/rows/json-value.ts';

/** Path of a decision's own page, in the mission's folder. */
export function decisionPage(decisionId: string): string {
  return `decisions/DM-${decisionId}.md`;
}

const LOG = '## Change log';

/**
 * Text of `DM-<id>.md`: an entry of the index for people (L§9.6).
 *
 * @param before the page as it was: what its change log says stays.
 * @param change the line that is added to it.
 */
export function decisionPageText(entry: JsonObject, before: string | undefined, change: string): string {
  const options = Array.isArray(entry['options']) ? entry['options'].map(String) : [];
  const facts = [
    ['Mission', 'mission_slug'],
    ['Origin flow', 'origin_flow'],
    ['Step', 'step_id'],
    ['Slot key', 'slot_key'],
    ['Input key', 'input_key'],
    ['Status', 'status'],
    ['Created', 'created_at'],
    ['Resolved', 'resolved_at'],
    ['Resolved by', 'resolved_by'],
    ['Other answer', 'other_answer'],
  ] as const;
  const bullets = facts.flatMap(([name, key]) => {
    const value = entry[key];
    return value === null || value === undefined ? [] : [`- **${name}:** ${code(value)}`];
  });
  return `${[
    `# Decision Moment ${code(entry['decision_id'])}`,
    bullets.join('\n'),
    `## Question\n\n${text(entry['question'])}`,
    `## Options\n\n${options.length === 0 ? NONE : options.map((option) => `- ${option}`).join('\n')}`,
    `## Final answer\n\n${text(entry['final_answer'])}`,
    `## Rationale\n\n${text(entry['rationale'])}`,
    `${LOG}\n\n${[...changes(before), `- ${change}`].join('\n')}`,
  ].join('\n\n')}\n`;
}

const NONE = '_(none)_';

function text(value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : NONE;
}

function code(value: unknown): string {
  return `\`${String(value).replaceAll('`', "'")}\``;
}

function changes(before: string | undefined): readonly string[] {
  const at = before?.lastIndexOf(`\n${LOG}`) ?? -1;
  if (before === undefined || at < 0) return [];
  return before
    .slice(at)
    .split(/\r?\n/)
    .filter((line) => line.startsWith('- '));
}
