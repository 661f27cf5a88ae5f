import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { directoriesWith, requireOnlyDirectory } from './require-only-directory.ts';

const ADDRESS = { missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', directory: 'pay' };
const meta = (missionId: string) => JSON.stringify({ mission_id: missionId });

test('a mission alone with its id may be written, also where there is no folder for missions', () => {
  const repository = tempRepository();
  expect(directoriesWith(repository.root, ADDRESS.missionId)).toEqual([]);
  repository.write({ 'kitty-specs/pay/meta.json': meta(ADDRESS.missionId) });
  expect(directoriesWith(repository.root, ADDRESS.missionId)).toEqual(['pay']);
  expect(() => requireOnlyDirectory(repository.root, ADDRESS)).not.toThrow();
});

test('two directories with one id are refused, whichever of them is written', () => {
  const repository = tempRepository();
  repository.write({
    'kitty-specs/pay/meta.json': meta(ADDRESS.missionId),
    'kitty-specs/copy/meta.json': meta(ADDRESS.missionId),
    'kitty-specs/other/meta.json': meta('01KE6Z2W3M8Q4T5X6Y7Z8A9B0C'),
    'kitty-specs/broken/meta.json': '{',
    'kitty-specs/empty/spec.md': '',
  });
  for (const directory of ['pay', 'copy']) {
    expect(() => requireOnlyDirectory(repository.root, { ...ADDRESS, directory })).toThrow(
      expect.objectContaining({
        code: 'MISSION_ID_DUPLICATE',
        message: expect.stringMatching(
          /kitty-specs\/pay.*kitty-specs\/copy|kitty-specs\/copy.*kitty-specs\/pay/,
        ),
      }),
    );
  }
});
