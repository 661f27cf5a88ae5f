import { createHash, randomBytes } from 'node:crypto';
import type { LoginSecrets } from '@spec-kitty/core/login/log-in';
import { Secret } from '@spec-kitty/core/session/secret';

/** A verifier of 43 characters and its challenge (RFC 7636), and a state of as many. */
export function loginSecrets(): LoginSecrets {
  const verifier = randomBytes(32).toString('base64url');
  return {
    verifier: new Secret(verifier),
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    state: new Secret(randomBytes(32).toString('base64url')),
  };
}
