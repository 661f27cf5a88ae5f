import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { DEFAULT_CONFIG, parseProjectConfig } from './parse-project-config.ts';
import { planProject } from './plan-project.ts';

/** What a text is refused with. */
function refusal(text: string): Fault {
  try {
    parseProjectConfig(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error(`It was read: ${text}`);
}

test('a file without settings is a project without one', () => {
  for (const text of [
    '{}',
    'vcs:\n  type: git\n',
    'project: {}\nagents: {}\nmerge: {}\nworkspace:\nvalidation:\n',
  ])
    expect(parseProjectConfig(text)).toEqual(DEFAULT_CONFIG);
});

test('every setting is read, behind a byte order mark, too', () => {
  const text = `\uFEFFproject: { uuid: u-1, slug: pay }
agents: { available: [Claude, pi], auto_commit: false, catalogue: { mine: { like: pi } } }
merge: { strategy: squash, train: true }
validation: { command: [npm, test] }
workspace: { setup: [npm, ci], copy: [.env] }
run: { forecast: serialise, allow_outside: [CHANGES.md] }
`;
  expect(parseProjectConfig(text)).toEqual({
    project: { uuid: 'u-1', slug: 'pay' },
    agents: ['claude', 'pi'],
    agentDefinitions: { mine: { like: 'pi' } },
    autoCommit: false,
    mergeStrategy: 'squash',
    mergeTrain: true,
    validationCommand: ['npm', 'test'],
    workspaceSetup: ['npm', 'ci'],
    workspaceCopy: ['.env'],
    forecast: 'serialise',
    allowedOutside: ['CHANGES.md'],
  });
});

test.each([
  ['auto_commit: false', false],
  ['agents: { auto_commit: true }\nauto_commit: false', true],
  ['agents: { auto_commit: "no" }', true],
  ['auto_commit: 0', true],
])('commits are made unless they are switched off, at either place: %j', (text, autoCommit) => {
  expect(parseProjectConfig(text)).toMatchObject({ autoCommit });
});

test.each([
  ['run: { forecast: off }', 'off'],
  ['run: { forecast: false }', 'off'],
  ['run: { forecast: warn }', 'warn'],
  ['run: { forecast: serialise }', 'serialise'],
  ['run: { forecast: "" }', 'warn'],
  ['run: {}', 'warn'],
])('a forecast is told unless the project says otherwise: %j', (text, forecast) => {
  expect(parseProjectConfig(text)).toMatchObject({ forecast });
});

test('what names nothing counts as not given', () => {
  const text = 'project: { uuid: "", slug: 7 }\nmerge: { strategy: "", train: "yes" }\n';
  expect(parseProjectConfig(text)).toEqual(DEFAULT_CONFIG);
});

test.each([
  ['- a', 'cannot be read'],
  ['text', 'cannot be read'],
  ['project: text', 'project'],
  ['project: [a]', 'project'],
  ['agents: 7', 'agents'],
  ['agents: { catalogue: [a] }', 'agents.catalogue'],
  ['agents: { available: claude }', 'agents.available'],
  ['agents: { available: [7] }', 'agents.available'],
  ['merge: text', 'merge'],
  ['validation: [npm]', 'validation'],
  ['workspace: text', 'workspace'],
  ['validation: { command: npm test }', 'validation.command'],
  ['validation: { command: [] }', 'validation.command'],
  ['validation: { command: [npm, ""] }', 'validation.command'],
  ['validation: { command: [npm, 7] }', 'validation.command'],
  ['workspace: { setup: npm ci }', 'workspace.setup'],
  ['workspace: { copy: { a: b } }', 'workspace.copy'],
  ['run: { forecast: sometimes }', 'run.forecast'],
  ['run: { forecast: true }', 'run.forecast'],
  ['run: often', 'run'],
])('a command is not guessed, nor a section skipped: %j is refused and %s named', (text, key) => {
  const { kind, code, message, hints, details } = refusal(text);
  expect({ kind, code, details }).toMatchObject({
    kind: 'refused',
    code: 'CONFIG_INVALID',
    details: { file: '.kittify/config.yaml' },
  });
  expect(message).toContain(key);
  expect(hints.join()).toContain('line' in details ? 'spec-kitty doctor' : 'spec-kitty trust show');
});

test('what is no YAML is refused with the line', () => {
  expect(refusal('project:\n  slug: "a\n')).toMatchObject({ code: 'CONFIG_INVALID' });
  const { message, hints, details } = refusal('a: 1\nb: [\n');
  expect(message).toMatch(/^\.kittify\/config\.yaml cannot be read: .* \(line \d+\)\.$/);
  expect(hints).toEqual([expect.stringMatching(/^Correct line \d+ of \.kittify\/config\.yaml/)]);
  expect(details).toMatchObject({ file: '.kittify/config.yaml', line: expect.any(Number) as number });
});

test('a new project reads its own configuration, and runs nothing', () => {
  const files = planProject({
    uuid: 'u-1',
    slug: 'pay',
    version: '4.0.0',
    agents: ['claude', 'codex'],
    at: '2026-01-05T10:00:00.000000+00:00',
  });
  expect(parseProjectConfig(files['.kittify/config.yaml'] ?? '')).toEqual({
    ...DEFAULT_CONFIG,
    agents: ['claude', 'codex'],
    project: { uuid: 'u-1', slug: 'pay' },
  });
  // Worktrees are never part of a commit, nor is what belongs to one machine.
  expect(files['.worktrees/.gitignore']).toBe('*\n');
  expect(files['.kittify/runtime/.gitignore']).toBe('*\n');
  expect(Object.keys(files).toSorted()).toEqual([
    '.kittify/config.yaml',
    '.kittify/metadata.yaml',
    '.kittify/runtime/.gitignore',
    '.worktrees/.gitignore',
    'kitty-specs/README.md',
  ]);
  // An interrupted run begins again, since only this file makes a project of a folder.
  expect(Object.keys(files).at(-1)).toBe('.kittify/config.yaml');
});
