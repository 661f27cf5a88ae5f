import { logOut, type Logout } from '@spec-kitty/core/login/log-out';
import { LOGIN_LIMITS } from '@spec-kitty/core/login/login-limits';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { Fault } from '@spec-kitty/core/fault';
import { isStoreFault, storeFault } from '@spec-kitty/core/session/store-fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { currentServerFault } from '@spec-kitty/local/session/current-server';
import { otherServers, userSessionRoot } from '@spec-kitty/local/session/open-session';
import type { SessionKeeper } from '@spec-kitty/local/session/session-keeper';
import type { AppContext } from '../../context.ts';
import { openCurrentKeeper } from './open-keeper.ts';
import { otherLoginLines } from './other-logins.ts';

interface Flags {
  readonly force: boolean;
  readonly server?: string;
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
export async function logout(this: AppContext, { force, server, json }: Flags): Promise<void> {
  const root = userSessionRoot(this.env);
  const keeper = openCurrentKeeper(this, server);
  const fault = keeper ? undefined : currentServerFault(root);
  if (fault) throw storeFault(fault, fault.path);
  requireSameServer(keeper, server ?? this.env['SPEC_KITTY_SAAS_URL']);
  const isGone = hasLostFile(keeper);
  const done = keeper && (await end(keeper, force));
  const others = otherServers(root, keeper?.issuer);
  if (!keeper || !done?.removed) {
    const page = keeper && isGone ? sessionsPage(keeper.issuer) : null;
    const nothing = { logged_out: false, revocation: null, set_aside: null, issuer: null } as const;
    return this.show(json, { ...nothing, sessions_page: page, other_logins: others }, () =>
      ['i Not logged in.', ...stillThere(page), ...otherLoginLines(others)].join('\n'),
    );
  }
  const { issuer } = keeper;
  const { revocation, setAside } = done;
  const page = revocation === 'confirmed' ? null : sessionsPage(issuer);
  const ended = { logged_out: true, revocation, set_aside: setAside, issuer } as const;
  this.show(json, { ...ended, sessions_page: page, other_logins: others }, () =>
    [
      REVOCATIONS[revocation],
      ...(setAside === null ? [] : [`What could not be read was kept aside: ${setAside}`]),
      '+ Logged out.',
      ...stillThere(page),
      ...otherLoginLines(others),
    ].join('\n'),
  );
}

function end(keeper: SessionKeeper, skipRevocation: boolean): Promise<Logout> {
  const { store, endpoint: tokens, issuer } = keeper;
  return logOut({ store, tokens, lock: keeper.lock(LOGIN_LIMITS.logoutLock) }, { issuer, skipRevocation });
}

/** Whether there was a login that only its server knows any more. */
function hasLostFile(keeper: SessionKeeper | undefined): boolean {
  const stored = keeper?.store.read();
  return stored?.kind === 'absent' && stored.gone !== undefined;
}

/** Where a person ends a login that its server may still honour, if that is a Teamspace: only those are sure to have the page. */
function sessionsPage(issuer: string): string {
  return `${issuer}/sessions`;
}

function stillThere(page: string | null): readonly string[] {
  return page === null
    ? []
    : [
        `! It may still hold at the server, until it is ended there; a Teamspace has a page for that: ${page}`,
      ];
}

/**
 * Ends nothing where the environment names another server: whoever set it may well mean a login there, which is none.
 *
 * @throws Fault `SESSION_OTHER_SERVER`, which is F-012 of the doctor.
 */
function requireSameServer(keeper: SessionKeeper | undefined, named: string | undefined): void {
  const server = parseServerUrl(named ?? '');
  if (!keeper || server.kind !== 'origin' || server.origin === keeper.issuer) return;
  const { store, issuer } = keeper;
  if (!isStoreFault(store.read()) && store.salvage().length === 0) return;
  throw new Fault(
    'refused',
    'SESSION_OTHER_SERVER',
    `The login is at ${issuer}, and SPEC_KITTY_SAAS_URL names ${server.origin} (F-012)`,
    {
      hints: [
        `Run \`spec-kitty auth logout --server ${shellWord(issuer)}\` to end that login all the same.`,
        `At ${server.origin} nobody is logged in here; correct SPEC_KITTY_SAAS_URL, or \`unset SPEC_KITTY_SAAS_URL\`.`,
      ],
      details: { issuer, configured_server: server.origin },
    },
  );
}
