import type { Secret } from './secret.ts';

/** A team as the server tells it (A§1.1). */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly isPrivate: boolean;
}

/** Who is signed in. */
export interface Account {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly teams: readonly Team[];
}

/** What one grant gave. Times are milliseconds since the Unix epoch. */
export interface Tokens {
  readonly access: Secret;
  readonly refresh: Secret;
  readonly sessionId: string;
  readonly scope: string;
  readonly issuedAtMs: number;
  readonly accessExpiresAtMs: number;
  /** `null`: only the server knows. */
  readonly refreshExpiresAtMs: number | null;
  /** Of the token family; `null` where the server does not count. */
  readonly generation: number | null;
}

/** How somebody signed in. */
export type AuthMethod = 'authorization_code' | 'device_code';

/** A login of one account at one server, which all processes of a user share. */
export interface Session {
  /** Origin of the server that issued the tokens: the only one they are ever sent to. */
  readonly issuer: string;
  readonly account: Account;
  readonly tokens: Tokens;
  readonly method: AuthMethod;
}

/** Whether two readings are of one grant: a rotation changes the refresh token (A§2.3). */
export function sameGrant(a: Session, b: Session): boolean {
  return a.tokens.sessionId === b.tokens.sessionId && a.tokens.refresh.equals(b.tokens.refresh);
}

/** Whether two sessions are of one account; nobody is given another one's silently. */
export function sameAccount(a: Session, b: Session): boolean {
  return a.issuer === b.issuer && a.account.userId === b.account.userId;
}

/** Whether the access token is good for so long. */
export function isFresh({ tokens }: Session, nowMs: number, minValidityMs: number): boolean {
  return tokens.accessExpiresAtMs - nowMs > minValidityMs;
}

/** Whether the login is over by the clock: nothing could be refreshed any more. */
export function isOver({ tokens }: Session, nowMs: number): boolean {
  return tokens.refreshExpiresAtMs !== null && tokens.refreshExpiresAtMs <= nowMs;
}

/** The only team whose events are sent without asking anybody (A§1.7). */
export function privateTeam({ account: { teams } }: Session): Team | undefined {
  return teams.find(({ isPrivate }) => isPrivate);
}

/** The team shown as one's own: the private one, else the first. For display alone. */
export function defaultTeam(session: Session): Team | undefined {
  return privateTeam(session) ?? session.account.teams[0];
}

/** A session after its refresh: the account stays, and what the server left out. */
export function withTokens(session: Session, tokens: Tokens): Session {
  return {
    ...session,
    tokens: { ...tokens, refreshExpiresAtMs: tokens.refreshExpiresAtMs ?? session.tokens.refreshExpiresAtMs },
  };
}
