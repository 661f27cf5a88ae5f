import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TempRepository as Repository } from '@spec-kitty/testkit/temp-repository';
import { findRepository } from '../repository/repository.ts';
import { CheckoutMissions } from './checkout-missions.ts';

const id = (mid8: string, rest = 'M8Q4T5X6Y7Z8A9B0C1') => `${mid8}${rest}`;
const meta = (missionId?: string) => JSON.stringify({ mission_id: missionId, target_branch: 'main' });

async function missionsOf(repository: TempRepository, worktree?: string) {
  return new CheckoutMissions(await findRepository(worktree ?? repository.root));
}

function write(repository: TempRepository, missions: Readonly<Record<string, string | undefined>>): void {
  for (const [directory, text] of Object.entries(missions)) {
    repository.write({ [`kitty-specs/${directory}/meta.json`]: text ?? meta() });
  }
}

describe('with many missions', () => {
  let repository: TempRepository;
  let missions: CheckoutMissions;
  beforeAll(async () => {
    repository = new Repository();
    write(repository, {
      'invoice-export-01KE6Z2V': meta(id('01KE6Z2V')),
      '041-invoice-import': meta(id('01KN2371', 'AAAAAAAAAAAAAAAAAA')),
      '041-backfill': meta(id('01KN2371', 'BBBBBBBBBBBBBBBBBB')),
      'pay-01KQ47E8': meta(id('01KQ47E8')),
      '058-pay': meta(id('01KQ47E9')),
      'odd-01KSWJVX': meta('2WMWTBT700000000000000000X'),
      'no-id': meta(),
      broken: '{ "mission_id": ',
    });
    missions = await missionsOf(repository);
  });
  afterAll(() => repository.dispose());

  // L§2.2, rule by rule.
  test.each([
    [id('01KE6Z2V'), 'invoice-export-01KE6Z2V'],
    ['2WMWTBT700000000000000000X', 'odd-01KSWJVX'],
    ['01KE6Z2V', 'invoice-export-01KE6Z2V'],
    ['invoice-export-01KE6Z2V', 'invoice-export-01KE6Z2V'],
    ['058-pay', '058-pay'],
    ['invoice-export', 'invoice-export-01KE6Z2V'],
    ['invoice-import', '041-invoice-import'],
    ['odd', 'odd-01KSWJVX'],
    ['058', '058-pay'],
  ])('%s names %s', async (handle, directory) => {
    expect(await missions.open(handle)).toMatchObject({ directory, checkedOut: true });
  });

  test.each([
    ['01KN2371', ['041-backfill', '041-invoice-import']],
    ['041', ['041-backfill', '041-invoice-import']],
    ['pay', ['058-pay', 'pay-01KQ47E8']],
  ])('%s is ambiguous, and the missions it could be are listed', async (handle, directories) => {
    await expect(missions.open(handle)).rejects.toMatchObject({
      code: 'MISSION_AMBIGUOUS_SELECTOR',
      message: expect.stringContaining(directories.join(', ')),
      details: {
        handle,
        candidates: directories.map((slug) =>
          expect.objectContaining({
            slug,
            feature_dir: `kitty-specs/${slug}`,
            mission_id: expect.any(String),
          }),
        ),
      },
    });
  });

  test.each([
    ['a lower-case beginning of an id', '01ke6z2v'],
    ['an id that nobody has', id('01KZZZZZ')],
    ['the number without its zeros', '58'],
    ['a number that is no prefix', '1'],
    ['a path upwards', '../kitty-specs/058-pay'],
    ['a path into a mission', '058-pay/tasks'],
    ['the parent', '..'],
    ['the folder itself', '.'],
    ['a Windows path', String.raw`058-pay\tasks`],
    ['another case', 'PAY-01KQ47E8'],
    ['a NUL character', '058-pay\0'],
  ])('%s names nothing, and every mission is listed', async (_, handle) => {
    const found = await missions.open(handle).catch((error: unknown) => error);
    expect(found).toMatchObject({
      code: 'MISSION_NOT_FOUND',
      hints: [`There are: ${missions.directories().join(', ')}.`, expect.stringContaining('mission list')],
    });
    expect(found).toHaveProperty('details.candidates.length', 8);
  });

  test('no handle is an error that lists them all, and so is an empty one', async () => {
    for (const handle of [undefined, '']) {
      await expect(missions.open(handle)).rejects.toMatchObject({
        kind: 'usage',
        code: 'MISSION_REQUIRED',
        hints: [`There are: ${missions.directories().join(', ')}.`, expect.stringContaining('mission list')],
        details: { candidates: missions.directories() },
      });
    }
    expect(missions.directories()).toEqual(missions.directories().toSorted());
  });

  test('in a lane worktree its mission is the obvious one', async () => {
    repository.commit('missions');
    const lane = path.join(repository.root, '.worktrees/pay-01KQ47E8-lane-a');
    repository.git('worktree', 'add', '--quiet', lane, '-b', 'kitty/mission-pay-01KQ47E8-lane-a');
    const inLane = await missionsOf(repository, path.join(lane, 'kitty-specs'));
    expect((await inLane.open(undefined)).directory).toBe('pay-01KQ47E8');
  });

  test('a broken mission says what is wrong and where', async () => {
    await expect(missions.open('broken')).rejects.toMatchObject({
      code: 'META_CORRUPT',
      details: { file: 'kitty-specs/broken/meta.json', line: 1, column: expect.any(Number) },
    });
    await expect(missions.open('no-id')).rejects.toMatchObject({
      code: 'MISSION_ID_MISSING',
      details: { file: 'kitty-specs/no-id/meta.json' },
    });
  });
});

