import { isOver } from '@spec-kitty/core/session/session';
import type { AppContext } from '../../context.ts';
import { openCurrentKeeper } from './open-keeper.ts';

interface Flags {
  readonly json: boolean;
}

/** Prints an address for scripts, or nothing. */
export function whoami(this: AppContext, { json }: Flags): Promise<void> {
  const stored = openCurrentKeeper(this)?.store.read();
  const isIn = stored?.kind === 'ok' && !isOver(stored.session, this.clock.nowMicros() / 1000);
  const email = isIn ? stored.session.account.email : null;
  if (json || isIn) this.show(json, { email }, () => email ?? '');
  if (!isIn) this.exit.code = 1;
  return Promise.resolve();
}
