import type { CallbackAnswer } from '../../session/callback-answer.ts';
import type { Secret } from '../../session/secret.ts';

/** A port of this machine that waits for the answer of a browser. */
export interface CallbackListener {
  /** Where the server is to send the browser. */
  readonly redirectUri: string;
  /** Waits for the answer to one login; the port is closed by the time that it has one, or none in time. */
  wait(state: Secret, issuer: string, withinMs: number): Promise<CallbackAnswer | { readonly kind: 'none' }>;
}
