/** What a new project is made from. */
export interface NewProject {
  readonly uuid: string;
  readonly slug: string;
  readonly version: string;
  /** ISO time with microseconds. */
  readonly at: string;
}

/** Files of a new project by path relative to its root: everything `init` creates, and nothing else. */
export function planProject({ uuid, slug, version, at }: NewProject): Readonly<Record<string, string>> {
  return {
    '.kittify/config.yaml': `# Settings of this project. Commands named here run only after you trust them:
# see \`spec-kitty trust show\`.
project:
  uuid: ${uuid}
  slug: ${slug}
vcs:
  type: git
agents:
  available: []
  auto_commit: true
# merge:
#   strategy: squash
# validation:
#   command: [npm, test]
# workspace:
#   setup: [npm, ci]
#   copy: [.env]
`,
    '.kittify/metadata.yaml': `spec_kitty:
  version: ${version}
  initialized_at: "${at}"
  last_upgraded_at: null
  schema_version: 3
`,
    '.kittify/.gitignore': 'runtime/\nworkspaces/\ncache/\n',
    '.worktrees/.gitignore': '*\n',
    'kitty-specs/README.md': `# Missions

One folder per mission: \`spec.md\`, \`plan.md\`, \`tasks.md\`, one file per work package under \`tasks/\`, and the event log
\`status.events.jsonl\`. Create one with \`spec-kitty agent mission create <slug>\`.
`,
    'kitty-specs/.gitattributes': 'status.events.jsonl merge=union\n',
  };
}
