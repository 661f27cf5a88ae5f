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
