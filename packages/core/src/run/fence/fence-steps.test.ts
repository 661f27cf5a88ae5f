import { expect, test } from 'vitest';
import { type FencedPlace, fenceSteps, wholeFolders } from './fence-steps.ts';

const LANE: FencedPlace = {
  role: 'implementer',
  worktree: '/r/.worktrees/m-lane-a',
  primary: '/r',
  others: ['/r/.worktrees/m-lane-b', '/elsewhere/x'],
  commonDir: '/r/.git',
  gitDir: '/r/.git/worktrees/m-lane-a',
  branch: 'kitty/m-lane-a',
  besideBranch: ['/r/.git/refs/heads/kitty/m-lane-b'],
  attempt: { folder: '/r/.git/spec-kitty/runs/1/A', kept: ['prompt.md'] },
  state: ['/home/ada/.agent'],
  temp: ['/tmp'],
};
const PRIMARY: FencedPlace = {
  ...LANE,
  worktree: '/r',
  others: [LANE.worktree],
  gitDir: '/r/.git',
  branch: 'main',
  besideBranch: [],
};

/** Whether a file may be written, by the longest path. */
function may(place: FencedPlace, file: string): boolean {
  const applies = fenceSteps(place).filter(({ path }) => file === path || file.startsWith(`${path}/`));
  return applies.at(-1)?.may === 'write';
}

test.each([
  '/r/.worktrees/m-lane-a/src/a.js',
  '/r/.git/objects/ab/cdef',
  '/r/.git/lfs/objects/ab',
  '/r/.git/worktrees/m-lane-a/index.lock',
  '/r/.git/refs/heads/kitty/m-lane-a.lock',
  '/r/.git/logs/refs/heads/kitty/m-lane-a',
  '/r/.git/reftable/tables.list',
  '/r/.git/spec-kitty/runs/1/A/report.json',
  '/home/ada/.agent/login',
  '/tmp/x',
])('an implementer writes %s', (file) => expect(may(LANE, file)).toBe(true));

test.each([
  '/etc/passwd',
  '/home/ada/.bashrc',
  '/r/README.md',
  '/r/.worktrees/m-lane-a/.git',
  '/r/.worktrees/m-lane-b/src/b.js',
  '/elsewhere/x/src/b.js',
  '/r/.git/HEAD',
  '/r/.git/config',
  '/r/.git/hooks/pre-commit',
  '/r/.git/packed-refs',
  '/r/.git/objects/pack/pack-1.pack',
  '/r/.git/objects/info/alternates',
  '/r/.git/refs/heads/main',
  '/r/.git/refs/heads/kitty/m-lane-b',
  '/r/.git/logs/refs/heads/main',
  '/r/.git/worktrees/m-lane-b/HEAD',
  ...['commondir', 'gitdir', 'config.worktree', 'modules/x/config'].map((name) => `${LANE.gitDir}/${name}`),
  '/r/.git/spec-kitty/journal/1.jsonl',
  '/r/.git/spec-kitty/runs/1/A/prompt.md',
])('an implementer does not write %s', (file) => expect(may(LANE, file)).toBe(false));

test('a reviewer writes files and objects, and no other part of Git', () => {
  const place: FencedPlace = { ...LANE, role: 'reviewer' };
  const files = [
    'objects/ab/c',
    'worktrees/m-lane-a/index',
    'refs/heads/kitty/m-lane-a',
    'reftable/1',
    'objects/pack/x',
  ];
  expect(may(place, '/r/.worktrees/m-lane-a/build/x')).toBe(true);
  expect(files.map((file) => may(place, `/r/.git/${file}`))).toEqual([true, false, false, false, false]);
});

test('a detached head has no branch to write', () => {
  const place = { ...LANE, branch: undefined };
  expect(may(place, '/r/.git/refs/heads/kitty/m-lane-a')).toBe(false);
  expect(may(place, `${LANE.gitDir}/HEAD`)).toBe(true);
});

test('in the primary checkout, what Git obeys and what is of all worktrees stays', () => {
  const written = [
    'README.md',
    '.git/index',
    '.git/HEAD',
    '.git/logs/HEAD',
    '.git/refs/heads/main',
    '.git/objects/ab/c',
  ];
  const kept = [
    '.git/hooks/x',
    '.git/config',
    '.git/commondir',
    '.git/refs/tags/v1',
    '.git/worktrees/m-lane-a/HEAD',
    '.git/spec-kitty/x',
  ];
  expect(written.filter((file) => !may(PRIMARY, `/r/${file}`))).toEqual([]);
  expect(kept.filter((file) => may(PRIMARY, `/r/${file}`))).toEqual([]);
  expect(may(PRIMARY, `${LANE.worktree}/src/a.js`)).toBe(false);
});

test('a temporary folder that holds a checkout does not open it', () => {
  const place = { ...LANE, temp: ['/elsewhere'] };
  expect([may(place, '/elsewhere/y'), may(place, '/elsewhere/x/y')]).toEqual([true, false]);
});

test('where a folder is writable as a whole or not at all, one that holds a checkout is not', () => {
  const steps = fenceSteps({ ...LANE, temp: ['/elsewhere', '/tmp'] });
  const paths = wholeFolders(steps, LANE.worktree);
  expect(paths).toContain('/tmp');
  expect(paths).toContain(LANE.worktree);
  expect(paths).toContain('/r/.git/objects');
  expect(paths).not.toContain('/elsewhere');
  expect(paths?.filter((path) => ['/r', '/r/.git', '/r/.git/hooks'].includes(path))).toEqual([]);
});

test('the primary checkout holds the Git directory, so that it cannot be had as a whole', () => {
  expect(wholeFolders(fenceSteps(PRIMARY), '/r')).toBeUndefined();
});
