import type { LoginAnswer } from '../../session/login-answer.ts';
import type { DeviceAuthorization } from '../../session/device-authorization.ts';
import type { Secret } from '../../session/secret.ts';

/** A code that a browser brought, and what proves that it is ours. */
export interface CodeGrant {
  readonly code: Secret;
  readonly verifier: Secret;
  readonly redirectUri: string;
}

/** Where a server exchanges codes for tokens. Each request is sent once; redirects are not followed. */
export interface LoginEndpoint {
  /** Asks whether anybody answers there. @returns a cause of the network where nobody does. */
  reach(issuer: string): Promise<string | undefined>;
  exchange(issuer: string, grant: CodeGrant): Promise<LoginAnswer>;
  startDevice(
    issuer: string,
  ): Promise<DeviceAuthorization | Exclude<LoginAnswer, { readonly kind: 'tokens' }>>;
  askDevice(issuer: string, deviceCode: Secret): Promise<LoginAnswer>;
}
