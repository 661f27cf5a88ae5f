import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';

async function claimed(files: Readonly<Record<string, string>>) {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', files);
  return world;
}

test('a verdict before the handover names who hands over, and by which command, whatever the lane lacks', async () => {
  const world = await claimed({ 'src/a.js': 'a\n' });
  const fault = {
    code: 'HELD_BY_OTHER',
    message: 'WP01 is in_progress by claude and was not handed over for review.',
    hints: [
      expect.stringContaining(
        '`spec-kitty agent tasks move-task WP01 --to for_review --agent claude --mission',
      ),
    ],
  };
  const approve = () => world.move('WP01', 'approved', { agent: 'codex' });
  await expect(approve()).rejects.toMatchObject(fault);
  world.repository.write({ [`.worktrees/${world.directory}-lane-a/src/more.js`]: 'b\n' });
  await expect(approve()).rejects.toMatchObject(fault);
});

test('whoever hands over is told which files the package does not own', async () => {
  const world = await claimed({ 'src/a.js': 'a\n', 'other.md': 'b\n' });
  expect(await world.move('WP01', 'for_review', { agent: 'claude' })).toMatchObject({
    changedOutsideOwned: ['other.md'],
  });
  expect(await world.move('WP01', 'in_review', { agent: 'codex' })).toMatchObject({
    changedOutsideOwned: [],
  });
});
