import { execFileSync } from 'node:child_process';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { laneMessage, sealMessage, squashMessage } from './merge-messages.ts';

const world = new MissionWorld();
beforeAll(() =>
  world.plan([
    { id: 'WP01', owns: ['a.js'] },
    { id: 'WP02', owns: ['b.js'] },
  ]),
);
afterAll(() => world.dispose());

const view = async () => (await world.workspace()).view(world.directory);

/** Trailers as Git finds them. */
function trailers(message: string): readonly string[] {
  const options = { input: message, encoding: 'utf8', env: world.repository.env } as const;
  return execFileSync('git', ['interpret-trailers', '--parse'], options).trimEnd().split('\n');
}

const OWN = ['Spec-Kitty-Command: merge', 'Spec-Kitty-Mission: 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C'];
const [ADA, BO] = ['Ada <ada@example.com>', 'Bo <bo@example.com>'];

test('a squash names each package, its commit and its authors once each, as trailers that Git finds', async () => {
  const message = squashMessage(await view(), [
    { wp: 'WP01', commit: 'c1', authors: [ADA, BO] },
    { wp: 'WP02', commit: 'c2', authors: [BO] },
  ]);
  expect(trailers(message)).toEqual([
    `Spec-Kitty-Package: WP01 c1 by ${ADA}, ${BO}`,
    `Spec-Kitty-Package: WP02 c2 by ${BO}`,
    `Co-authored-by: ${ADA}`,
    `Co-authored-by: ${BO}`,
    ...OWN,
  ]);
  expect(message.split('\n\n').slice(0, 2)).toEqual([
    world.directory,
    'WP01: Package WP01\nWP02: Package WP02',
  ]);
});

test('a package without commits of its own has no author, and one without a file only its id', async () => {
  const message = squashMessage(await view(), [{ wp: 'WP09', commit: 'c9', authors: [] }]);
  expect(trailers(message)).toEqual(['Spec-Kitty-Package: WP09 c9', ...OWN]);
  expect(message).toContain('\n\nWP09: WP09\n\n');
});

test('the title of a squash is the name that people gave the mission', async () => {
  const found = await view();
  const mission = { ...found.mission, meta: { ...found.mission.meta, friendly_name: 'Pay by card' } };
  expect(squashMessage({ ...found, mission }, []).split('\n')[0]).toBe('Pay by card');
});

test('the commit of a lane and the record end in the same trailers', async () => {
  const lane = { laneId: 'lane-a', packages: ['WP01', 'WP02'], commit: 'c', base: null, reviewed: [] };
  const messages = [
    laneMessage(await view(), lane),
    sealMessage(await view(), { completes: ['WP01', 'WP02'] }, []),
    sealMessage(await view(), { completes: ['WP01'] }, ['kitty-specs/x/spec.md', 'kitty-specs/x/plan.md']),
  ];
  expect(messages.map((message) => message.split('\n')[0])).toEqual([
    `Merge WP01, WP02 of ${world.directory}`,
    `Record the merge of ${world.directory}`,
    `Record the merge of ${world.directory}`,
  ]);
  for (const message of messages) expect(trailers(message)).toEqual(OWN);
  expect(messages[1]).toContain('\n\nDone: WP01, WP02\n\n');
  expect(messages[2]).toContain(
    'Done: WP01\nWith changes of: kitty-specs/x/spec.md, kitty-specs/x/plan.md\n\n',
  );
});

test('a squashed mission credits whoever wrote its commits, and keeps those', async () => {
  await world.claim('WP01');
  world.work('lane-a', { 'a.js': 'a\n' }, 'WP01: begin');
  world.gitIn('lane-a', 'commit', '--quiet', '--allow-empty', `--author=${ADA}`, '--message', 'WP01: end');
  await world.approve('WP01');
  await world.deliver('WP02', 'lane-b', { 'b.js': 'b\n' });
  const tips = ['lane-a', 'lane-b'].map((lane) => world.gitIn(lane, 'rev-parse', 'HEAD'));
  await world.merge({ withoutAcceptance: true });
  const { repository } = world;
  const me = 'Test Person <test@example.com>';
  expect(trailers(repository.git('log', '-1', '--format=%B', 'main~1'))).toEqual([
    `Spec-Kitty-Package: WP01 ${tips[0]} by ${ADA}, ${me}`,
    `Spec-Kitty-Package: WP02 ${tips[1]} by ${me}`,
    `Co-authored-by: ${ADA}`,
    `Co-authored-by: ${me}`,
    ...OWN,
  ]);
  const kept = `refs/spec-kitty/backup/${world.missionId}`;
  expect(repository.git('rev-parse', `${kept}/lane-a`, `${kept}/lane-b`).split('\n')).toEqual(tips);
});
