import { expect, test } from 'vitest';
import { editSection } from './edit-section.ts';
import { planProject } from './plan-project.ts';

const editAgents = (text: string, values: Parameters<typeof editSection>[2]) =>
  editSection(text, 'agents', values);

const PREDECESSOR = `agents:
  # who works here
  auto_commit: true
  available:
  - claude   # the first
  - codex

# how it lands
merge:
  strategy: squash
`;

test('only the lines of a key change; comments, order and everything else stay', () => {
  expect(editAgents(PREDECESSOR, { available: ['claude', 'gemini'] })).toBe(
    PREDECESSOR.replace('  - codex\n', '  - gemini\n'),
  );
  expect(editAgents(PREDECESSOR, { auto_commit: false })).toBe(
    PREDECESSOR.replace('auto_commit: true', 'auto_commit: false'),
  );
  expect(editAgents(PREDECESSOR, { available: ['claude', 'codex'] })).toBe(PREDECESSOR);
});

test('the configuration of a new project, one without the section, and one of Windows', () => {
  const project = { uuid: 'u', slug: 's', version: '1', agents: ['claude'], at: 'now' };
  const config = planProject(project)['.kittify/config.yaml'] ?? '';
  expect(editAgents(config, { available: [] })).toBe(config.replace('[claude]', '[]'));
  expect(editAgents('vcs:\n  type: git', { available: ['pi'] })).toBe(
    'vcs:\n  type: git\nagents:\n  available:\n  - pi\n',
  );
  const windows = PREDECESSOR.replaceAll('\n', '\r\n');
  expect(editAgents(windows, { available: ['pi'] })).toBe(
    windows.replace('  - claude   # the first\r\n  - codex\r\n', '  - pi\r\n'),
  );
});

test('however deep the section is, with blank lines in it and a comment behind its key', () => {
  const text =
    '\uFEFFsubagents:\n  available: [x]\nagents: # who\n\n    auto_commit: true\n\n    lint: true\n\nlast: 1\n';
  expect(editAgents(text, { auto_commit: false })).toBe(text.replace('commit: true', 'commit: false'));
  expect(editAgents(text, { available: ['pi'] })).toBe(
    text.replace('lint: true\n\n', 'lint: true\n\n    available:\n    - pi\n'),
  );
  expect(editAgents('a: 1\nagents:\n', { auto_commit: true })).toBe('a: 1\nagents:\n  auto_commit: true\n');
});

test.each([
  ['a key behind a comment that is not indented', 'agents:\n  lint: true\n# here\n  available: [a]\n'],
  ['a section in braces', 'agents: { available: [] }\n'],
  ['a section that is no mapping', 'agents:\n- claude\n'],
  ['no YAML', 'agents:\n  a: [\n'],
])('%s is not edited', (_, text) => {
  expect(editAgents(text, { available: ['pi'] })).toBeUndefined();
});

test('another section, without what is beside it', () => {
  const text = 'spec_kitty:\n  version: 3.2.6\n  schema_version: 3\n\nmigrations:\n  version: 1\n';
  expect(editSection(text, 'spec_kitty', { version: '4.0.0' })).toBe(text.replace('3.2.6', '"4.0.0"'));
});
