import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Ending } from '@spec-kitty/core/run/ending';
import { expect, test } from 'vitest';
import { type AgentsWorld, agentsWorld } from '../../testing/run/agents-world.ts';

/** A validation that is at it until it is killed, once it has been asked so often. */
async function slowFrom(nth: number): Promise<{ readonly world: AgentsWorld; readonly at: string }> {
  const world = await agentsWorld();
  const { repository } = world.made;
  const count = path.join(repository.base, 'asked');
  const at = path.join(repository.base, 'at-it');
  const script = `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(count)}, '.'); if (fs.readFileSync(${JSON.stringify(count)}, 'utf8').length === ${nth}) { fs.writeFileSync(${JSON.stringify(at)}, ''); setTimeout(() => undefined, 20_000); }`;
  const command = JSON.stringify([process.execPath, '-e', script]);
  repository.commit('Validation', { '.kittify/config.yaml': `validation:\n  command: ${command}\n` });
  world.made.reopen();
  const workspace = await world.made.workspace();
  const trust = await workspace.trust();
  await trust.allow(await trust.items(await workspace.config()));
  return { world, at };
}

async function stopOnceThere(stop: Ending, file: string): Promise<void> {
  while (!existsSync(file)) await pause(20);
  rmSync(file);
  stop.reach();
}

test('a run that is told to stop while it validates a lane ends that, and looks again when it goes on', async () => {
  const { world, at } = await slowFrom(1);
  const stop = new Ending();
  const [end] = await Promise.all([world.run({ stop }), stopOnceThere(stop, at)]);
  expect([end.outcome, end.reason]).toEqual(['stopped', 'It was told to stop.']);
  expect(Date.parse(end.state.ended?.at ?? '') - Date.parse(end.state.startedAt)).toBeLessThan(15_000);
  expect(await world.made.lanes()).toEqual({ WP01: 'in_progress' });
  expect((await world.run({ resumes: true })).outcome).toBe('complete');
});

test('a run that is told to stop while it validates its merge moves nothing', async () => {
  const { world, at } = await slowFrom(2);
  const { repository } = world.made;
  const stop = new Ending();
  const [end] = await Promise.all([world.run({ stop }), stopOnceThere(stop, at)]);
  expect([end.outcome, end.reason]).toEqual(['stopped', 'It was told to stop.']);
  expect(await world.made.lanes()).toEqual({ WP01: 'approved' });
  expect(repository.git('log', '-1', '--format=%s', 'main')).toMatch(/^Accept /);
  expect((await world.run({ resumes: true })).outcome).toBe('complete');
});
