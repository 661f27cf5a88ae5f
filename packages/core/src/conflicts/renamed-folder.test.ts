import { existsSync } from 'node:fs';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { continueResolution } from './continue-resolution.ts';
import { explainMerge } from './explain-merge.ts';
import { howToEnd } from './resolution-sentences.ts';
import { startResolution } from './start-resolution.ts';

const OLD = 'lib/new.txt';
const NEW = 'lib2/new.txt';

/** A package that adds a file to a folder which the target renames meanwhile. */
async function renamedFolder() {
  const world = missionWorld();
  const text = (name: string) => `${name}\n`.repeat(9);
  await world.plan([{ id: 'WP01', owns: ['lib/**'] }], { 'lib/a.txt': text('a'), 'lib/b.txt': text('b') });
  await world.deliver('WP01', 'lane-a', { [OLD]: 'new\n' });
  world.repository.git('mv', 'lib', 'lib2');
  world.repository.git('commit', '--quiet', '--message', 'Rename the folder');
  await world.accept();
  return world;
}

test.each([OLD, NEW])(
  'a new file of a folder that the target has renamed: its author puts it at %s',
  async (place) => {
    const world = await renamedFolder();
    const { repository, directory } = world;
    const conflicts = [NEW, OLD].map((path) => ({ lane: 'lane-a', path, kind: 'file location', hunks: [] }));
    for (const dryRun of [true, false])
      await expect(world.merge({ dryRun })).rejects.toMatchObject({
        code: 'MERGE_CONFLICT',
        details: { conflicts },
      });
    const explained = await explainMerge(await world.workspace(), { mission: directory });
    const named = explained.conflicts.flatMap(({ theirs }) => theirs.commits.map(({ wp }) => wp));
    expect(named).toContain('WP01');

    const { resolution } = await startResolution(await world.workspace(), {
      mission: directory,
      lane: undefined,
    });
    const at = ['-C', resolution.folder];
    const [, stage = ''] = /`git ([^`]+)`/.exec(howToEnd(directory, resolution)) ?? [];
    repository.git(...stage.split(' '));
    if (place === OLD) {
      repository.git(...at, 'rm', '--quiet', '--cached', NEW);
      repository.git(...at, 'clean', '--quiet', '--force', NEW);
      repository.git(...at, 'restore', '--source=HEAD', '--staged', '--worktree', OLD);
    }
    const request = { mission: directory, lane: undefined, agent: 'claude' };
    expect(await continueResolution(await world.workspace(), request)).toMatchObject({
      besides: [],
      thinned: [],
    });
    await world.review('WP01');
    await world.move('WP01', 'approved', { agent: 'codex', note: 'fine' });
    await world.accept();
    await world.merge();
    expect(repository.read(place)).toBe('new\n');
    expect([OLD, NEW].filter((file) => existsSync(`${repository.root}/${file}`))).toEqual([place]);
  },
);