test('the only mission needs no handle', async () => {
  const repository = tempRepository();
  const missions = await missionsOf(repository);
  await expect(missions.open(undefined)).rejects.toMatchObject({
    code: 'MISSION_REQUIRED',
    hints: [expect.stringMatching(/not set up here: run `spec-kitty init`, then `spec-kitty specify/)],
  });
  repository.write({ '.kittify/config.yaml': '' });
  await expect(missions.open(undefined)).rejects.toMatchObject({
    hints: [expect.stringMatching(/^There is none yet: run `spec-kitty specify/)],
  });
  write(repository, { 'pay-01KQ47E8': meta(id('01KQ47E8')) });
  expect((await missions.open(undefined)).missionId).toBe(id('01KQ47E8'));
  await expect(missions.open('')).rejects.toMatchObject({ code: 'MISSION_REQUIRED' });
});

test('the only open mission needs no handle, and those that are open are named first', async () => {
  const repository = tempRepository();
  write(repository, {
    'a-01KQ47E7': meta(id('01KQ47E7')),
    'b-01KQ47E8': meta(id('01KQ47E8')),
    'c-01KQ47E9': meta(id('01KQ47E9')),
  });
  const found = await findRepository(repository.root);
  const open = async (...directories: readonly string[]) =>
    new CheckoutMissions(found, ({ directory }) => directories.includes(directory)).open(undefined);

  expect((await open('b-01KQ47E8')).directory).toBe('b-01KQ47E8');
  await expect(open('b-01KQ47E8', 'c-01KQ47E9')).rejects.toMatchObject({
    code: 'MISSION_REQUIRED',
    hints: [
      'Open: b-01KQ47E8, c-01KQ47E9.',
      'Merged or given up: a-01KQ47E7.',
      expect.stringContaining('mission list'),
    ],
    details: { candidates: ['b-01KQ47E8', 'c-01KQ47E9', 'a-01KQ47E7'] },
  });
  await expect(open()).rejects.toMatchObject({ code: 'MISSION_REQUIRED' });
});

