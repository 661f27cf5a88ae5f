import { describe, expect, test } from 'vitest';
import { accountAnswerOf, parseAccount } from './account-answer.ts';
import type { HttpAnswer } from './http-answer.ts';

const TEAM = { id: 't1', name: 'Own', role: 'owner', is_private_teamspace: true };
const ME = { user_id: 'u1', email: 'ada@example.org', name: 'Ada', teams: [TEAM] };

function answer(status: number, body: unknown): HttpAnswer {
  return { kind: 'answer', status, body, retryAfter: null };
}

describe('an account', () => {
  test('is read with its teams; one that does not say so is not private', () => {
    const { is_private_teamspace: _, ...shared } = TEAM;
    expect(parseAccount({ ...ME, teams: [shared, TEAM], more: 1 })).toEqual({
      userId: 'u1',
      email: 'ada@example.org',
      name: 'Ada',
      teams: [
        { id: 't1', name: 'Own', role: 'owner', isPrivate: false },
        { id: 't1', name: 'Own', role: 'owner', isPrivate: true },
      ],
    });
    expect(parseAccount({ ...ME, teams: [] })?.teams).toEqual([]);
  });

  test.each(Object.keys(ME))('without %s, or with another kind of it, is none', (key) => {
    for (const wrong of [undefined, null, 7, true, {}, [7]])
      expect([wrong, parseAccount({ ...ME, [key]: wrong })]).toEqual([wrong, undefined]);
  });

  test.each(Object.keys(TEAM))('with a team whose %s is of another kind is none', (key) => {
    for (const wrong of [null, 7, 'true', {}])
      if (!(key !== 'is_private_teamspace' && typeof wrong === 'string'))
        expect([wrong, parseAccount({ ...ME, teams: [{ ...TEAM, [key]: wrong }] })]).toEqual([
          wrong,
          undefined,
        ]);
  });

  test('needs an id, its own and each team’s; and is an object', () => {
    expect(parseAccount({ ...ME, user_id: '' })).toBeUndefined();
    expect(parseAccount({ ...ME, teams: [{ ...TEAM, id: '' }] })).toBeUndefined();
    for (const other of [undefined, null, [], 'x']) expect(parseAccount(other)).toBeUndefined();
  });
});

describe('what an answer of the account endpoint means', () => {
  const malformed = { kind: 'unavailable', why: 'malformed' };

  test.each([
    [answer(200, ME), { kind: 'account', refreshExpiresAtMs: null }],
    [
      answer(200, { ...ME, refresh_token_expires_at: '2026-02-01T00:00:00Z' }),
      { kind: 'account', refreshExpiresAtMs: Date.UTC(2026, 1, 1) },
    ],
    [answer(200, { ...ME, refresh_token_expires_at: null }), { kind: 'account', refreshExpiresAtMs: null }],
    [answer(200, { ...ME, refresh_token_expires_at: 'some day' }), malformed],
    [answer(200, { ...ME, refresh_token_expires_at: 7 }), malformed],
    // The client gives no body for HTML and for one that is too long.
    [answer(200, undefined), malformed],
    [answer(401, ME), { kind: 'unauthorized' }],
    [answer(403, ME), { kind: 'unavailable', why: 'http_403' }],
    [answer(302, undefined), { kind: 'unavailable', why: 'http_302' }],
    [answer(500, ME), { kind: 'unavailable', why: 'http_500' }],
    [
      { kind: 'failed', cause: 'dns', sent: false },
      { kind: 'unavailable', why: 'dns' },
    ],
  ] as const)('%j', (given, expected) => {
    expect(accountAnswerOf(given)).toMatchObject(expected);
  });
});
