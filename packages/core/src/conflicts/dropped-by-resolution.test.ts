import { execSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { continueResolution } from './continue-resolution.ts';
import { startResolution } from './start-resolution.ts';

// Two lanes that conflict in list.txt; the target has gone on, in files of its own and in one that lane-b has changed, too.
const world = new MissionWorld();
const { repository, directory } = world;
const lines = (first: string, last: string) => `${first}\n2\n3\n4\n5\n6\n7\n8\n${last}\n`;
beforeAll(async () => {
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js', 'fix.txt', 'both.txt'] },
    ],
    {
      '.kittify/config.yaml': 'project: {}\n',
      'list.txt': 'one\n',
      'both.txt': lines('1', '9'),
      'old.txt': 'old\n',
    },
  );
  await world.deliver('WP01', 'lane-a', { 'list.txt': 'a\n', 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', {
    'list.txt': 'b\n',
    'src/b.js': 'b\n',
    'both.txt': lines('ONE', '9'),
  });
  repository.git('rm', '--quiet', 'old.txt');
  repository.commit('Fix it', { 'fix.txt': 'fixed\n', 'both.txt': lines('1', 'NINE') });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

async function start(): Promise<string> {
  const { resolution } = await startResolution(await world.workspace(), {
    mission: directory,
    lane: undefined,
  });
  return resolution.folder;
}

async function goOn() {
  return continueResolution(await world.workspace(), {
    mission: directory,
    lane: undefined,
    agent: 'claude',
  });
}

const DROPPED = ['both.txt', 'fix.txt', 'old.txt', 'src/a.js'];

test.each([
  ['merge', '--abort'],
  ['reset', '--quiet', '--hard'],
])('after `git %s %s` in the folder a resolution lacks what it met, and is refused', async (...undo) => {
  const refs = repository.git('for-each-ref');
  const folder = await start();
  repository.git('-C', folder, ...undo);
  const refused = await goOn().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'CHANGES_DROPPED',
    details: { lane_id: 'lane-b', paths: expect.arrayContaining(DROPPED), workspace_path: folder },
  });
  expect(repository.git('for-each-ref')).toBe(refs);
  const { hints } = refused as { hints: readonly string[] };
  execSync(/`(git [^`]+)`/.exec(hints[0] ?? '')?.[1] ?? 'false', { env: repository.env });
  writeFileSync(path.join(folder, 'list.txt'), 'a and b\n');
  repository.git('-C', folder, 'add', 'list.txt');
  const { besides } = await goOn();
  expect(besides).toEqual([]);
  await world.review('WP02');
  await world.move('WP02', 'approved', { agent: 'codex', note: 'fine' });
  await world.accept();
  await world.merge();
  expect(['both.txt', 'fix.txt', 'src/a.js', 'list.txt'].map((file) => repository.read(file))).toEqual([
    lines('ONE', 'NINE'),
    'fixed\n',
    'a\n',
    'a and b\n',
  ]);
  expect(repository.git('ls-files', 'old.txt')).toBe('');
});

test('what a resolution adapts besides the conflicts is no loss, and all of it is named, owned or not', async () => {
  const folder = await start();
  const texts = {
    'list.txt': 'a and b\n',
    'src/b.js': 'adapted\n',
    'extra.txt': 'more\n',
    'both.txt': lines('ONE', 'NINE').replace('5', 'V'),
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
  repository.git('-C', folder, 'add', '--all');
  expect((await goOn()).besides).toEqual(['both.txt', 'extra.txt', 'src/b.js']);
});

const own = new MissionWorld();
const middle = (line: string) => `1\n2\n3\n4\n${line}\n6\n7\n8\n9\n`;
beforeAll(async () => {
  await own.plan([{ id: 'WP01', owns: ['list.txt'] }], { 'list.txt': middle('5') });
  await own.deliver('WP01', 'lane-a', { 'list.txt': `${middle('five')}lane\nmoved 8\n` });
  own.repository.commit('Go on', { 'list.txt': `main 1\nmain 2\n${middle('V')}` });
  own.save();
});
afterAll(() => own.dispose());

test.each([
  ['lacks a whole place that one side has added beside the conflict', 'middle\n', ['list.txt']],
  ['has changed or moved such places', 'middle\n  moved 8\nmain 1\nlane\nrewritten\n', []],
  ['has everything', 'main 1\nmain 2\n1\nmiddle\n9\nlane\nmoved 8\n', []],
])('a resolution that %s', async (_, resolved, thinned) => {
  own.restore();
  const request = { mission: own.directory, lane: undefined };
  const { resolution } = await startResolution(await own.workspace(), request);
  writeFileSync(path.join(resolution.folder, 'list.txt'), resolved);
  own.repository.git('-C', resolution.folder, 'add', 'list.txt');
  const outcome = await continueResolution(await own.workspace(), { ...request, agent: 'claude' });
  expect(outcome).toMatchObject({ thinned, besides: [] });
  expect((await own.review('WP01')).merges).toMatchObject([{ conflicts: ['list.txt'], thinned }]);
});
