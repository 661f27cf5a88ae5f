import { Fault } from '@spec-kitty/core/fault';
import { findTeamspace, runTeamspace } from '@spec-kitty/local/teamspace/teamspace-program';
import type { AppContext } from '../../context.ts';

/**
 * Runs the server's program, and returns its exit code.
 *
 * @throws Fault `TEAMSPACE_NOT_INSTALLED`.
 */
export function teamspace(
  argv: readonly string[],
  { env, stdout, stderr }: Pick<AppContext, 'env' | 'stdout' | 'stderr'>,
): Promise<number> {
  const program = findTeamspace(env);
  if (program) return runTeamspace(program, argv, env, { stdout, stderr });
  throw new Fault(
    'refused',
    'TEAMSPACE_NOT_INSTALLED',
    'The server is a package of its own, and is not installed.',
    {
      hints: ['Install it beside this program, such as with `npm install --global @spec-kitty/teamspace`.'],
    },
  );
}
