import { spawn } from 'node:child_process';
import path from 'node:path';
import { FIVE, NEEDS, TrainWorld } from '@spec-kitty/testkit/train-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MergePorts } from '../ports/merge-ports.ts';
import { mergeMission } from './merge-mission.ts';
import { abortMerge } from './pending-merge.ts';

// Five approved packages, of which the second breaks the validation, and the fourth needs it.
const made = new TrainWorld();
const { world } = made;
beforeAll(async () => {
  await made.deliver(FIVE, NEEDS);
  await world.accept();
  world.save();
});
afterAll(() => world.dispose());

/** Stands for a process that is killed: what comes after it does not happen. */
class Killed extends Error {}

const die = (): never => {
  throw new Killed();
};

const KILLS: Readonly<Record<string, (ports: MergePorts) => MergePorts>> = {
  'between two validations': (ports) => {
    let seen = 0;
    return withIntegrator(ports, (own) => ({
      validate: (...given) => ((seen += 1) > 3 ? die() : own.validate(...given)),
    }));
  },
  'before the target moves': (ports) => withIntegrator(ports, () => ({ apply: async () => die() })),
  'after the target moved': (ports) =>
    withIntegrator(ports, (own) => ({
      apply: async (landing) => {
        await own.apply(landing);
        die();
      },
    })),
  'after the feedback, before the events': (ports) =>
    withChanges(ports, {
      files: withChanges(ports.files, {
        write: (name, text) => {
          ports.files.write(name, text);
          if (name.includes('review-cycle')) die();
        },
      }),
    }),
  'after the events': (ports) => withChanges(ports, { files: withChanges(ports.files, { rewrite: die }) }),
  'before the record is removed': (ports) => withIntegrator(ports, () => ({ forget: die })),
};

type Own = Awaited<ReturnType<MergePorts['integrator']>>;

function withIntegrator(ports: MergePorts, changes: (own: Own) => Partial<Own>): MergePorts {
  return withChanges(ports, {
    integrator: async (mission) => {
      const own = await ports.integrator(mission);
      return withChanges(own, changes(own));
    },
  });
}

const AFTER = { WP01: 'done', WP02: 'planned', WP03: 'done', WP04: 'approved', WP05: 'done' };

test.each(Object.keys(KILLS))(
  'a train killed %s goes on with the next run, and does nothing twice',
  async (when) => {
    world.restore();
    const { repository } = world;
    const kill = KILLS[when];
    if (!kill) throw new Error(when);
    const request = world.mergeRequest({ train: true });
    await expect(mergeMission(kill(await world.workspace()), request)).rejects.toBeInstanceOf(Killed);
    expect(made.brokenTargets()).toEqual([]);
    world.reopen();
    const merged = await made.merge();
    expect([await world.lanes(), merged.plan.completes]).toEqual([AFTER, ['WP01', 'WP03', 'WP05']]);
    expect(merged.train).toMatchObject({ sentBack: [{ wp: 'WP02' }], waiting: ['WP04'] });
    expect([made.brokenTargets(), repository.git('status', '--porcelain')]).toEqual([[], '']);
    const { laneEvents } = await (await world.workspace()).log.read(world);
    expect(laneEvents.filter(({ to_lane: to }) => to === 'done')).toHaveLength(3);
    expect(
      laneEvents.filter(({ from_lane: from, to_lane: to }) => from === 'approved' && to === 'planned'),
    ).toHaveLength(1);
    expect(await made.rows('MissionMerged')).toHaveLength(1);
    const cycles = repository.git(
      'ls-tree',
      '-r',
      '--name-only',
      'main',
      `${world.folder}/tasks/WP02-package/`,
    );
    expect(cycles).toBe(`${world.folder}/tasks/WP02-package/review-cycle-1.md`);
  },
);

test('a train that was killed can be given up, to the byte', async () => {
  world.restore();
  const before = world.repository.git('rev-parse', 'main');
  const killed =
    KILLS['before the record is removed'] &&
    withIntegrator(await world.workspace(), (own) => ({
      apply: async (landing) => {
        await own.apply(landing);
        die();
      },
    }));
  if (!killed) throw new Error('no ports');
  await expect(mergeMission(killed, world.mergeRequest({ train: true }))).rejects.toBeInstanceOf(Killed);
  world.reopen();
  await abortMerge(await world.workspace(), { mission: world.directory });
  expect([world.repository.git('rev-parse', 'main'), world.repository.git('status', '--porcelain')]).toEqual([
    before,
    '',
  ]);
  expect(new Set(Object.values(await world.lanes()))).toEqual(new Set(['approved']));
});

test.skipIf(process.platform !== 'linux')(
  'a validation that a killed merge has left is ended, and that of another clone goes on [Linux only]',
  async () => {
    world.restore();
    const [left, other] = [world.repository.root, '/another/clone'].map((root) => {
      const record = path.join(root, '.git/spec-kitty/moves', `merge-${world.missionId}.json`);
      return spawn('sleep', ['60'], { env: { ...process.env, SPEC_KITTY_ATTEMPT: record } });
    });
    await world.merge({ train: true });
    await expect.poll(() => left?.signalCode).toBe('SIGKILL');
    expect(other?.signalCode).toBeNull();
    other?.kill();
  },
);
