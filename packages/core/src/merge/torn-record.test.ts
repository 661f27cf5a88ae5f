import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unfinishedMerge } from '@spec-kitty/local/pending-merges/open-merges';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mergeMission } from './merge-mission.ts';
import { abortMerge, resumeMerge } from './pending-merge.ts';

// A merge of two packages that is killed in the middle of the append of its rows.
const world = new MissionWorld();
const { repository } = world;
const journal = path.join(repository.root, '.git/spec-kitty/journal', `${world.missionId}.jsonl`);
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

/** Leaves some of the three rows in the journal, and a part of the next; the checkout's copies were not written. */
async function tearAfter(rows: number): Promise<void> {
  const copies = ['status.events.jsonl', 'status.json'].map((name) => `${world.folder}/${name}`);
  const texts = Object.fromEntries(copies.map((name) => [name, repository.read(name)]));
  const before = readFileSync(journal, 'utf8').length;
  const workspace = await world.workspace();
  const rewrite = () => {
    throw new Error('killed');
  };
  const killing = withChanges(workspace, { files: withChanges(workspace.files, { rewrite }) });
  await expect(mergeMission(killing, world.mergeRequest())).rejects.toThrow('killed');
  repository.write(texts);
  const text = readFileSync(journal, 'utf8');
  const lines = text.slice(before).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  const whole = lines.slice(0, rows).map((line) => `${line}\n`);
  writeFileSync(journal, text.slice(0, before) + whole.join('') + (lines[rows] ?? '').slice(0, -2));
  world.reopen();
}

const abort = async () => abortMerge(await world.workspace(), { mission: world.directory });
const kept = { mission: world.directory, keepWorktrees: false, keepBranches: false };

test('a merge of which no row came to the log is undone', async () => {
  const before = repository.git('rev-parse', 'main');
  await tearAfter(0);
  expect(unfinishedMerge((await world.workspace()).repository, world.missionId)).toBe('open');
  await abort();
  expect(repository.git('rev-parse', 'main')).toBe(before);
  expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
});

test.each([1, 2])(
  'with %i of three rows in the log a merge is not undone, as packages would stay done without their work',
  async (rows) => {
    await tearAfter(rows);
    const tip = repository.git('rev-parse', 'main');
    const workspace = await world.workspace();
    expect(unfinishedMerge(workspace.repository, world.missionId)).toBe('recorded');
    const advice = expect.stringMatching(/merge --resume(?!.*--abort)/);
    await expect(abort()).rejects.toMatchObject({ code: 'MERGE_RECORDED', hints: [advice] });
    const pending = { code: 'MERGE_PENDING', hints: [advice] };
    await expect(world.merge({ dryRun: true })).rejects.toMatchObject(pending);
    await expect(world.accept()).rejects.toMatchObject(pending);
    await expect(world.move('WP01', 'planned', { force: true, note: 'anew' })).rejects.toMatchObject(pending);
    expect(repository.git('rev-parse', 'main')).toBe(tip);

    await resumeMerge(await world.workspace(), kept);
    expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
    const { lifecycle } = await (await world.workspace()).log.read(world);
    expect(lifecycle.filter((row) => row['event_type'] === 'MissionMerged')).toHaveLength(1);
    expect([repository.git('rev-parse', 'main'), repository.git('status', '--porcelain')]).toEqual([tip, '']);
  },
);

test('with the log of the target checked out by hand, both who asks and who undoes say that it is recorded', async () => {
  await tearAfter(0);
  repository.git('checkout', '--quiet', 'main', '--', world.folder);
  expect(unfinishedMerge((await world.workspace()).repository, world.missionId)).toBe('recorded');
  await expect(abort()).rejects.toMatchObject({ code: 'MERGE_RECORDED' });
  await resumeMerge(await world.workspace(), kept);
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
});
