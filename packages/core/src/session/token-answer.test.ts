import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from './http-answer.ts';
import { refreshAnswerOf, tokensOf } from './token-answer.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const FULL = {
  access_token: 'a',
  refresh_token: 'r',
  token_type: 'Bearer',
  expires_in: 60,
  session_id: 's',
  scope: 'offline_access',
  generation: 3,
};

function tokens(change: object = {}, before = tokensOf(FULL, NOW)) {
  return tokensOf({ ...FULL, ...change }, NOW, before);
}

/** With a part left out, as JSON leaves it out. */
function without(key: keyof typeof FULL): object {
  const { [key]: _, ...rest } = FULL;
  return rest;
}

describe('tokens', () => {
  test('come with everything that a login needs', () => {
    const read = tokensOf(FULL, NOW);
    expect([read?.access.expose(), read?.refresh.expose()]).toEqual(['a', 'r']);
    expect(read).toMatchObject({
      sessionId: 's',
      scope: 'offline_access',
      issuedAtMs: NOW,
      accessExpiresAtMs: NOW + 60_000,
      refreshExpiresAtMs: null,
      generation: 3,
    });
  });

  test.each(['access_token', 'refresh_token', 'expires_in', 'session_id'] as const)(
    'of a login need %s, and one of the right kind',
    (key) => {
      expect(tokensOf(without(key), NOW)).toBeUndefined();
      for (const wrong of ['', null, {}, -1, true])
        expect(tokensOf({ ...FULL, [key]: wrong }, NOW)).toBeUndefined();
    },
  );

  test('of a refresh may leave out what is known', () => {
    const before = tokensOf(FULL, NOW);
    const read = tokensOf({ access_token: 'b', refresh_token: 'q' }, NOW, before);
    expect(read).toMatchObject({
      sessionId: 's',
      scope: 'offline_access',
      generation: 3,
      accessExpiresAtMs: NOW + 3_600_000,
    });
  });

  test('are borne, and of no other type; the letters’ case does not count', () => {
    expect(tokens({ token_type: 'bEARER' })).toBeDefined();
    expect(tokensOf(without('token_type'), NOW)).toBeDefined();
    for (const type of ['mac', 7, 'DPoP']) expect(tokens({ token_type: type })).toBeUndefined();
    for (const body of [undefined, null, 'x', [], 7]) expect(tokensOf(body, NOW)).toBeUndefined();
  });

  test.each([
    [{}, null],
    [{ refresh_token_expires_in: 10 }, NOW + 10_000],
    [{ refresh_token_expires_at: '2026-02-01T00:00:00Z' }, Date.UTC(2026, 1, 1)],
    [{ refresh_token_expires_at: '2026-02-01T00:00:00', refresh_token_expires_in: 10 }, Date.UTC(2026, 1, 1)],
    [{ refresh_token_expires_in: 'soon' }, null],
    [{ refresh_token_expires_in: 0 }, null],
  ])('A-08: the end of a refresh token with %j', (change, expected) => {
    expect(tokens(change)?.refreshExpiresAtMs).toBe(expected);
  });
});

describe('what an answer to a refresh means', () => {
  const before = tokensOf(FULL, NOW);
  const mean = (answer: HttpAnswer) => {
    if (!before) throw new Error('no tokens');
    return refreshAnswerOf(answer, NOW, before);
  };
  const answer = (status: number, body?: unknown): HttpAnswer => ({
    kind: 'answer',
    status,
    body,
    retryAfter: null,
  });

  test.each([
    [answer(200, FULL), { kind: 'tokens' }],
    [answer(200, '<html>'), { kind: 'unavailable', sent: true, why: 'malformed' }],
    [
      answer(409, { error: 'refresh_replay_benign_retry', retry_after: 2 }),
      { kind: 'replay', retryAfterMs: 2000 },
    ],
    [answer(409, { error: 'refresh_replay_benign_retry' }), { kind: 'replay', retryAfterMs: 0 }],
    [answer(409, { error: 'else' }), { kind: 'unavailable', sent: false, why: 'http_409' }],
    [answer(400, { error: 'invalid_grant' }), { kind: 'rejected', cause: 'invalid_grant' }],
    [answer(401, { error: 'session_invalid' }), { kind: 'rejected', cause: 'session_invalid' }],
    // Words in a page are no rejection, and neither is a code with another status.
    [answer(400, 'invalid_grant'), { kind: 'unavailable', sent: false, why: 'http_400' }],
    [answer(403, { error: 'invalid_grant' }), { kind: 'unavailable', sent: false, why: 'http_403' }],
    [answer(400, { error: 'invalid_client' }), { kind: 'unavailable', sent: false, why: 'http_400' }],
    [answer(500), { kind: 'unavailable', sent: true, why: 'http_500' }],
    [answer(302), { kind: 'unavailable', sent: false, why: 'http_302' }],
    [
      { kind: 'failed', cause: 'dropped', sent: true },
      { kind: 'unavailable', sent: true, why: 'dropped' },
    ],
    [
      { kind: 'failed', cause: 'dns', sent: false },
      { kind: 'unavailable', sent: false, why: 'dns' },
    ],
  ] as const)('%j', (given, expected) => {
    expect(mean(given)).toMatchObject(expected);
  });
});

test.each([
  { access_token: 'ключ' },
  { access_token: 'a\r\nX: 1' },
  { refresh_token: 'a b' },
  { refresh_token: 'x'.repeat(10_000) },
  { session_id: 'a\nb' },
  { expires_in: 1e13 },
  { expires_in: 1e300 },
])('what could neither be sent nor written down is no token response: %j', (change) => {
  const body = { access_token: 'a', refresh_token: 'r', expires_in: 60, session_id: 's', ...change };
  expect(tokensOf(body, 0)).toBeUndefined();
});

test('an end beyond all measure is the server’s to know', () => {
  const body = { access_token: 'a', refresh_token: 'r', expires_in: 60, session_id: 's' };
  expect(tokensOf({ ...body, refresh_token_expires_in: 1e15 }, 0)?.refreshExpiresAtMs).toBeNull();
});
