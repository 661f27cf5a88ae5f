import { existsSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import type { FaultPlan } from '@spec-kitty/testkit/faults/fault-plan';
import { FaultInjector } from '@spec-kitty/testkit/faults/injector/fault-injector';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { abortResolution } from './abort-resolution.ts';
import { continueResolution } from './continue-resolution.ts';
import { startResolution } from './start-resolution.ts';

// One lane that conflicts with the target. Every call after a point fails, as after a death, and the command is run again.
const injector = new FaultInjector();
syncBuiltinESMExports();
const world = new MissionWorld();
const { repository, directory } = world;
const record = path.join(repository.root, '.git/spec-kitty/conflicts', `${directory}-lane-a.json`);
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }], { 'list.txt': 'one\n' });
  await world.deliver('WP01', 'lane-a', { 'list.txt': 'first\n', 'src/a.js': 'a\n' });
  repository.commit('Count on', { 'list.txt': 'ONE\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

async function start() {
  world.reopen();
  return startResolution(await world.workspace(), { mission: directory, lane: undefined });
}

async function goOn() {
  world.reopen();
  const request = { mission: directory, lane: undefined, agent: 'claude' };
  return continueResolution(await world.workspace(), request);
}

async function giveUp() {
  world.reopen();
  return abortResolution(await world.workspace(), { mission: directory, lane: undefined });
}

async function resolve(): Promise<string> {
  const { resolution } = await start();
  writeFileSync(path.join(resolution.folder, 'list.txt'), 'FIRST\n');
  repository.git('-C', resolution.folder, 'add', 'list.txt');
  return resolution.folder;
}

/** @returns how many calls that change something were made. */
async function struck(plan: FaultPlan, command: () => Promise<unknown>): Promise<number> {
  injector.arm(plan);
  const ended = await command().then(
    () => true,
    () => false,
  );
  const { fired, effects } = await injector.disarm();
  // Some calls may fail: what they leave, the next run puts away.
  if (!fired) expect(ended).toBe(true);
  return effects;
}

/** Right after the lane's move has been recorded. */
const MOVE_RECORDED: FaultPlan = {
  kind: 'crash',
  at: 2,
  phase: 'before',
  within: { since: String.raw`/moves/lane-[^/]+\.json$`, until: '$^' },
};

/** Spread over the command: each point takes a second. `1` takes all of them. */
const STEP = Number(process.env['SPEC_KITTY_KILL_STEP'] ?? 23);

describe('killed at any point', () => {
  test('starting leads to the same folder by the same command', async () => {
    const before = repository.git('for-each-ref');
    const calls = await struck({ kind: 'none' }, start);
    expect(calls).toBeGreaterThan(STEP);
    for (let at = 1; at <= calls; at += STEP) {
      world.restore();
      await struck({ kind: 'crash', at, phase: 'before' }, start);
      const { resolution } = await start();
      expect(resolution, String(at)).toMatchObject({ laneId: 'lane-a', paths: ['list.txt'], commit: null });
      expect(repository.git('-C', resolution.folder, 'ls-files', '--unmerged')).toContain('list.txt');
      expect(repository.git('for-each-ref')).toBe(before);
    }
  });

  test('going on ends with the resolution on its lane and its package in review, once', async () => {
    await resolve();
    const calls = await struck({ kind: 'none' }, goOn);
    expect(calls).toBeGreaterThan(2 * STEP);
    for (let at = 1; at <= calls; at += STEP) {
      world.restore();
      const folder = await resolve();
      await struck({ kind: 'crash', at, phase: 'before' }, goOn);
      // What is done is never lost: it is in the folder, or on the lane.
      const there = existsSync(path.join(folder, '.git'));
      if (there) expect(repository.git('-C', folder, 'show', ':list.txt')).toBe('FIRST');
      if (existsSync(record)) await goOn();
      expect(world.gitIn('lane-a', 'show', 'HEAD:list.txt'), String(at)).toBe('FIRST');
      expect(world.gitIn('lane-a', 'status', '--porcelain')).toBe('');
      expect([existsSync(folder), existsSync(record)]).toEqual([false, false]);
      expect(repository.git('for-each-ref', 'refs/spec-kitty/moving')).toBe('');
      expect(await world.lanes()).toEqual({ WP01: 'for_review' });
      const { laneEvents } = await (await world.workspace()).log.read(world);
      const reviews = laneEvents.filter(({ to_lane: to }) => to === 'for_review');
      expect(reviews.filter(({ from_lane: from }) => from !== 'in_progress').length).toBeLessThanOrEqual(1);
    }
  });
});

test('one that is given up before the lane has moved is not brought there by the next claim', async () => {
  const folder = await resolve();
  const tip = world.gitIn('lane-a', 'rev-parse', 'HEAD');
  await struck(MOVE_RECORDED, goOn);
  await giveUp();
  expect(existsSync(folder)).toBe(false);
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'anew' });
  await world.claim('WP01');
  expect(world.gitIn('lane-a', 'rev-parse', 'HEAD')).toBe(tip);
});

test('a lane that somebody moved after an interruption stays, and the way out is told', async () => {
  await resolve();
  await struck(MOVE_RECORDED, goOn);
  // As a fetch would; the index of the lane is still held.
  const moved = world.gitIn('lane-a', 'commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'later');
  world.gitIn('lane-a', 'update-ref', 'HEAD', moved);
  await expect(goOn()).rejects.toMatchObject({ code: 'LANE_MOVED', details: { found: moved } });
  await giveUp();
  expect(world.gitIn('lane-a', 'rev-parse', 'HEAD')).toBe(moved);
});

test('a record that cannot be read is named, and holds up nothing else', async () => {
  const folder = await resolve();
  for (const text of [
    '{"miss',
    JSON.stringify({ missionId: world.missionId, resolution: { laneId: 'lane-a' } }),
  ]) {
    writeFileSync(record, text);
    const unreadable = { code: 'RECORD_UNREADABLE', details: { path: record } };
    for (const command of [start, goOn, giveUp]) await expect(command()).rejects.toMatchObject(unreadable);
    await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({ code: 'MERGE_CONFLICT' });
    expect(existsSync(folder)).toBe(true);
  }
});
