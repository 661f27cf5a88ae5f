import type { FinalizationInput } from '../read-planning.ts';

/** A package's file with the given frontmatter lines. */
export const wpFile = (id: string, yaml: string, body = '# Work\n') => ({
  name: `${id}-x.md`,
  text: `---\nwork_package_id: ${id}\ntitle: ${id} title\n${yaml}---\n${body}`,
});
/** Frontmatter of a package that owns one glob and covers FR-001. */
export const owning = (glob: string, more = '') =>
  `owned_files:\n- ${glob}\nrequirement_refs: [FR-001]\n${more}`;

/** A sound mission of two packages, the second after the first. */
export const SOUND: FinalizationInput = {
  mission: 'demo-01KE6Z2V',
  meta: { mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C' },
  targetBranch: 'main',
  spec: '- **FR-001**: It works.\n- C-001: Small.\n',
  plan: '# Plan\n\nPlain files.\n',
  tasksMd: '## WP01: One\n\n**Dependencies**: None\n\n## WP02: Two\n\n**Dependencies**: WP01\n',
  wpsYaml: undefined,
  lanesJson: undefined,
  files: [wpFile('WP02', owning('src/b/**')), wpFile('WP01', owning('src/a/**'))],
  progress: new Map(),
  trackedFiles: ['src/a/one.ts', 'src/b/two.ts', 'README.md'],
  computedAt: '2030-01-01T00:00:00.000000+00:00',
};

/** A mission of one package. */
export const one = (yaml: string, body?: string) => ({
  files: [wpFile('WP01', yaml, body)],
  tasksMd: '## WP01\n',
});
