import { mkdirSync } from 'node:fs';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterAll, expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { findLanded } from './find-landed.ts';

const repository = new TempRepository();
afterAll(() => repository.dispose());

const block = (line: string): string => `f() {\n  a\n  b\n  ${line}\n  d\n  e\n  f\n}\n\n\n\n`;
const BEFORE = { 'b.py': 'if x:\n  a\nb\n', 'blocks.txt': block('c') + block('c') };

/** What each lane makes, and what a target has instead that only looks like it. */
const NEARLY: Readonly<Record<string, readonly [lane: object, target: object]>> = {
  'another indentation': [{ 'b.py': 'if x:\n  a\n  b\n' }, { 'b.py': 'if x:\n  a\n      b\n' }],
  'a new file with another indentation': [{ 'n.py': 'if x:\n  a\n  b\n' }, { 'n.py': 'if x:\n  a\nb\n' }],
  'other line ends': [{ 'n.txt': 'a\r\nb\r\n' }, { 'n.txt': 'a \nb \n' }],
  'another end of the file': [{ 'n.txt': 'a\nb' }, { 'n.txt': 'a\nb\n' }],
  'the same change in another place': [
    { 'blocks.txt': block('C') + block('c') },
    { 'blocks.txt': block('c') + block('C') },
  ],
};

async function landed(lane: object, targets: readonly object[]): Promise<unknown> {
  repository.git('switch', '--quiet', '--orphan', `start-${String(Math.random())}`);
  const base = repository.commit('start', BEFORE);
  const commit = repository.commit('work', { ...lane });
  repository.git('switch', '--quiet', '--detach', base);
  const tip = targets.map((files) => repository.commit('by hand', { ...files })).at(-1) ?? base;
  const lanes = [{ laneId: 'lane-a', packages: ['WP01'], commit, base, reviewed: [{ wp: 'WP01', commit }] }];
  const sought = { mission: 'pay', target: 'main', tip, lanes, proposal: null };
  return (await findLanded(new Git(repository.root, repository.env), sought)).landed;
}

test.each(Object.keys(NEARLY))('a commit with %s is not the work of a lane', async (what) => {
  const [lane, target] = NEARLY[what] ?? [{}, {}];
  await expect(landed(lane, [target])).rejects.toMatchObject({ code: 'LANES_NOT_LANDED' });
  expect(await landed(lane, [{ 'other.txt': 'x\n' }, lane])).toEqual([{ lane: 'lane-a', by: 'patch-id' }]);
});

test('the same change of a file that the target has moved on in is the work of a lane', async () => {
  const moved = { 'blocks.txt': `first\n${block('c')}${block('c')}` };
  const work = { 'blocks.txt': `first\n${block('C')}${block('c')}` };
  expect(await landed({ 'blocks.txt': block('C') + block('c') }, [moved, work])).toEqual([
    { lane: 'lane-a', by: 'patch-id' },
  ]);
});

const LIST = Array.from({ length: 20 }, (_, at) => `${at + 1}\n`);
const listWith = (lines: Readonly<Record<number, string>>) => ({
  'list.txt': LIST.map((line, at) => lines[at + 1] ?? line).join(''),
});

/** Starts a repository's line anew, with a list. */
function start(): string {
  repository.git('switch', '--quiet', '--orphan', `start-${String(Math.random())}`);
  return repository.commit('start', { ...BEFORE, ...listWith({}) });
}

async function found(lanes: Readonly<Record<string, string>>, base: string): Promise<unknown> {
  const sought = Object.entries(lanes).map(([laneId, commit]) => ({
    laneId,
    packages: ['WP01'],
    commit,
    base,
    reviewed: [{ wp: 'WP01', commit }],
  }));
  const tip = repository.git('rev-parse', 'HEAD');
  const asked = { mission: 'pay', target: 'main', tip, lanes: sought, proposal: null };
  return (await findLanded(new Git(repository.root, repository.env), asked)).landed;
}

