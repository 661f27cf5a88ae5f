/** One coding agent: where it looks for commands of a project, and in which form. */
export interface Agent {
  readonly key: string;
  readonly name: string;
  /** File of one command, `*` standing for its name; none for an agent that reads only the shared skills. */
  readonly file?: string;
  readonly format: 'md' | 'toml' | 'skill';
  /** What the agent replaces by the words that follow a command; none where it passes them on as they are. */
  readonly request?: string;
  /** What a person types to call a command. */
  readonly call: string;
  /** Paths in a project that only its users have. */
  readonly traces: readonly string[];
  /** Names on `PATH` that nothing else is likely to have. */
  readonly programs: readonly string[];
}

/** Where the standard for Agent Skills has them; several agents read it, so nothing goes there unasked. */
export const SHARED_SKILL = '.agents/skills/spec-kitty-*/SKILL.md';

type Row = readonly [
  key: string,
  name: string,
  file: string,
  traces: readonly string[],
  programs: readonly string[],
];

/** An agent with commands in Markdown, called with a slash. */
function slash([key, name, file, traces, programs]: Row, differs: Partial<Agent> = {}): Agent {
  const usual = { format: 'md', request: '$ARGUMENTS', call: '/spec-kitty.*' } as const;
  return { key, name, file, traces, programs, ...usual, ...differs };
}

/** One with skills instead. It replaces nothing in them. */
function skills([key, name, file, traces, programs]: Row, call: string): Agent {
  return { key, name, file, traces, programs, format: 'skill', call };
}

/** One that inserts a prompt as it is. */
function prompts([key, name, file, traces, programs]: Row): Agent {
  return { key, name, file, traces, programs, format: 'md', call: '@spec-kitty.*' };
}

/**
 * Every agent that is known, by what its newest version reads (November 2026).
 *
 * Names of skills have a hyphen, as their standard wants it; Codex takes the dot, which users of the predecessor know.
 */
export const AGENTS: readonly Agent[] = [
  slash(['claude', 'Claude Code', '.claude/commands/spec-kitty.*.md', ['.claude', 'CLAUDE.md'], ['claude']]),
  skills(
    ['codex', 'Codex CLI', '.codex/skills/spec-kitty.*/SKILL.md', ['.codex'], ['codex']],
    '$spec-kitty.*',
  ),
  slash(
    ['gemini', 'Gemini CLI', '.gemini/commands/spec-kitty.*.toml', ['.gemini', 'GEMINI.md'], ['gemini']],
    {
      format: 'toml',
      request: '{{args}}',
    },
  ),
  slash([
    'copilot',
    'GitHub Copilot',
    '.github/prompts/spec-kitty.*.prompt.md',
    ['.github/prompts', '.github/copilot-instructions.md'],
    ['copilot'],
  ]),
  slash([
    'cursor',
    'Cursor',
    '.cursor/commands/spec-kitty.*.md',
    ['.cursor', '.cursorrules'],
    ['cursor-agent', 'cursor'],
  ]),
  slash(['qwen', 'Qwen Code', '.qwen/commands/spec-kitty.*.md', ['.qwen', 'QWEN.md'], ['qwen']], {
    request: '{{args}}',
  }),
  slash([
    'opencode',
    'opencode',
    '.opencode/commands/spec-kitty.*.md',
    ['.opencode', 'opencode.json'],
    ['opencode'],
  ]),
  slash([
    'windsurf',
    'Windsurf',
    '.windsurf/workflows/spec-kitty.*.md',
    ['.windsurf', '.windsurfrules'],
    ['windsurf'],
  ]),
  slash([
    'kilocode',
    'Kilo Code',
    '.kilo/commands/spec-kitty.*.md',
    ['.kilo', '.kilocode'],
    ['kilo', 'kilocode'],
  ]),
  slash(['auggie', 'Auggie CLI', '.augment/commands/spec-kitty.*.md', ['.augment'], ['auggie']]),
  slash(['roo', 'Roo Code', '.roo/commands/spec-kitty.*.md', ['.roo'], []]),
  prompts(['q', 'Amazon Q', '.amazonq/prompts/spec-kitty.*.md', ['.amazonq'], []]),
  prompts(['kiro', 'Kiro CLI', '.kiro/prompts/spec-kitty.*.md', ['.kiro'], ['kiro-cli']]),
  slash([
    'antigravity',
    'Google Antigravity',
    '.agents/workflows/spec-kitty.*.md',
    ['.agent', '.agents/workflows'],
    ['agy', 'antigravity'],
  ]),
  skills(
    ['vibe', 'Mistral Vibe', '.vibe/skills/spec-kitty-*/SKILL.md', ['.vibe'], ['vibe']],
    '/spec-kitty-*',
  ),
  skills(['pi', 'Pi', '.pi/skills/spec-kitty-*/SKILL.md', ['.pi'], []], '/skill:spec-kitty-*'),
  // Reads nothing but the shared skills.
  {
    key: 'letta',
    name: 'Letta Code',
    format: 'skill',
    call: '/spec-kitty-*',
    traces: ['.letta'],
    programs: ['letta'],
  },
];
