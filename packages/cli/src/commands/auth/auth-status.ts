import { endLine } from '@spec-kitty/core/session/end-reason';
import { defaultTeam, isOver, type Session, type Team } from '@spec-kitty/core/session/session';
import { isoTime } from '@spec-kitty/core/session/session-document';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { explainStoreFault, isStoreFault, storeHints } from '@spec-kitty/core/session/store-fault';
import type { StoredSession } from '@spec-kitty/core/session/stored-session';
import type { AppContext } from '../../context.ts';
import { openCurrentKeeper } from './open-keeper.ts';
import { remaining } from './remaining.ts';

interface Flags {
  readonly json: boolean;
}

const METHODS: Readonly<Record<Session['method'], string>> = {
  authorization_code: 'Browser (Authorization Code + PKCE)',
  device_code: 'Headless (Device Authorization Grant)',
};

/** Shows who is logged in. */
export function authStatus(this: AppContext, { json }: Flags): Promise<void> {
  const nowMs = this.clock.nowMicros() / 1000;
  const stored = openCurrentKeeper(this)?.store.read() ?? { kind: 'absent' };
  const named = parseServerUrl(this.env['SPEC_KITTY_SAAS_URL'] ?? '');
  const configured = named.kind === 'origin' ? named.origin : null;
  const document = { ...statusDocument(stored, nowMs), configured_server: configured };
  this.show(json, document, () =>
    [...statusLines(stored, nowMs), ...elsewhere(stored, configured)].join('\n'),
  );
  return Promise.resolve();
}

/** What programs are told. Lengths of time are seconds, negative once they are over. */
function statusDocument(stored: StoredSession, nowMs: number) {
  return {
    schema_version: 1,
    state: stateOf(stored, nowMs),
    storage: 'file',
    ...(stored.kind === 'ok' ? sessionFields(stored.session, nowMs) : NO_SESSION),
    last_end: stored.kind === 'ended' ? { reason: stored.reason, at: isoTime(stored.atMs) } : null,
    store_fault: isStoreFault(stored)
      ? { kind: stored.kind, why: explainStoreFault(stored), path: stored.path }
      : null,
  };
}

const NO_SESSION = {
  user: null,
  teams: [],
  issuer: null,
  session_id: null,
  auth_method: null,
  access_remaining_s: null,
  refresh_remaining_s: null,
  last_refreshed_at: null,
};

function sessionFields(session: Session, nowMs: number) {
  const { account, tokens, issuer, method } = session;
  const left = (untilMs: number) => Math.floor((untilMs - nowMs) / 1000);
  return {
    user: { id: account.userId, email: account.email, name: account.name },
    teams: account.teams.map(({ id, name, role, isPrivate }) => ({
      id,
      name,
      role,
      is_private_teamspace: isPrivate,
      is_default: defaultTeam(session)?.id === id,
    })),
    issuer,
    session_id: tokens.sessionId,
    auth_method: method,
    access_remaining_s: left(tokens.accessExpiresAtMs),
    refresh_remaining_s: tokens.refreshExpiresAtMs === null ? null : left(tokens.refreshExpiresAtMs),
    last_refreshed_at: isoTime(tokens.issuedAtMs),
  };
}

/** Hosted commands work with neither of two servers. */
function elsewhere(stored: StoredSession, configured: string | null): readonly string[] {
  if (stored.kind !== 'ok' || configured === null || stored.session.issuer === configured) return [];
  return [`! SPEC_KITTY_SAAS_URL names another server, where nobody is logged in: ${configured}`];
}

function stateOf(stored: StoredSession, nowMs: number) {
  if (stored.kind === 'ok')
    return isOver(stored.session, nowMs) ? ('expired' as const) : ('authenticated' as const);
  return isStoreFault(stored) ? ('unusable' as const) : ('not_authenticated' as const);
}

function statusLines(stored: StoredSession, nowMs: number): readonly string[] {
  const toLogIn = 'Run `spec-kitty auth login` to log in.';
  if (isStoreFault(stored))
    return [
      `X Session cannot be used: ${explainStoreFault(stored)}`,
      `  File  ${stored.path}`,
      ...storeHints(stored),
    ];
  if (stored.kind === 'absent') return ['X Not authenticated', toLogIn];
  if (stored.kind === 'ended')
    return ['X Not authenticated', `  Last login ended  ${endLine(stored.reason, stored.atMs)}`, toLogIn];
  const { session } = stored;
  const over = isOver(session, nowMs);
  return [
    over ? 'X Session expired (refresh token expired)' : '+ Authenticated',
    ...sessionLines(session, nowMs),
    ...(over ? [toLogIn] : []),
  ];
}

function sessionLines(session: Session, nowMs: number): readonly string[] {
  const { account, tokens, issuer, method } = session;
  const { refreshExpiresAtMs: ends } = tokens;
  const rows: readonly (readonly [string, string])[] = [
    ['User', account.name === '' ? account.email : `${account.name} <${account.email}>`],
    ['User ID', account.userId],
    ['Server', issuer],
    ...account.teams.map((team, index): readonly [string, string] => [
      index === 0 ? 'Teams' : '',
      teamText(team, defaultTeam(session)),
    ]),
    ['Access token', remaining(tokens.accessExpiresAtMs - nowMs)],
    [
      'Refresh token',
      ends === null ? 'server-managed (the server does not say when it ends)' : remaining(ends - nowMs),
    ],
    ['Storage', 'Encrypted session file'],
    ['Session ID', tokens.sessionId],
    ['Last refreshed', `${isoTime(tokens.issuedAtMs).slice(0, 19)}Z`],
    ['Auth method', METHODS[method]],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(14)}  ${value}`);
}

function teamText({ id, name, role, isPrivate }: Team, standard: Team | undefined): string {
  const marks = [isPrivate && '[Private Teamspace]', standard?.id === id && '[default]'].filter(Boolean);
  return [name, `(${role})`, ...marks].join(' ');
}
