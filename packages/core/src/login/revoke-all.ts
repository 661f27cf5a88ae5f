import type { Revocation, TokenEndpoint } from '../ports/session/token-endpoint.ts';
import { REFRESH_LIMITS } from '../refresh/refresh-limits.ts';
import type { Secret } from '../session/secret.ts';

/**
 * Gives back every one of some tokens, each once.
 *
 * @returns confirmed only if each was; `undefined` for none.
 */
export async function revokeAll(
  endpoint: TokenEndpoint,
  issuer: string,
  tokens: readonly Secret[],
): Promise<Revocation | undefined> {
  const different = tokens.filter((token, at) => !tokens.slice(0, at).some((other) => other.equals(token)));
  const came = await Promise.all(
    different.map((token) => endpoint.revoke(issuer, token, REFRESH_LIMITS.http)),
  );
  return came.find((one) => one !== 'confirmed') ?? came[0];
}
