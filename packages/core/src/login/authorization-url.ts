import type { Secret } from '../session/secret.ts';

/** How this program calls itself to a server; it is public, and has no secret. */
export const CLIENT_ID = 'cli_native';

/** The one scope that is asked for: to be allowed to refresh (A§1.1). */
export const SCOPE = 'offline_access';

/** One login by browser, before anybody has answered. */
export interface AuthorizationRequest {
  readonly issuer: string;
  readonly redirectUri: string;
  readonly state: Secret;
  /** Base64url of the SHA-256 of the verifier (RFC 7636). */
  readonly challenge: string;
}

/** The page to open in a browser: the seven parameters of a code request, and no more (A§1.3). */
export function authorizationUrl({ issuer, redirectUri, state, challenge }: AuthorizationRequest): string {
  const parameters = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: SCOPE,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: state.expose(),
  });
  return `${issuer}/oauth/authorize?${parameters.toString()}`;
}
