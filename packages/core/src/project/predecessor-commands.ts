/** Where the predecessor put the commands of an agent, over all its versions. */
const PLACES: readonly (readonly [agent: string, pattern: string])[] = [
  ['claude', '.claude/commands/spec-kitty.*.md'],
  ['gemini', '.gemini/commands/spec-kitty.*.toml'],
  ['copilot', '.github/prompts/spec-kitty.*.prompt.md'],
  ['cursor', '.cursor/commands/spec-kitty.*.md'],
  ['qwen', '.qwen/commands/spec-kitty.*.toml'],
  ['opencode', '.opencode/command/spec-kitty.*.md'],
  ['windsurf', '.windsurf/workflows/spec-kitty.*.md'],
  ['kilocode', '.kilocode/workflows/spec-kitty.*.md'],
  ['auggie', '.augment/commands/spec-kitty.*.md'],
  ['roo', '.roo/commands/spec-kitty.*.md'],
  ['q', '.amazonq/prompts/spec-kitty.*.md'],
  ['kiro', '.kiro/prompts/spec-kitty.*.md'],
  ['antigravity', '.agent/workflows/spec-kitty.*.md'],
  ['codex', '.codex/prompts/spec-kitty.*.md'],
  ['codex', '.agents/skills/spec-kitty.*/SKILL.md'],
];

/** Every command that the predecessor had at some time. */
const NAMES =
  'accept analyze charter checklist clarify constitution dashboard implement merge plan research review specify status tasks tasks-finalize tasks-outline tasks-packages'.split(
    ' ',
  );

/** A path where the predecessor may have put a command, and the agent that reads it there. */
export interface PredecessorPath {
  readonly agent: string;
  readonly path: string;
}

/** Every such path. */
export const PREDECESSOR_PATHS: readonly PredecessorPath[] = PLACES.flatMap(([agent, pattern]) =>
  NAMES.map((name) => ({ agent, path: pattern.replace('*', name) })),
);

/** Where they are; a skill is a folder in its own. */
export const PREDECESSOR_FOLDERS: readonly string[] = PLACES.map(([, pattern]) =>
  pattern.slice(0, pattern.indexOf('/spec-kitty.')),
);

/**
 * Whether a text says of itself that a version before 4 has written it.
 *
 * Files of its first versions do not, and could be anybody's.
 */
export function isPredecessors(text: string): boolean {
  return /\bspec-kitty-command-version:\s*v?[0-3]\.\d/.test(text);
}
