import { execSync } from 'node:child_process';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// Two lanes in work, of which one has committed.
const world = new MissionWorld();
const { repository } = world;
let theirs = '';
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['a/**'] },
    { id: 'WP02', owns: ['b/**'] },
  ]);
  await world.claim('WP01');
  await world.claim('WP02');
  theirs = world.work('lane-a', { 'a/kept.txt': 'kept\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const submit = (wp: string) => world.move(wp, 'for_review', { agent: 'claude' });

test.each([
  ['by its own agent', () => world.gitIn('lane-b', 'reset', '--quiet', '--soft', theirs)],
  [
    'by whoever moves its branch',
    () =>
      world.gitIn(
        'lane-a',
        'update-ref',
        world.gitIn('lane-b', 'rev-parse', '--symbolic-full-name', 'HEAD'),
        theirs,
      ),
  ],
])(
  'a lane that was put on the work of another, without having it, %s, is not sent to review',
  async (_how, putOn) => {
    putOn();
    world.work('lane-b', { 'b/new.txt': 'new\n' });
    const refused = await submit('WP02').catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'CHANGES_DROPPED',
      message: expect.stringContaining('lane-b stands on the work of another lane and lacks it: a/kept.txt'),
      details: { lane_id: 'lane-b', paths: ['a/kept.txt'], workspace_path: world.lane('lane-b') },
    });
    // Nor is it for the other lane to mend.
    expect(await submit('WP01')).toMatchObject({ to: 'for_review' });
    const { hints } = refused as { hints: readonly string[] };
    execSync(/`(git [^`]+)`/.exec(hints[0] ?? '')?.[1] ?? 'false', { env: repository.env });
    expect(world.gitIn('lane-b', 'log', '--format=%H')).not.toContain(theirs);
    expect(world.gitIn('lane-b', 'show', 'HEAD:b/new.txt')).toBe('new');
    expect(await submit('WP02')).toMatchObject({ to: 'for_review' });
  },
);

test('what a package has sent to review it may take back, whoever builds on it', async () => {
  const file = { 'a/kept.txt': 'better\n' };
  await submit('WP01');
  await world.review('WP01');
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'again' });
  world.gitIn('lane-b', 'merge', '--quiet', '--no-edit', theirs);
  await world.claim('WP01');
  world.work('lane-a', file);
  expect(await submit('WP01')).toMatchObject({ to: 'for_review' });
});