test.each([
  ['a merge', ['merge', '--quiet', '--no-ff', '--no-edit']],
  ['a merge that took nothing of it', ['merge', '--quiet', '--strategy=ours', '--no-edit']],
  ['a commit of the target', ['cherry-pick']],
])('work that came by %s and was taken back beside another edit has not landed', async (_, bring) => {
  const base = start();
  const lane = repository.commit('work', listWith({ 18: 'eighteen\n' }));
  repository.git('switch', '--quiet', '--detach', base);
  repository.commit('meanwhile', { 'other.txt': 'x\n' });
  repository.git(...bring, lane);
  repository.commit('more', listWith({ 3: 'three\n' }));
  await expect(found({ 'lane-a': lane }, base)).rejects.toMatchObject({
    code: 'LANDING_REVERTED',
    details: { reverted: [{ lane: 'lane-a', paths: ['list.txt'] }] },
  });
  repository.commit('again', listWith({ 3: 'three\n', 18: 'eighteen\n' }));
  expect(await found({ 'lane-a': lane }, base)).toMatchObject([{ lane: 'lane-a' }]);
});

test('a lane of which the merge that brought it has dropped a part has not landed, until that is made good', async () => {
  const base = start();
  const lane = repository.commit('work', listWith({ 3: 'three\n', 18: 'eighteen\n' }));
  repository.git('switch', '--quiet', '--detach', base);
  repository.commit('meanwhile', listWith({ 10: 'ten\n' }));
  repository.git('merge', '--quiet', '--no-commit', '--no-ff', lane);
  const merge = repository.commit('merge', listWith({ 3: 'three\n', 10: 'ten\n' }));
  repository.commit('more', { 'other.txt': 'x\n' });
  await expect(found({ 'lane-a': lane }, base)).rejects.toMatchObject({
    code: 'LANDING_REVERTED',
    message: expect.stringContaining(`${merge} has left out a part of it`) as string,
    details: { reverted: [{ lane: 'lane-a', commit: merge, paths: ['list.txt'] }] },
  });
  repository.commit('again', listWith({ 3: 'three\n', 10: 'ten\n', 18: 'eighteen\n' }));
  expect(await found({ 'lane-a': lane }, base)).toEqual([{ lane: 'lane-a', by: 'ancestry' }]);
});

