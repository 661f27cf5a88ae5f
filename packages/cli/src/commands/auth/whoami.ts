import type { AppContext } from '../../context.ts';
import { findingSentence, standingOf } from './open-keeper.ts';

interface Flags {
  readonly json: boolean;
}

/** Prints an address for scripts, or nothing; a login that lasts no longer than its access token is warned of. */
export function whoami(this: AppContext, { json }: Flags): Promise<void> {
  const { state, stored, renewal, findings } = standingOf(this);
  const isIn = state === 'authenticated' && stored.kind === 'ok';
  const email = isIn ? stored.session.account.email : null;
  if (json || isIn) this.show(json, { email }, () => email ?? '');
  if (isIn && renewal !== 'possible')
    for (const one of findings) this.stderr(`Warning: ${findingSentence(one)}\n`);
  if (!isIn) this.exit.code = 1;
  return Promise.resolve();
}
