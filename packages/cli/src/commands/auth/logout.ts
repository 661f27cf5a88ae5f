import { logOut, type Logout } from '@spec-kitty/core/login/log-out';
import { LOGIN_LIMITS } from '@spec-kitty/core/login/login-limits';
import type { AppContext } from '../../context.ts';
import { openCurrentKeeper } from './open-keeper.ts';

interface Flags {
  readonly force: boolean;
  readonly json: boolean;
}

/** What is said of the server's side; only a confirmation is called one. */
const REVOCATIONS: Readonly<Record<Logout['revocation'], string>> = {
  confirmed: '✓ Server revocation confirmed.',
  server_failure: '! Server revocation not confirmed (server error).',
  network_error: '! Server revocation not confirmed (network error).',
  no_refresh_token: '! Server revocation could not be attempted (no refresh token).',
  config_error: '! Cannot reach SaaS (config error): tokens are sent by https alone, except to this machine.',
  skipped: 'Skipping server revocation (--force).',
};

/** Ends the login here, and says what the server made of it. */
export async function logout(this: AppContext, { force, json }: Flags): Promise<void> {
  const keeper = openCurrentKeeper(this);
  const done =
    keeper &&
    (await logOut(
      { store: keeper.store, tokens: keeper.endpoint, lock: keeper.lock(LOGIN_LIMITS.logoutLock) },
      { skipRevocation: force },
    ));
  const lines = done?.removed
    ? [
        REVOCATIONS[done.revocation],
        ...(done.setAside === null
          ? []
          : [`The session could not be read and was kept aside: ${done.setAside}`]),
        '+ Logged out.',
      ]
    : ['i Not logged in.'];
  const document = {
    logged_out: done?.removed ?? false,
    revocation: done?.removed ? done.revocation : null,
    set_aside: done?.setAside ?? null,
  };
  this.show(json, document, () => lines.join('\n'));
}
