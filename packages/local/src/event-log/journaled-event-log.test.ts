import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import type { LogRows } from '@spec-kitty/core/status/rows/decode-log';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { eventLogContract } from '@spec-kitty/testkit/event-log-contract';
import { annotationRow, laneRow, logText } from '@spec-kitty/testkit/status-rows';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { openLock } from '../lock/open-lock.ts';
import { findRepository, privateDir } from '../repository/repository.ts';
import { JournaledEventLog } from './journaled-event-log.ts';

const MISSION = { missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', directory: 'invoice-export-01KE6Z2V' };
const OTHER = { missionId: '01KE6Z3X3M8Q4T5X6Y7Z8A9B0C', directory: 'other-01KE6Z3X' };
const FILE = `kitty-specs/${MISSION.directory}/status.events.jsonl`;
const STATUS = `kitty-specs/${MISSION.directory}/status.json`;

async function openLog(repository: TempRepository) {
  const found = await findRepository(repository.root);
  const warnings: string[] = [];
  const folder = privateDir(found, 'locks');
  const log = new JournaledEventLog(found, async () => openLock({ folder }), {
    project: (_, { laneEvents }) => `${laneEvents.length} events\n`,
    warn: (message) => warnings.push(message),
  });
  const journal = privateDir(found, 'journal', `${MISSION.missionId}.jsonl`);
  return {
    log,
    warnings,
    journal,
    append: (...rows: NewRow[]) => log.append(MISSION, 'test', () => ({ rows, value: undefined })),
    ids: async () => idsOf(await log.read(MISSION)),
  };
}

const idsOf = ({ laneEvents }: LogRows) => laneEvents.map(({ event_id: id }) => Number(id.slice(-2)));
const row = (n: number) => laneRow(n);
/** A line of a log that a newer version has written. */
const newer = (stored: NewRow) => `${JSON.stringify({ ...stored, schema_version: '9.0.0' })}\n`;
const text = (...numbers: number[]) => logText(numbers.map(row));

/** A repository whose two missions are committed on main. */
async function world() {
  const repository = tempRepository();
  for (const { directory } of [MISSION, OTHER])
    repository.write({ [`kitty-specs/${directory}/meta.json`]: '{}\n' });
  repository.commit('missions');
  return { repository, ...(await openLog(repository)) };
}

eventLogContract({
  name: 'JournaledEventLog',
  open: async () => (await world()).log,
  missions: [MISSION, OTHER],
  plant: (log, address, line) => {
    if (log instanceof JournaledEventLog) appendRaw(log.copies(address).file, `${line}\n`);
  },
});

test('a row goes to the journal and to the checkout, and status.json follows', async () => {
  const { repository, append, journal } = await world();
  await append(row(1), row(2));
  expect(readFileSync(journal, 'utf8')).toBe(text(1, 2));
  expect(repository.read(FILE)).toBe(text(1, 2));
  expect(repository.read(STATUS)).toBe('2 events\n');
});

// Each takes the checkout back in its own way; `reset` also takes a commit back.
const SETBACKS: Record<string, (repository: TempRepository) => void> = {
  'reset --hard HEAD~1': (repository) => repository.git('reset', '--quiet', '--hard', 'HEAD~1'),
  'stash --include-untracked': (repository) => repository.git('stash', '--quiet', '--include-untracked'),
  'checkout of an older file': (repository) =>
    repository.git('checkout', '--quiet', 'HEAD~1', '--', 'kitty-specs'),
  restore: (repository) => repository.git('restore', '--source=HEAD~1', '--', 'kitty-specs'),
  'switch to a branch without the mission': (repository) =>
    repository.git('switch', '--quiet', '--force', 'without'),
  clean: (repository) => repository.git('clean', '--quiet', '--force', '-d', '-x'),
};

test.each(Object.keys(SETBACKS))(
  'after %s every acknowledged event is read, and the next append restores the file',
  async (name) => {
    const { repository, append, ids } = await world();
    repository.git(
      'branch',
      'without',
      repository.git('commit-tree', '-m', 'empty', '4b825dc642cb6eb9a060e54bf8d69288fbee4904'),
    );
    await append(row(1));
    repository.commit('one event');
    await append(row(2));
    repository.commit('two events');
    await append(row(3));
    const bound = { ...repository, git: repository.git.bind(repository) } as TempRepository;
    SETBACKS[name]?.(bound);
    expect(await ids()).toEqual([1, 2, 3]);

    await append(row(4));
    expect(await ids()).toEqual([1, 2, 3, 4]);
    const checkedOut = existsSync(path.join(repository.root, path.dirname(FILE), 'meta.json'));
    if (checkedOut) expect(repository.read(FILE)).toBe(text(1, 2, 3, 4));
    else expect(existsSync(path.join(repository.root, FILE))).toBe(false);
  },
);

test('copies that a killed process did not get to are made good also by a decision without rows', async () => {
  const { repository, append } = await world();
  await append();
  expect(existsSync(path.join(repository.root, STATUS))).toBe(false);
  await append(row(1));
  await append(row(2));
  repository.write({ [FILE]: text(1), [STATUS]: '1 events\n' });
  await append();
  expect([repository.read(FILE), repository.read(STATUS)]).toEqual([text(1, 2), '2 events\n']);
});

test('a mission that is not checked out gains rows in the journal alone', async () => {
  const { repository, append, ids } = await world();
  await append(row(1));
  repository.commit('one event');
  repository.git('switch', '--quiet', '--orphan', 'elsewhere');
  await append(row(2));
  expect(repository.git('status', '--porcelain')).toBe('');
  repository.git('switch', '--quiet', 'main');
  expect(await ids()).toEqual([1, 2]);
});

test('the journal is seeded with what the predecessor has written, at the first append and not before', async () => {
  const { repository, append, ids, journal } = await world();
  repository.write({ [FILE]: text(1, 2) });
  expect(await ids()).toEqual([1, 2]);
  expect(existsSync(journal)).toBe(false);
  await append(row(3));
  expect(readFileSync(journal, 'utf8')).toBe(text(1, 2, 3));
});

test('rows that only the file has are united, and the next append takes them into the journal', async () => {
  const { repository, append, ids, journal } = await world();
  await append(row(1));
  repository.write({ [FILE]: text(1, 2) });
  expect(await ids()).toEqual([1, 2]);
  await append(row(3));
  expect(readFileSync(journal, 'utf8')).toBe(text(1, 2, 3));
  expect(repository.read(FILE)).toBe(text(1, 2, 3));
});

test('the spacing of another tool stays as it is in the file, and adds nothing to the journal', async () => {
  const { repository, append, ids, journal } = await world();
  await append(row(1));
  const compact = `${JSON.stringify(row(1))}\n`;
  repository.write({ [FILE]: compact });
  await append(row(2));
  expect(readFileSync(journal, 'utf8')).toBe(text(1, 2));
  expect(repository.read(FILE)).toBe(compact + text(2));
  expect(await ids()).toEqual([1, 2]);
});

test('torn ends of both copies are repaired by the next append', async () => {
  const { repository, append, ids, journal } = await world();
  await append(row(1), row(2));
  appendRaw(journal, '{"event_id": "never ackn');
  repository.write({ [FILE]: text(1, 2).slice(0, -30) });
  expect(await ids()).toEqual([1, 2]);
  await append(row(3));
  expect(readFileSync(journal, 'utf8')).toBe(text(1, 2, 3));
  expect(repository.read(FILE)).toBe(text(1, 2, 3));
});

test('a row that could not be read back is not written', async () => {
  const { repository, append, journal } = await world();
  await append(row(1));
  await expect(append({ ...row(2), to_lane: 'nowhere' as never })).rejects.toMatchObject({
    code: 'LOG_CORRUPT',
  });
  expect([repository.read(FILE), readFileSync(journal, 'utf8')]).toEqual([text(1), text(1)]);
});

test('a corrupt file is refused with its line, and neither copy is touched', async () => {
  const { repository, append, journal } = await world();
  await append(row(1));
  const broken = `${text(1)}<<<<<<< ours\n${text(2)}`;
  repository.write({ [FILE]: broken });
  await expect(append(row(3))).rejects.toMatchObject({
    code: 'LOG_CORRUPT',
    details: { file: FILE, line: 2 },
  });
  expect([repository.read(FILE), readFileSync(journal, 'utf8')]).toEqual([broken, text(1)]);
});

test.each([
  ['.kittify/metadata.yaml', { '.kittify/metadata.yaml': 'spec_kitty:\n  schema_version: 4\n' }],
  ['metadata.yaml in braces', { '.kittify/metadata.yaml': 'spec_kitty: {version: 9, schema_version: 4}\n' }],
  [
    'metadata.yaml behind another number of that name',
    { '.kittify/metadata.yaml': 'plugin:\n  schema_version: 1\nspec_kitty:\n  schema_version: 4\n' },
  ],
  [
    'the event log',
    {
      [FILE]: `${text(1)}{"event_id":"01KE7000000000000000000099","event_type":"New","schema_version":"6.0.0"}\n`,
    },
  ],
  ['a lane event', { [FILE]: text(1) + newer(laneRow(2)) }],
  ['an annotation', { [FILE]: text(1) + newer(annotationRow(2, { note: 'Hm.' })) }],
])('a newer schema in %s is read, not written, and nothing is decided', async (_, files) => {
  const { repository, log, append, ids } = await world();
  await append(row(1));
  repository.write(files);
  const read = await ids();
  expect(read).toContain(1);
  let decided = false;
  const tooNew = log.append(MISSION, 'test', () => {
    decided = true;
    return { rows: [row(2)], value: undefined };
  });
  await expect(tooNew).rejects.toMatchObject({
    code: 'SCHEMA_TOO_NEW',
    hints: [expect.stringContaining('npm install')],
  });
  await expect(log.materialize(MISSION, 'test')).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
  expect([decided, await ids()]).toEqual([false, read]);
});

test('a folder in place of metadata.yaml is refused by its name', async () => {
  const { repository, append } = await world();
  repository.write({ '.kittify/metadata.yaml/keep': '' });
  await expect(append(row(1))).rejects.toMatchObject({
    code: 'NOT_A_PLAIN_FILE',
    details: { path: '.kittify/metadata.yaml' },
  });
});

test('the schema versions of today are written', async () => {
  const { repository, append, ids } = await world();
  repository.write({
    '.kittify/metadata.yaml': 'spec_kitty:\n  schema_version: 3\n',
    [FILE]: '{"event_id":"01KE7000000000000000000099","event_type":"Old","schema_version":"5.0.0"}\n',
  });
  await append(row(1));
  expect(await ids()).toEqual([1]);
});

test('a checkout that cannot be written is a warning, and the events are recorded', async () => {
  const { repository, append, warnings, ids } = await world();
  mkdirSync(path.join(repository.root, STATUS));
  await append(row(1));
  expect(warnings).toEqual([expect.stringContaining('status.json')]);
  expect(await ids()).toEqual([1]);
});

const root = process.getuid?.() === 0;
test.skipIf(root)(
  `a read-only checkout is a warning${root ? ' (skipped: root may write everywhere)' : ''}`,
  async () => {
    const { repository, append, warnings, ids } = await world();
    const folder = path.join(repository.root, path.dirname(FILE));
    chmodSync(folder, 0o500);
    await append(row(1));
    chmodSync(folder, 0o700);
    expect(warnings).toEqual([expect.stringContaining('The events are recorded')]);
    expect(await ids()).toEqual([1]);
  },
);

test('nothing is written through a link in place of the mission folder', async () => {
  const { repository, append, ids, warnings } = await world();
  const outside = path.join(repository.base, 'outside');
  repository.git('rm', '-r', '--quiet', path.dirname(FILE));
  mkdirSync(outside);
  symlinkSync(outside, path.join(repository.root, path.dirname(FILE)));
  repository.write({ [`kitty-specs/${MISSION.directory}/meta.json`]: '{}\n' });
  await append(row(1));
  expect(readdirSync(outside)).toEqual(['meta.json']);
  expect([await ids(), warnings]).toEqual([[1], []]);
});

test('materialize writes what differs, once, and leaves no other file behind', async () => {
  const { repository, log, append } = await world();
  await append(row(1), row(2));
  expect((await log.materialize(MISSION, 'test')).changed).toEqual([]);
  const before = statSync(path.join(repository.root, FILE), { bigint: true }).mtimeNs;

  repository.write({ [STATUS]: 'old\n' });
  expect((await log.materialize(MISSION, 'test')).changed).toEqual(['status.json']);
  expect(statSync(path.join(repository.root, FILE), { bigint: true }).mtimeNs).toBe(before);

  repository.write({ [FILE]: text(1) });
  expect(await log.materialize(MISSION, 'test')).toEqual({
    union: text(1, 2),
    statusJson: '2 events\n',
    changed: ['status.events.jsonl'],
  });
  expect(await log.unite(MISSION, 'test')).toBe(text(1, 2));
  expect(readdirSync(path.join(repository.root, path.dirname(FILE))).toSorted()).toEqual([
    'meta.json',
    'status.events.jsonl',
    'status.json',
  ]);
});

test('a mission whose folder was taken away meanwhile is not materialized anew', async () => {
  const { repository, log, append, ids } = await world();
  await append(row(1));
  rmSync(path.join(repository.root, path.dirname(FILE)), { recursive: true });
  await expect(log.materialize(MISSION, 'test')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(existsSync(path.join(repository.root, path.dirname(FILE)))).toBe(false);
  expect(await ids()).toEqual([1]);
});

test('both copies can be looked at as they are', async () => {
  const { repository, log, append } = await world();
  await append(row(1), row(2));
  repository.write({ [FILE]: text(1) });
  expect(log.stored(MISSION)).toEqual({
    checkout: { text: text(1), file: FILE },
    journal: { text: text(1, 2), file: log.copies(MISSION).journal },
  });
  expect(log.stored(OTHER)).toEqual({ checkout: undefined, journal: undefined });
  expect(log.unionText(MISSION)).toBe(text(1, 2));
});

function appendRaw(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, content);
}
