import { documentJson } from '@spec-kitty/protocol/canonical-json';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acceptMission } from './accept-mission.ts';

const world = new MissionWorld();
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }], { '.kittify/config.yaml': 'project: {}\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const request = (actor: string) =>
  ({ mission: world.directory, actor, mode: 'local', commit: true }) as const;

test('two who accept at once accept once, and both name the commit that did', async () => {
  const open = () => world.openIn(world.repository.root);
  const before = world.repository.git('rev-parse', 'main');
  const both = await Promise.all([
    acceptMission(await open(), request('ada')),
    acceptMission(await open(), request('bob')),
  ]);
  const commit = world.repository.git('rev-parse', 'main');
  expect(world.repository.git('rev-parse', 'main~1')).toBe(before);
  expect(both.map((accepted) => accepted.commit)).toEqual([commit, commit]);
  expect(both.filter(({ committed }) => committed)).toHaveLength(1);
  const [first, second] = both;
  expect([first.at, first.by]).toEqual([second.at, second.by]);
  const { lifecycle } = await (await open()).log.read(world);
  expect(lifecycle.filter((row) => row['event_type'] === 'MissionAccepted')).toHaveLength(1);
  expect(world.repository.git('status', '--porcelain')).toBe('');
});

test('what others write into meta.json while a mission is accepted stays', async () => {
  const workspace = await world.workspace();
  const file = `${world.folder}/meta.json`;
  const meanwhile = withChanges(workspace, {
    log: withChanges(workspace.log, {
      append: async (mission, purpose, decide) => {
        const value = await workspace.log.append(mission, purpose, decide);
        world.repository.write({
          [file]: documentJson({ ...JSON.parse(world.repository.read(file)), purpose_tldr: 'Pay.' }),
        });
        return value;
      },
    }),
  });
  await acceptMission(meanwhile, request('ada'));
  expect(JSON.parse(world.repository.read(file))).toMatchObject({ accepted_by: 'ada', purpose_tldr: 'Pay.' });
});

test('an acceptance that the user commits is found in that commit, however the history goes on', async () => {
  expect(await world.accept({ commit: false })).toMatchObject({ commit: null, committed: false });
  const commit = world.repository.commit('accepted');
  world.repository.commit('more', { [`${world.folder}/notes.md`]: '', 'src/x.js': '' });
  world.reopen();
  expect(await world.accept()).toMatchObject({ already: true, by: 'ada', commit, committed: false });
});
