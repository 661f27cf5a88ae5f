import { expect, test } from 'vitest';
import {
  laneBranches,
  missionBranch,
  parseBranch,
  requireNoLane,
  type MissionNames,
} from './branch-names.ts';

const ID = '01KQ47E8AAAAAAAAAAAAAAAAAA';
const names = (
  directory: string,
  missionId: string | undefined = ID,
  storedBranch?: string,
): MissionNames => ({
  directory,
  missionId,
  storedBranch,
  targetBranch: 'main',
});

test.each([
  ['post-01KQ47E8', ID, 'kitty/mission-post-01KQ47E8'],
  ['079-post', ID, 'kitty/mission-post-01KQ47E8'],
  ['079-post-01KQ47E8', ID, 'kitty/mission-post-01KQ47E8'],
  ['kernel-clock', ID, 'kitty/mission-kernel-clock-01KQ47E8'],
  ['charter-01KSWJVX', ID, 'kitty/mission-charter-01KSWJVX-01KQ47E8'],
  ['079-post', '', 'kitty/mission-079-post'],
  ['post-01KQ47E8', '', 'kitty/mission-post-01KQ47E8'],
  ['079-post-01KQ47E8', '', 'kitty/mission-post-01KQ47E8'],
  ['kernel-clock', '', undefined],
  ['release-079-post', ID, 'kitty/mission-release-079-post-01KQ47E8'],
  ['release-079-post', '', undefined],
  ['release-079-post-01KQ47E8', '', 'kitty/mission-release-079-post-01KQ47E8'],
])('the mission branch of %s with id %j is %s', (directory, missionId, branch) => {
  expect(missionBranch(names(directory, missionId))).toBe(branch);
});

test('a stored branch wins, whatever it is called', () => {
  expect(missionBranch(names('079-post', ID, 'pr/by-hand'))).toBe('pr/by-hand');
});

test.each([
  ['post-01KQ47E8', undefined, ['kitty/mission-post-01KQ47E8-lane-a']],
  ['079-post', undefined, ['kitty/mission-079-post-lane-a', 'kitty/mission-post-01KQ47E8-lane-a']],
  [
    'kernel-clock',
    undefined,
    ['kitty/mission-kernel-clock-lane-a', 'kitty/mission-kernel-clock-01KQ47E8-lane-a'],
  ],
  [
    '079-post',
    'pr/by-hand',
    ['kitty/mission-079-post-lane-a', 'pr/by-hand-lane-a', 'kitty/mission-post-01KQ47E8-lane-a'],
  ],
])(
  'lanes of %s (stored %s) are looked for as %j, the first one is created',
  (directory, storedBranch, candidates) => {
    expect(laneBranches(names(directory, ID, storedBranch), 'lane-a')).toEqual({
      create: candidates[0],
      candidates,
    });
  },
);

test.each([
  ['kitty/mission-post-01KQ47E8', { mission: 'post-01KQ47E8', mid8: '01KQ47E8', lane: undefined }],
  ['kitty/mission-post-01KQ47E8-lane-c', { mission: 'post-01KQ47E8', mid8: '01KQ47E8', lane: 'lane-c' }],
  ['kitty/mission-079-post-lane-ab', { mission: '079-post', mid8: undefined, lane: 'lane-ab' }],
  ['kitty/mission-079-post', { mission: '079-post', mid8: undefined, lane: undefined }],
  [
    'kitty/mission-single-lane-allocation',
    { mission: 'single-lane-allocation', mid8: undefined, lane: undefined },
  ],
  [
    'kitty/mission-fix-lane-a-01KQ47E8',
    { mission: 'fix-lane-a-01KQ47E8', mid8: '01KQ47E8', lane: undefined },
  ],
  ['main', undefined],
  ['feature/kitty/mission-x', undefined],
])('%s is taken apart', (branch, parsed) => {
  expect(parseBranch(branch)).toEqual(parsed);
});

test('a lane branch, taken apart, names its mission and lane again', () => {
  for (const directory of ['post-01KQ47E8', '079-post', 'kernel-clock']) {
    for (const lane of ['lane-a', 'lane-z', 'lane-aa']) {
      for (const branch of laneBranches(names(directory), lane).candidates) {
        const parsed = parseBranch(branch);
        expect(`kitty/mission-${parsed?.mission}-${parsed?.lane}`).toBe(branch);
      }
    }
  }
});

test('an empty branch is none that is stored, and a mission without an id may have no branch of its own', () => {
  expect(missionBranch(names('079-post', ID, ''))).toBe('kitty/mission-post-01KQ47E8');
  const nameless = {
    directory: 'kernel-clock',
    missionId: undefined,
    storedBranch: undefined,
    targetBranch: 'main',
  };
  expect(missionBranch(nameless)).toBeUndefined();
  expect(laneBranches(nameless, 'lane-a').candidates).toEqual(['kitty/mission-kernel-clock-lane-a']);
});

test('work cannot land on the branch of a lane', () => {
  const branch = 'kitty/mission-post-01KQ47E8-lane-a';
  expect(() => requireNoLane(branch)).toThrow(
    expect.objectContaining({
      kind: 'refused',
      code: 'TARGET_UNFIT',
      message: expect.stringContaining(branch) as string,
      hints: [expect.stringContaining('--target-branch') as string],
      details: { target_branch: branch },
    }) as Error,
  );
  for (const other of ['main', 'kitty/mission-post-01KQ47E8', 'lane-a'])
    expect(() => requireNoLane(other)).not.toThrow();
});