test.each([
  [['058-pay', 'pay-01KQ47E7', 'pay-01KQ47E8'], []],
  [['pay-01KQ47E8'], ['Open: pay-01KQ47E8; the others are merged or given up.']],
  [[], ['None of them is open.']],
])('of missions that a handle could name, it is said that %j are open', async (open, hints) => {
  const repository = tempRepository();
  write(repository, {
    '058-pay': meta(id('01KQ47E6')),
    'pay-01KQ47E7': meta(id('01KQ47E7')),
    'pay-01KQ47E8': meta(id('01KQ47E8')),
  });
  const missions = new CheckoutMissions(await findRepository(repository.root), ({ directory }) =>
    open.includes(directory),
  );
  await expect(missions.open('pay')).rejects.toMatchObject({
    code: 'MISSION_AMBIGUOUS_SELECTOR',
    hints: [...hints, 'Pass the whole directory name with --mission.'],
  });
});

test('the only mission needs no handle once it has ended; one that cannot be read counts as open', async () => {
  const repository = tempRepository();
  write(repository, { 'a-01KQ47E7': meta(id('01KQ47E7')) });
  const missions = new CheckoutMissions(await findRepository(repository.root), () => false);
  expect((await missions.open(undefined)).directory).toBe('a-01KQ47E7');
  write(repository, { broken: '{ ' });
  await expect(missions.open(undefined)).rejects.toMatchObject({ code: 'META_CORRUPT' });
});

test.each([
  ['a list', '[]', 'META_CORRUPT'],
  ['nothing', '', 'META_CORRUPT'],
  ['a byte order mark', `\uFEFF${meta(id('01KQ47E8'))}`, 'META_CORRUPT'],
  ['an id in lower case', meta('01kq47e8m8q4t5x6y7z8a9b0c1'), 'MISSION_ID_MISSING'],
])('meta.json with %s', async (_, text, code) => {
  const repository = tempRepository();
  write(repository, { pay: text });
  await expect((await missionsOf(repository)).open('pay')).rejects.toMatchObject({ code });
});

test('meta.json with a conflict in it names the commands that end it', async () => {
  const repository = tempRepository();
  write(repository, { pay: '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> theirs\n}\n' });
  await expect((await missionsOf(repository)).open('pay')).rejects.toMatchObject({
    code: 'META_CORRUPT',
    message: 'A merge left a conflict in the file: kitty-specs/pay/meta.json',
    hints: [
      expect.stringContaining('`git checkout --ours -- kitty-specs/pay/meta.json`'),
      expect.stringContaining('`spec-kitty agent status materialize --mission pay`'),
    ],
  });
});

test('meta.json that is not UTF-8, or not there beside a log', async () => {
  const repository = tempRepository();
  write(repository, { latin: '' });
  writeFileSync(
    path.join(repository.root, 'kitty-specs/latin/meta.json'),
    Buffer.from('{"a":"\xe4"}', 'latin1'),
  );
  repository.write({ 'kitty-specs/half/status.events.jsonl': '' });
  const missions = await missionsOf(repository);
  await expect(missions.open('latin')).rejects.toMatchObject({
    code: 'NOT_UTF8',
    details: { file: 'kitty-specs/latin/meta.json' },
  });
  await expect(missions.open('half')).rejects.toMatchObject({
    code: 'META_MISSING',
    details: { file: 'kitty-specs/half/meta.json' },
    hints: [
      expect.stringContaining('`git checkout HEAD -- kitty-specs/half/meta.json`'),
      expect.stringContaining('`spec-kitty specify <slug>`'),
    ],
  });
  expect(missions.directories()).toEqual(['half', 'latin']);
});

