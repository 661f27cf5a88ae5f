/** What a new project is made from. */
export interface NewProject {
  readonly uuid: string;
  readonly slug: string;
  readonly version: string;
  /** Keys of the agents that get command files. */
  readonly agents: readonly string[];
  /** ISO time with microseconds. */
  readonly at: string;
}

/**
 * Files of a new project by path relative to its root, besides those of `project-blocks.ts` and the agents' commands.
 *
 * The configuration comes last: with it a project counts as initialized, so one that was interrupted begins again.
 */
export function planProject({
  uuid,
  slug,
  version,
  agents,
  at,
}: NewProject): Readonly<Record<string, string>> {
  return {
    '.kittify/metadata.yaml': `spec_kitty:
  version: ${version}
  initialized_at: "${at}"
  last_upgraded_at: null
  schema_version: 3
`,
    '.worktrees/.gitignore': '*\n',
    '.kittify/runtime/.gitignore': '*\n',
    'kitty-specs/README.md': `# Missions

One folder per mission: \`spec.md\`, \`plan.md\`, \`tasks.md\`, one file per work package under \`tasks/\`, and the event log
\`status.events.jsonl\`. Create one with \`spec-kitty specify <slug>\`.
`,
    '.kittify/config.yaml': `# Settings of this project. Commands named here run only after you trust them:
# see \`spec-kitty trust show\`.
project:
  uuid: ${uuid}
  slug: ${slug}
vcs:
  type: git
agents:
  available: [${agents.join(', ')}]
  auto_commit: true
# merge:
#   strategy: squash
# validation:
#   command: [npm, test]
# workspace:
#   setup: [npm, ci]
#   copy: [.env]
`,
  };
}
