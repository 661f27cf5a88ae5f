import { Secret } from '@spec-kitty/core/session/secret';
import type { Session } from '@spec-kitty/core/session/session';

/** A session that no server has given; its tokens are named after it, and good for an hour. */
export function exampleSession(issuer: string, name: string, nowMs = Date.now()): Session {
  return {
    issuer,
    account: {
      userId: `user ${name}`,
      email: `${name}@example.org`,
      name,
      teams: [{ id: 't', name: 'Own', role: 'owner', isPrivate: true }],
    },
    tokens: {
      access: new Secret(`access ${name}`),
      refresh: new Secret(`refresh ${name}`),
      sessionId: `session ${name}`,
      scope: 'offline_access',
      issuedAtMs: nowMs,
      accessExpiresAtMs: nowMs + 3_600_000,
      refreshExpiresAtMs: null,
      generation: 1,
    },
    method: 'device_code',
  };
}