test('files of a mission: read as UTF-8, listed in byte order, and refused by name where a link is', async () => {
  const repository = tempRepository();
  write(repository, { 'pay-01KQ47E8': meta(id('01KQ47E8')) });
  const root = path.join(repository.root, 'kitty-specs/pay-01KQ47E8');
  const outside = path.join(repository.base, 'outside');
  mkdirSync(path.join(outside, 'tasks'), { recursive: true });
  writeFileSync(path.join(outside, 'secret.md'), 'secret');
  writeFileSync(path.join(outside, 'tasks', 'WP01-x.md'), 'secret');
  repository.write({
    'kitty-specs/pay-01KQ47E8/tasks/WP02-b.md': 'ä',
    'kitty-specs/pay-01KQ47E8/tasks/WP02-B.md': 'B',
  });
  mkdirSync(path.join(root, 'tasks/WP02-b'));
  mkdirSync(path.join(root, 'tasks/WP03-c.md'));
  symlinkSync(path.join(outside, 'secret.md'), path.join(root, 'spec.md'));
  symlinkSync(path.join(outside, 'secret.md'), path.join(root, 'tasks/WP01-a.md'));
  symlinkSync(path.join(outside, 'tasks'), path.join(root, 'linked'));
  writeFileSync(path.join(root, 'plan.md'), Buffer.of(0xff));
  const { files } = await (await missionsOf(repository)).open('pay');
  expect(files.list('tasks')).toEqual(['WP01-a.md', 'WP02-B.md', 'WP02-b.md', 'WP03-c.md']);
  expect(files.read('tasks/WP02-b.md')).toBe('ä');
  symlinkSync('nowhere', path.join(root, 'tasks.md'));
  for (const [named, link] of [
    ['spec.md', 'spec.md'],
    ['tasks.md', 'tasks.md'],
    ['tasks/WP01-a.md', 'tasks/WP01-a.md'],
    ['linked/WP01-x.md', 'linked'],
    ['tasks', 'tasks'],
    ['tasks/WP03-c.md', 'tasks/WP03-c.md'],
  ] as const) {
    const refused = { code: 'NOT_A_PLAIN_FILE', details: { path: `kitty-specs/pay-01KQ47E8/${link}` } };
    expect(() => files.read(named), named).toThrow(expect.objectContaining(refused));
  }
  expect(() => files.list('linked')).toThrow(expect.objectContaining({ code: 'NOT_A_PLAIN_FILE' }));
  expect(() => files.read('plan.md')).toThrow(
    expect.objectContaining({ code: 'NOT_UTF8', details: { file: 'kitty-specs/pay-01KQ47E8/plan.md' } }),
  );
});

test('a mission that is a link is told by name, and so are its meta.json and kitty-specs', async () => {
  const repository = tempRepository();
  const outside = path.join(repository.base, 'outside');
  const inSpecs = (name: string) => path.join(repository.root, 'kitty-specs', name);
  write(repository, { 'pay-01KQ47E8': meta(id('01KQ47E8')), 'ok-01KQ47E9': meta(id('01KQ47E9')) });
  renameSync(inSpecs('pay-01KQ47E8'), outside);
  symlinkSync(outside, inSpecs('pay-01KQ47E8'));
  symlinkSync('nowhere', inSpecs('gone'));
  symlinkSync('ok-01KQ47E9', inSpecs('latest'));
  mkdirSync(inSpecs('half'));
  symlinkSync('nowhere', inSpecs('half/meta.json'));
  const missions = await missionsOf(repository);
  expect(missions.directories()).toEqual(['gone', 'half', 'ok-01KQ47E9', 'pay-01KQ47E8']);
  for (const name of ['pay-01KQ47E8', 'gone', 'latest'])
    await expect(missions.open(name)).rejects.toMatchObject({
      code: 'FOLDER_IS_LINK',
      message: expect.stringMatching(new RegExp(`: kitty-specs/${name}$`)),
      details: { path: `kitty-specs/${name}` },
    });
  await expect(missions.open('half')).rejects.toMatchObject({
    code: 'NOT_A_PLAIN_FILE',
    details: { path: 'kitty-specs/half/meta.json' },
  });
  expect(await missions.open('ok')).toMatchObject({ directory: 'ok-01KQ47E9' });

  rmSync(path.join(repository.root, 'kitty-specs'), { recursive: true });
  symlinkSync(outside, path.join(repository.root, 'kitty-specs'));
  await expect(missions.open('pay-01KQ47E8')).rejects.toMatchObject({
    code: 'FOLDER_IS_LINK',
    details: { path: 'kitty-specs' },
  });
});
