import type { AccountAnswer } from '../../session/account-answer.ts';
import type { Secret } from '../../session/secret.ts';

/** Where a server says who is signed in; a token is sent to the issuer that gave it, and nowhere else. */
export interface AccountEndpoint {
  /** Asks once, within a time. */
  fetch(issuer: string, access: Secret, withinMs: number): Promise<AccountAnswer>;
}