test('another commit of a submodule is work, also where a file says to ignore the submodule', async () => {
  repository.git('switch', '--quiet', '--orphan', `start-${String(Math.random())}`);
  const rules = '[submodule "lib"]\n  path = lib\n  url = ../lib\n  ignore = all\n';
  const pinned = (commit: string): string => {
    repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},lib`);
    repository.git('commit', '--quiet', '--message', `lib at ${commit}`);
    return repository.git('rev-parse', 'HEAD');
  };
  repository.commit('start', { '.gitmodules': rules });
  mkdirSync(`${repository.root}/lib`);
  const base = pinned('1'.repeat(40));
  pinned('2'.repeat(40));
  const lane = repository.commit('work', { 'a.txt': 'a\n' });
  repository.git('switch', '--quiet', '--detach', base);
  repository.git('cherry-pick', lane);
  pinned('3'.repeat(40));
  await expect(found({ 'lane-a': lane }, base)).rejects.toMatchObject({ code: 'LANES_NOT_LANDED' });
});

/** How a target takes back one of two places of a file, where nothing else says that it did. */
const IN_PART: Readonly<Record<string, readonly [bring: readonly string[], rules: object]>> = {
  'a squash': [['merge', '--squash'], {}],
  'a merge': [['merge', '--no-ff', '--no-edit'], {}],
  'a squash, in a file that a rule calls binary': [
    ['merge', '--squash'],
    { '.gitattributes': '*.txt -diff' },
  ],
};

test.each(Object.keys(IN_PART))(
  'one place of a file that was taken back after %s is missing',
  async (how) => {
    const [bring, rules] = IN_PART[how] ?? [[], {}];
    repository.git('switch', '--quiet', '--orphan', `start-${String(Math.random())}`);
    const base = repository.commit('start', { ...listWith({}), ...rules });
    const lane = repository.commit('work', listWith({ 3: 'three\n', 18: 'eighteen\n' }));
    repository.git('switch', '--quiet', '--detach', base);
    repository.commit('meanwhile', { 'other.txt': 'x\n' });
    repository.git(...bring, '--quiet', lane);
    if (how !== 'a merge') repository.commit('squash');
    expect(await found({ 'lane-a': lane }, base)).toMatchObject([{ lane: 'lane-a' }]);
    const back = repository.commit('more', listWith({ 3: 'three\n', 14: 'fourteen\n' }));
    repository.commit('later', listWith({ 3: 'three\n', 13: 'x\n', 14: 'fourteen\n' }));
    await expect(found({ 'lane-a': lane }, base)).rejects.toMatchObject({
      code: 'LANDING_REVERTED',
      details: { reverted: [{ lane: 'lane-a', commit: back, paths: ['list.txt'], inPart: true }] },
    });
  },
);

test('a place that was taken back is missing also where the file has another name', async () => {
  const base = start();
  const lane = repository.commit('work', listWith({ 3: 'three\n', 18: 'eighteen\n' }));
  repository.git('mv', 'list.txt', 'names.txt');
  repository.commit('moved');
  expect(await found({ 'lane-a': lane }, base)).toMatchObject([{ lane: 'lane-a' }]);
  const back = repository.commit('back', { 'names.txt': listWith({ 3: 'three\n' })['list.txt'] });
  await expect(found({ 'lane-a': lane }, base)).rejects.toMatchObject({
    code: 'LANDING_REVERTED',
    details: { reverted: [{ lane: 'lane-a', paths: ['list.txt'], inPart: true }] },
    message: expect.stringContaining(back) as string,
  });
});

test('that a file can be run is work, also beside lines that are there', async () => {
  const base = start();
  repository.commit('work', listWith({ 3: 'three\n' }));
  repository.git('update-index', '--chmod=+x', 'list.txt');
  repository.git('commit', '--quiet', '--amend', '--no-edit');
  const lane = repository.git('rev-parse', 'HEAD');
  repository.git('update-index', '--chmod=-x', 'list.txt');
  repository.git('commit', '--quiet', '--message', 'back');
  await expect(found({ 'lane-a': lane }, base)).rejects.toMatchObject({
    code: 'LANDING_REVERTED',
    details: { reverted: [{ lane: 'lane-a', paths: ['list.txt'], inPart: true }] },
  });
});

test('what a merge by hand makes of a conflict, or writes anew, has landed', async () => {
  const base = start();
  const lane = repository.commit('work', listWith({ 3: 'three\n', 18: 'eighteen\n' }));
  repository.git('switch', '--quiet', '--detach', base);
  repository.commit('meanwhile', listWith({ 3: 'drei\n' }));
  expect(() => repository.git('merge', '--quiet', '--no-commit', '--no-ff', lane)).toThrow('merge');
  repository.commit('merge', listWith({ 3: 'three, drei\n', 18: 'XVIII\n' }));
  expect(await found({ 'lane-a': lane }, base)).toEqual([{ lane: 'lane-a', by: 'ancestry' }]);
});

test('what the lane on top takes back is the doing of the mission, whatever else the target edits', async () => {
  const base = start();
  const below = repository.commit('work', { ...listWith({ 18: 'eighteen\n' }), 'a.txt': 'a\n' });
  const above = repository.commit('work on top', { ...listWith({ 10: 'ten\n' }), 'b.txt': 'b\n' });
  repository.git('switch', '--quiet', '--detach', base);
  repository.git('merge', '--quiet', '--no-ff', '--no-edit', above);
  repository.commit('more', listWith({ 3: 'three\n', 10: 'ten\n' }));
  expect(await found({ 'lane-a': below, 'lane-b': above }, base)).toMatchObject([
    { lane: 'lane-a', by: 'ancestry' },
    { lane: 'lane-b', by: 'ancestry' },
  ]);
});

test('a merge in the lane that holds work of its own has not landed with the commits beside it', async () => {
  const base = start();
  const work = repository.commit('work', { 'b.py': 'if x:\n  a\n  b\n' });
  repository.git('switch', '--quiet', '--detach', base);
  const meanwhile = repository.commit('meanwhile', { 'other.txt': 'x\n' });
  repository.git('switch', '--quiet', '--detach', work);
  repository.git('merge', '--quiet', '--no-commit', meanwhile);
  const lane = repository.commit('merge', listWith({ 20: '20\nand what only the merge has\n' }));
  repository.git('switch', '--quiet', '--detach', meanwhile);
  repository.git('cherry-pick', work);
  repository.commit('more', listWith({ 20: 'twenty\n' }));
  await expect(found({ 'lane-a': lane }, base)).rejects.toMatchObject({ code: 'LANES_NOT_LANDED' });
  repository.git('switch', '--quiet', '--detach', meanwhile);
  repository.git('merge', '--quiet', '--squash', lane);
  repository.commit('all of it');
  expect(await found({ 'lane-a': lane }, base)).toEqual([{ lane: 'lane-a', by: 'patch-id' }]);
});
