import { expect, test } from 'vitest';
import { gitFailure, tooOld } from './git-failure.ts';

const failed = (stderr: string, args = ['fetch', 'https://me:secret@example.com/x.git']) =>
  gitFailure(args, { exitCode: 128, signal: undefined, stderr });

test('names the command, its reason and its exit code, and no password', () => {
  const fault = failed(
    "warning: odd\nfatal: could not read from 'https://me:secret@example.com/x.git'\nhint: try harder\n",
  );
  expect(fault).toMatchObject({
    kind: 'refused',
    code: 'GIT_FAILED',
    message: "git fetch failed with exit code 128: could not read from 'https://***@example.com/x.git'",
    details: { command: 'git fetch https://***@example.com/x.git', exit_code: 128 },
  });
  expect(JSON.stringify(fault)).not.toContain('secret');
  expect(JSON.stringify(fault.details)).not.toContain('try harder');
});

test('is readable without any output, and for a signal', () => {
  expect(failed('').message).toBe('git fetch failed with exit code 128');
  expect(
    gitFailure(['-c', 'a=b', 'gc'], { exitCode: undefined, signal: 'SIGKILL', stderr: '' }).message,
  ).toBe('git gc was ended by SIGKILL');
});

test('names the lock file of another Git, and how to remove it', () => {
  expect(
    failed(
      "fatal: cannot lock ref 'x': Unable to create '/a b/.git/index.lock': File exists.\n\nAnother git",
    ),
  ).toMatchObject({
    message: expect.stringMatching(/left its lock file: \/a b\/.git\/index.lock$/),
    hints: [expect.stringContaining("run `rm '/a b/.git/index.lock'`")],
    details: { lock: '/a b/.git/index.lock', exit_code: 128 },
  });
});

test.each([
  ['error: gpg failed to sign the data\nfatal: failed to write commit object', 'refused', 'SIGNING_FAILED'],
  ['*** Please tell me who you are.\nfatal: empty ident name', 'refused', 'GIT_IDENTITY_MISSING'],
  ["fatal: Unable to create '/r/.git/index.lock': File exists.", 'busy', 'GIT_LOCKED'],
  ['fatal: unable to create file /r/.git/packed-refs.new: File exists', 'busy', 'GIT_LOCKED'],
  [
    'The following paths and/or pathspecs matched paths that exist\noutside of your sparse-checkout definition, so will not be\nupdated in the index:\na',
    'refused',
    'SPARSE_CHECKOUT',
  ],
  ['fatal: write error: No space left on device', 'refused', 'DISK_FULL'],
  ['error: could not write: Read-only file system', 'refused', 'READ_ONLY'],
  ["error: unable to unlink old 'a b': Operation not permitted", 'refused', 'READ_ONLY'],
  ['error: unable to create file lib/a: Permission denied', 'refused', 'READ_ONLY'],
])('knows %j', (stderr, kind, code) => {
  expect(failed(stderr)).toMatchObject({ kind, code });
});

test.each([
  ['git version 2.39.0', true],
  ['git version 2.39.5 (Apple Git-154)', true],
  ['git version 2.47.1.windows.2', true],
  ['git version 3.0.0', true],
  ['git version built from source', true],
  ['git version 2.38.9', false],
  ['git version 1.99', false],
])('%s', (version, fits) => {
  const fault = tooOld(version);
  if (fits) expect(fault).toBeUndefined();
  else
    expect(fault).toMatchObject({
      code: 'GIT_TOO_OLD',
      details: { required: '2.39', found: version.slice(12) },
    });
});
