import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandPrompt } from '@spec-kitty/core/agents/plan-command-files';
import { splitFrontmatter } from '@spec-kitty/core/planning/frontmatter/split-frontmatter';

/** Commands that agents get, in the order of a mission's life; each is a file in `packages/cli/prompts`. */
export const COMMANDS = [
  'charter',
  'specify',
  'clarify',
  'plan',
  'tasks',
  'analyze',
  'implement',
  'review',
  'accept',
  'merge',
  'status',
  'retrospect',
] as const;

/** Reads the prompts that came with the program. */
export function commandPrompts(): readonly CommandPrompt[] {
  const folder = path.join(packageFolder(), 'prompts');
  return COMMANDS.map((name) => {
    const text = readFileSync(path.join(folder, `${name}.md`), 'utf8').replaceAll('\r\n', '\n');
    const split = splitFrontmatter(text);
    const description = /^description: (.+)\n$/.exec(split?.yaml ?? '')?.[1];
    if (!split || description === undefined) throw new Error(`The prompt "${name}" has no description.`);
    return { name, description, body: split.body };
  });
}

/** Folder of this program's package; sources and bundle lie at different depths below it. */
export function packageFolder(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'prompts', 'specify.md'))) return folder;
    if (path.dirname(folder) === folder)
      throw new Error('The prompts that belong to this program are missing.');
  }
}
