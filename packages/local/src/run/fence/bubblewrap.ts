import type { FenceStep } from '@spec-kitty/core/run/fence/fence-steps';

/**
 * Words that run a command with everything read-only but what may be written. What it starts can neither outlive it nor
 * see other processes, whose folders would lead out; it has no rights that this user does not have.
 */
export function bubblewrapWords(
  program: string,
  steps: readonly FenceStep[],
  cwd: string,
): readonly string[] {
  return [
    program,
    '--unshare-user',
    '--unshare-pid',
    '--cap-drop',
    'ALL',
    '--ro-bind',
    '/',
    '/',
    '--dev-bind',
    '/dev',
    '/dev',
    '--proc',
    '/proc',
    ...steps.flatMap(({ path, may }) => [may === 'write' ? '--bind-try' : '--ro-bind-try', path, path]),
    '--chdir',
    cwd,
    '--',
  ];
}
