import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addNote } from '../annotations/add-note.ts';
import { markSubtasks } from '../annotations/mark-subtasks.ts';
import { askNext } from '../next/ask-next.ts';
import { reportStep } from '../next/report-step.ts';

// A mission that is merged without acceptance; one package was not wanted.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'], subtasks: ['T001'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP02', 'canceled', { note: 'not needed' });
  await world.merge({ withoutAcceptance: true });
});
afterAll(() => world.dispose());

const note = async () =>
  addNote(await world.workspace(), { mission: world.directory, wp: 'WP01', note: 'Late.', actor: 'ada' });
const mark = async () =>
  markSubtasks(await world.workspace(), {
    mission: world.directory,
    ids: ['T001'],
    status: 'done',
    actor: 'ada',
  });

test('a merged log is at its end until a package is taken up again by force', async () => {
  const workspace = await world.workspace();
  const merged = {
    code: 'MISSION_MERGED',
    hints: [expect.anything(), expect.stringContaining('agent tasks move-task')],
  };
  for (const write of [note, mark, () => world.accept()]) await expect(write()).rejects.toMatchObject(merged);
  const view = await workspace.view(world.directory);
  const report = { agent: 'ada', result: 'success', decision: askNext(view, 'ada') } as const;
  expect(await reportStep(workspace, view, report)).toBe(false);
  expect(repository.git('status', '--porcelain')).toBe('');

  await world.move('WP02', 'planned', { agent: 'ada', force: true, note: 'needed after all' });
  await note();
  await mark();
  expect(await reportStep(workspace, view, report)).toBe(true);
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  await world.merge({ withoutAcceptance: true });
  expect(repository.git('status', '--porcelain')).toBe('');
  await expect(note()).rejects.toMatchObject(merged);
});
