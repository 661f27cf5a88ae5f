import { logOut, type Logout } from '@spec-kitty/core/login/log-out';
import { LOGIN_LIMITS } from '@spec-kitty/core/login/login-limits';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import type { SessionKeeper } from '@spec-kitty/local/session/session-keeper';
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
  const done = keeper && (await end(keeper, force));
  if (!keeper || !done?.removed) {
    const document = { logged_out: false, revocation: null, set_aside: null, issuer: null };
    return this.show(json, document, () => 'i Not logged in.');
  }
  const { issuer } = keeper;
  const { revocation, setAside } = done;
  this.show(json, { logged_out: true, revocation, set_aside: setAside, issuer }, () =>
    [
      REVOCATIONS[revocation],
      ...(setAside === null ? [] : [`What could not be read was kept aside: ${setAside}`]),
      '+ Logged out.',
      ...elsewhere(issuer, this.env['SPEC_KITTY_SAAS_URL']),
    ].join('\n'),
  );
}

function end(keeper: SessionKeeper, skipRevocation: boolean): Promise<Logout> {
  const { store, endpoint: tokens, issuer } = keeper;
  return logOut({ store, tokens, lock: keeper.lock(LOGIN_LIMITS.logoutLock) }, { issuer, skipRevocation });
}

/** Whose login it was, where the environment names another server. */
function elsewhere(issuer: string, named: string | undefined): readonly string[] {
  const server = parseServerUrl(named ?? '');
  if (server.kind !== 'origin' || server.origin === issuer) return [];
  return [`! That was the login at ${issuer}; SPEC_KITTY_SAAS_URL names another server.`];
}
