import type { LoggedRequest, OAuthAccount, OAuthOptions, OAuthServer } from './oauth-server.ts';

/** What a way of looking at or changing a server gives: at once, or when its database has answered. */
type Soon<T> = T | Promise<T>;

/**
 * A server that logins are tested with: the small one of the testkit, or Teamspace itself. What tests do to it from behind
 * is the same for both.
 */
export interface ServerUnderTest {
  readonly options: OAuthOptions;
  readonly extra: OAuthServer['extra'];
  readonly requests: readonly LoggedRequest[];
  /** Everything that it has given out and that nobody else may see. */
  readonly secrets: readonly string[];
  readonly account: OAuthAccount;
  readonly origin: string;
  listen(): Promise<string>;
  close(): Promise<void>;
  calls(path: string): readonly LoggedRequest[];
  grant(): Soon<Readonly<Record<string, unknown>>>;
  revokeAll(): Soon<void>;
  refuseAccess(): Soon<void>;
  thefts(): Soon<number>;
  honours(refreshToken: string): Soon<boolean>;
  decideDevice(state: 'pending' | 'approved' | 'denied' | 'expired', userCode?: string): Soon<void>;
}
