import type { RefreshAnswer } from '../../session/refresh-answer.ts';
import type { Session } from '../../session/session.ts';
import type { Secret } from '../../session/secret.ts';

/** What became of a revocation: confirmed is only what the server has confirmed (A§1.9). */
export type Revocation = 'confirmed' | 'server_failure' | 'network_error';

/** The token endpoint of a session's own issuer; nothing is ever sent to another origin, and nothing sent twice. */
export interface TokenEndpoint {
  /**
   * Asks for new tokens, within a time.
   *
   * @param attempt known to nobody else: a server that has given an answer to it which was lost gives the same again.
   */
  refresh(session: Session, attempt: string, withinMs: number): Promise<RefreshAnswer>;
  revoke(issuer: string, token: Secret, withinMs: number): Promise<Revocation>;
}
