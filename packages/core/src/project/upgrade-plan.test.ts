import { expect, test } from 'vitest';
import { planCommands } from './command-changes.ts';
import { changedSince, expiredKept, KEPT_CHANGES, type KeptChange, newestKept } from './kept-change.ts';
import { isPredecessors, PREDECESSOR_PATHS } from './predecessor-commands.ts';
import { isCommandPath } from '../agents/command-manifest.ts';
import { isNewerVersion, projectVersion } from './project-version.ts';
import { lackingBlocks, metadataChange, missingFiles } from './project-changes.ts';
import { PROJECT_BLOCKS } from './project-blocks.ts';

const files = (texts: Readonly<Record<string, string>>) => ({
  read: (path: string) => texts[path],
  exists: (path: string) => path in texts,
});
const pathsOf = (changes: readonly { readonly path: string }[]) => changes.map(({ path }) => path);

test('every place of the predecessor is one that may be removed', () => {
  expect(PREDECESSOR_PATHS.filter(({ path }) => !isCommandPath(path))).toEqual([]);
});

test.each([
  ['<!-- spec-kitty-command-version: 3.1.1 -->', true],
  ['# spec-kitty-command-version: v0.9', true],
  ['<!-- spec-kitty-command-version: 4.0.0-alpha.1 -->', false],
  ['<!-- spec-kitty-command-version: 13.1 -->', false],
  ['my-spec-kitty-command-versions: 3.1', false],
  ['', false],
])('whose file is %s', (text, theirs) => {
  expect(isPredecessors(text)).toBe(theirs);
});

test.each([
  // [manifest’s decision, recognised, agent configured] → what happens
  ['conflict', true, true, 'update'],
  ['conflict', false, true, 'conflict'],
  ['create', true, true, 'create'],
  ['keep', true, true, 'keep'],
  [undefined, true, true, 'remove'],
  [undefined, true, false, undefined],
  [undefined, false, true, undefined],
] as const)('a command: %s, recognised %s, configured %s', (decision, recognised, configured, comes) => {
  const path = '.claude/commands/spec-kitty.plan.md';
  const survey = decision ? [{ path, decision, agents: ['claude'], text: 'new' }] : [];
  const found = [{ path, agent: 'claude', recognised }];
  const plan = planCommands(survey, found, new Set(configured ? ['claude'] : []));
  expect(plan.survey.map((file) => file.decision)).toEqual(comes === undefined ? [] : [comes]);
  expect(pathsOf(plan.left)).toEqual(comes === undefined || comes === 'conflict' ? [path] : []);
});

test('files that are missing are made, blocks only appended, and neither twice', () => {
  const project = { '.kittify/metadata.yaml': 'm', 'kitty-specs/README.md': 'r' };
  const creates = PROJECT_BLOCKS.filter((block) => block.creates).map(({ file }) => file);
  expect(pathsOf(missingFiles(files({}), project))).toEqual(['.kittify/metadata.yaml', ...creates]);
  const theirs = files({ 'AGENTS.md': '# Ours\n', '.kittify/metadata.yaml': '' });
  expect(pathsOf(missingFiles(theirs, project))).toEqual(creates.filter((file) => file !== 'AGENTS.md'));
  const [appended] = lackingBlocks(theirs);
  expect(appended).toMatchObject({ path: 'AGENTS.md', kind: 'append' });
  expect(appended?.text?.startsWith('# Ours\n\n')).toBe(true);
  expect(lackingBlocks(files({ 'AGENTS.md': appended?.text ?? '' }))).toEqual([]);
});

const stamp = { version: '4.0.0', at: 'now' };

