import type { AuthFinding } from '@spec-kitty/core/auth-doctor/doctor-finding';
import type { LoginStanding } from '@spec-kitty/core/auth-doctor/login-standing';
import { endLine } from '@spec-kitty/core/session/end-reason';
import { defaultTeam, isOver, type Session, type Team } from '@spec-kitty/core/session/session';
import { isoTime } from '@spec-kitty/core/session/session-document';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import {
  explainStoreFault,
  GONE,
  isStoreFault,
  OUTDATED,
  storeHints,
} from '@spec-kitty/core/session/store-fault';
import type { StoredSession } from '@spec-kitty/core/session/stored-session';
import { shellWord } from '@spec-kitty/core/shell-word';
import { loginServer } from '@spec-kitty/local/session/configured-server';
import { otherServers, userSessionRoot } from '@spec-kitty/local/session/open-session';
import type { AppContext } from '../../context.ts';
import { findingSentence, openCurrentKeeper, standingOf } from './open-keeper.ts';
import { otherLoginLines } from './other-logins.ts';
import { remaining } from './remaining.ts';

interface Flags {
  readonly server?: string;
  readonly json: boolean;
}

const METHODS: Readonly<Record<Session['method'], string>> = {
  authorization_code: 'Browser (Authorization Code + PKCE)',
  device_code: 'Headless (Device Authorization Grant)',
};

/** Shows who is logged in, and what the doctor says of that. */
export function authStatus(this: AppContext, { server, json }: Flags): Promise<void> {
  const nowMs = this.clock.nowMicros() / 1000;
  const root = userSessionRoot(this.env);
  const issuer = openCurrentKeeper(this, server)?.issuer;
  const given = server === undefined ? undefined : issuer;
  const standing = standingAt(given, standingOf(this, issuer));
  const others = otherServers(root, issuer);
  const text = this.env['SPEC_KITTY_SAAS_URL'] ?? '';
  const named = parseServerUrl(text);
  const configured = named.kind === 'origin' ? named.origin : null;
  const at = given ?? (loginServer(root, this.env) === undefined ? null : undefined);
  const document = {
    ...statusDocument(standing, nowMs),
    configured_server: configured,
    other_logins: others,
  };
  this.show(json, document, () =>
    [
      ...statusLines(standing, nowMs, at),
      ...(text !== '' && named.kind === 'refused' ? [unusable(named.why)] : []),
      ...(server === undefined ? elsewhere(standing.stored, configured) : []),
      ...otherLoginLines(others),
    ].join('\n'),
  );
  return Promise.resolve();
}

/** A login that is advised is one at the server that was asked about. */
function standingAt(server: string | undefined, standing: LoginStanding): LoginStanding {
  if (server === undefined) return standing;
  const at = ` --server ${shellWord(server)}`;
  const findings = standing.findings.map((one) =>
    one.remediation?.command?.startsWith('spec-kitty auth login')
      ? { ...one, remediation: { ...one.remediation, command: `${one.remediation.command}${at}` } }
      : one,
  );
  return { ...standing, findings };
}

/** What programs are told. Lengths of time are seconds, negative once they are over. */
function statusDocument({ stored, state, renewal, findings }: LoginStanding, nowMs: number) {
  return {
    schema_version: 1,
    state,
    renewal,
    findings,
    storage: 'file',
    ...(stored.kind === 'ok' ? sessionFields(stored.session, nowMs) : NO_SESSION),
    last_end: stored.kind === 'ended' ? { reason: stored.reason, at: isoTime(stored.atMs) } : null,
    store_fault: isStoreFault(stored)
      ? { kind: stored.kind, why: explainStoreFault(stored), path: stored.path }
      : null,
    outdated_session: outdatedIn(stored) ?? null,
    missing_session: (stored.kind === 'absent' && stored.gone) || null,
  };
}

function outdatedIn(stored: StoredSession): string | undefined {
  return stored.kind === 'absent' || stored.kind === 'ended' ? stored.outdated : undefined;
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

function unusable(why: string): string {
  return `! SPEC_KITTY_SAAS_URL names no server that tokens may be sent to, since ${why}: \`unset SPEC_KITTY_SAAS_URL\`, or correct it.`;
}

/** @param server the one that `--server` names; `null` where nobody names any to log in to. */
function statusLines(standing: LoginStanding, nowMs: number, server?: string | null): readonly string[] {
  const { stored, findings } = standing;
  const toLogIn =
    server === undefined
      ? 'Run `spec-kitty auth login` to log in.'
      : `Run \`spec-kitty auth login --server ${server === null ? '<url>' : shellWord(server)}\` to log in.`;
  if (isStoreFault(stored))
    return [
      `X Session cannot be used: ${explainStoreFault(stored)}`,
      `  File  ${stored.path}`,
      ...storeHints(stored),
    ];
  if (stored.kind === 'absent' || stored.kind === 'ended')
    return [
      'X Not authenticated',
      ...(stored.kind === 'ended' ? [`  Last login ended  ${endLine(stored.reason, stored.atMs)}`] : []),
      ...(stored.kind === 'absent' && stored.gone !== undefined ? [`  Gone  ${stored.gone}: ${GONE}`] : []),
      ...outdatedLines(stored.outdated, server ?? undefined),
      toLogIn,
      ...findingLines(findings),
    ];
  return [
    firstLine(standing, isOver(stored.session, nowMs)),
    ...sessionLines(stored.session, nowMs),
    ...(isOver(stored.session, nowMs) ? [toLogIn] : []),
    ...findingLines(findings),
  ];
}

function firstLine({ state }: LoginStanding, isOverByClock: boolean): string {
  if (state === 'authenticated') return '+ Authenticated';
  const what = state === 'expired' ? 'Session expired' : 'Session cannot be used';
  return `X ${what} (${isOverByClock ? 'refresh token expired' : 'access token expired, and cannot be renewed'})`;
}

/** That there is no login is said already. */
function findingLines(findings: readonly AuthFinding[]): readonly string[] {
  return findings.filter(({ id }) => id !== 'F-001').map((one) => `! ${findingSentence(one)}`);
}

function outdatedLines(outdated: string | undefined, server?: string): readonly string[] {
  if (outdated === undefined) return [];
  const logout =
    server === undefined
      ? '`spec-kitty auth logout`'
      : `\`spec-kitty auth logout --server ${shellWord(server)}\``;
  return [
    `  Not used          ${outdated}: ${OUTDATED}`,
    `Run ${logout} to give it back to the server and to remove it; a login does so, too.`,
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
