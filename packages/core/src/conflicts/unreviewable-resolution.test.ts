import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { abortResolution } from './abort-resolution.ts';
import { continueResolution } from './continue-resolution.ts';
import { startResolution } from './start-resolution.ts';

// One lane that conflicts with the target; its resolution does not come to review by the first command.
const world = new MissionWorld();
const { repository, directory } = world;
const request = { mission: directory, lane: undefined, agent: 'claude' };
let folder = '';
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }], { 'list.txt': 'one\n' });
  await world.deliver('WP01', 'lane-a', { 'list.txt': 'first\n', 'src/a.js': 'a\n' });
  repository.commit('Count on', { 'list.txt': 'ONE\n' });
  world.save();
});
beforeEach(async () => {
  world.restore();
  const { resolution } = await startResolution(await world.workspace(), request);
  folder = resolution.folder;
  stage({ 'list.txt': 'FIRST\n' });
});
afterAll(() => world.dispose());

function stage(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  repository.git('-C', folder, 'add', '--all');
}

async function goOn() {
  world.reopen();
  return continueResolution(await world.workspace(), request);
}

const killed = () => {
  throw new Error('killed');
};

test('what a review does not take is refused before it is on the lane, and put right in the folder', async () => {
  const tip = world.gitIn('lane-a', 'rev-parse', 'HEAD');
  stage({ [`${world.folder}/notes.md`]: 'mine\n' });
  const put = expect.stringContaining(`git -C ${folder} restore --source=`);
  const refused = { code: 'LANE_TOUCHES_STATE', hints: [put, 'Then run the command again.'] };
  await expect(goOn()).rejects.toMatchObject(refused);
  expect(world.gitIn('lane-a', 'rev-parse', 'HEAD')).toBe(tip);
  const source = repository.git('rev-parse', 'main');
  repository.git(
    '-C',
    folder,
    'restore',
    `--source=${source}`,
    '--staged',
    '--worktree',
    '--',
    'kitty-specs',
  );
  expect(await goOn()).toMatchObject({ moved: { to: 'for_review' } });
});

test('one that is refused can be given up instead', async () => {
  const tip = world.gitIn('lane-a', 'rev-parse', 'HEAD');
  stage({ [`${world.folder}/notes.md`]: 'mine\n' });
  await expect(goOn()).rejects.toMatchObject({ code: 'LANE_TOUCHES_STATE' });
  await abortResolution(await world.workspace(), request);
  expect([world.gitIn('lane-a', 'rev-parse', 'HEAD'), existsSync(folder)]).toEqual([tip, false]);
});

test('a lane that has gone on from its resolution goes to review with what is there', async () => {
  const workspace = await world.workspace();
  const broken = withChanges(workspace, { log: withChanges(workspace.log, { append: killed }) });
  await expect(continueResolution(broken, request)).rejects.toThrow('killed');
  const tip = world.work('lane-a', { 'src/a.js': 'later\n' });
  expect(await goOn()).toMatchObject({ commit: tip, moved: { to: 'for_review', commit: tip } });
  expect(existsSync(folder)).toBe(false);
});

test('a package that was reviewed with its resolution stays approved, whatever its lane has had since', async () => {
  const workspace = await world.workspace();
  const conflicts: typeof workspace.conflicts = async (mission) =>
    withChanges(await workspace.conflicts(mission), { drop: killed });
  const undropped = continueResolution(withChanges(workspace, { conflicts }), request);
  await expect(undropped).rejects.toThrow('killed');
  await world.review('WP01');
  await world.move('WP01', 'approved', { agent: 'codex', note: 'fine' });
  world.work('lane-a', { 'src/a.js': 'later\n' });
  expect(await goOn()).toMatchObject({ moved: null, to: 'approved' });
  expect(existsSync(folder)).toBe(false);
});