test.each([
  ['the version of this program', 'spec_kitty:\n  schema_version: 3\n  version: "4.0.0"\n', []],
  ['another one', 'spec_kitty:\n  version: 3.2.6\n', ['4.0.0', '3']],
  [
    'a version of somebody else’s',
    'other:\n  version: 4.0.0\nspec_kitty:\n  schema_version: 3\n',
    ['3', '4.0.0'],
  ],
  ['no section at all', '', ['4.0.0', '3']],
])('metadata with %s', (_, text, says) => {
  const changes = metadataChange(text, stamp);
  const [, section = ''] = changes?.[0]?.text?.split('spec_kitty:') ?? [];
  expect([...section.matchAll(/version: "?([\d.]+)/g)].map(([, value]) => value)).toEqual(says);
});

test('no metadata is no change here, and metadata in another form is left', () => {
  expect(metadataChange(undefined, stamp)).toEqual([]);
  expect(metadataChange('spec_kitty: { version: 3.1 }\n', stamp)).toBeUndefined();
});

const kept = (before: number | null, after: string | null): KeptChange => ({
  version: 1,
  id: '1',
  command: 'upgrade',
  spec_kitty_version: '4',
  started_at: '',
  finished_at: '',
  restored_at: null,
  files: [{ path: 'a', before: before === null ? null : { sha256: 'old', mode: before, base64: '' }, after }],
});

test.each([
  ['as it was left', kept(0o644, 'new'), { sha256: 'new', mode: 0o644 }, []],
  ['as it was before', kept(0o644, 'new'), { sha256: 'old', mode: 0o644 }, []],
  ['edited', kept(0o644, 'new'), { sha256: 'mine', mode: 0o644 }, ['a']],
  ['of another mode', kept(0o644, 'new'), { sha256: 'new', mode: 0o755 }, ['a']],
  ['gone', kept(0o644, 'new'), null, ['a']],
  ['made, and there', kept(null, 'new'), { sha256: 'new', mode: 0o600 }, []],
  ['made, and gone again', kept(null, 'new'), null, []],
  ['made, and edited', kept(null, 'new'), { sha256: 'mine', mode: 0o644 }, ['a']],
  ['removed', kept(0o644, null), null, []],
  ['removed, and back', kept(0o644, null), { sha256: 'old', mode: 0o644 }, []],
  ['removed, and another in its place', kept(0o644, null), { sha256: 'mine', mode: 0o644 }, ['a']],
])('a file that is %s', (_, record, present, changed) => {
  expect(changedSince(record, new Map([['a', present]]))).toEqual(changed);
});

test('the newest is taken back, and none twice', () => {
  const [first, second] = [kept(null, 'a'), { ...kept(null, 'b'), id: '2' }];
  expect(newestKept([first, second])?.id).toBe('2');
  expect(newestKept([first, { ...second, restored_at: 'now' }])?.id).toBe('1');
  expect(newestKept([{ ...first, restored_at: 'now' }])).toBeUndefined();
});

test('the newest stay, and one that was interrupted as well', () => {
  const many = Array.from({ length: KEPT_CHANGES + 3 }, (_, index) => ({
    ...kept(null, 'a'),
    id: `${index}`,
  }));
  const ids = (records: readonly KeptChange[]) => expiredKept(records).map(({ id }) => id);
  expect(ids(many)).toEqual(['0', '1', '2']);
  expect(ids(many.slice(3))).toEqual([]);
  const [first, second, ...others] = many.map((record) => ({ ...record, finished_at: null }));
  expect(ids([first, second, ...others].flatMap((record) => record ?? []))).toEqual([]);
  expect(ids([{ ...kept(null, 'a'), finished_at: null }, ...many])).toEqual(['0', '1', '2']);
  expect(ids([{ ...kept(null, 'a'), finished_at: null, restored_at: 'now', id: 'x' }, ...many])).toEqual([
    'x',
    '0',
    '1',
    '2',
  ]);
});

test.each([
  ['4.0.1', '4.0.0', true],
  ['4.1.0', '4.0.9', true],
  ['10.0.0', '9.9.9', true],
  ['4.0.0', '4.0.0-alpha.1', true],
  ['4.0.0-beta.1', '4.0.0-alpha.12', true],
  ['4.0.0-alpha.12', '4.0.0-alpha.2', true],
  ['3.2.6rc3', '3.2.6b4', true],
  ['v4.0.1', '4.0.0', true],
  ['4.0.0', '4.0.0', false],
  ['4.0.0-alpha.1', '4.0.0', false],
  ['3.9.9', '4.0.0-alpha.1', false],
  ['latest', '4.0.0', false],
  ['4.0.0', 'latest', false],
])('%s is newer than %s: %s', (version, than, newer) => {
  expect(isNewerVersion(version, than)).toBe(newer);
});

test('the version of a project is that of spec_kitty alone', () => {
  expect(projectVersion('environment:\n  version: 1\nspec_kitty:\n  at: x\n  version: "4.1.0"\n')).toBe(
    '4.1.0',
  );
  expect(projectVersion('environment:\n  version: 1\n')).toBeUndefined();
});
