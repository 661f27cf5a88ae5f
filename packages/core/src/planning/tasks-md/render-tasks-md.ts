import type { WpsEntry } from '../parse-wps-yaml.ts';

/** Writes tasks.md from wps.yaml (L§4.6); parsing it again gives the same packages and dependencies. */
export function renderTasksMd(mission: string, packages: readonly WpsEntry[]): string {
  const parts = packages.map((entry) => {
    const facts = [
      ['Dependencies', entry.dependencies?.join(', ') || 'None'],
      ['Requirement Refs', entry.requirementRefs?.join(', ')],
      ['Plan Concerns', entry.planConcernRefs.join(', ')],
      ['Owned Files', entry.ownedFiles?.join(', ')],
      ['Subtasks', entry.subtasks?.join(', ')],
      ['Prompt', entry.promptFile === undefined ? undefined : `\`${entry.promptFile}\``],
    ].filter(([, value]) => value !== undefined && value !== '');
    const lines = facts.map(([label, value]) => `**${label}**: ${oneLine(value ?? '')}`);
    return `## Work Package ${entry.id}: ${oneLine(entry.title)}\n\n${lines.join('\n')}\n`;
  });
  const note = 'Written by `finalize-tasks` from `wps.yaml`; change that file, not this one.';
  return [`# Work Packages: ${mission}\n\n${note}\n`, ...parts].join('\n---\n\n');
}

/** A title or path with a line break in it would otherwise start a line of its own, and be parsed. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\u2028\u2029]+/g, ' ').trim();
}
