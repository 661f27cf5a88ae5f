import { aSession } from '@spec-kitty/testkit/auth-doctor-cases';
import { expect, test } from 'vitest';
import type { RefreshResult } from '../refresh/refresh-machine.ts';
import { statusAnswerOf, withoutLogin, withoutToken } from './server-session.ts';

const answer = (status: number, body: unknown = {}) =>
  statusAnswerOf({ kind: 'answer', status, body, retryAfter: null });

test('R-10: only a whole answer says that a login holds', () => {
  expect(answer(200, { status: 'active', session_id: 's1', current_generation: 4 })).toEqual({
    active: true,
    session_id: 's1',
    error: null,
    next_action: null,
  });
  for (const body of [undefined, {}, { status: 'revoked', session_id: 's1' }, { status: 'active' }])
    expect(answer(200, body).error).toBe('The server’s answer is not one of its protocol.');
});

test.each([
  [answer(401, { error: 'reuse', reason: 'family-canary' }), 're-authenticate'],
  [answer(503), 'Server returned HTTP 503'],
  [answer(302), 'Server returned HTTP 302'],
  [
    statusAnswerOf({ kind: 'failed', cause: 'malformed', sent: true }),
    'The server’s answer is not one of its protocol.',
  ],
  [statusAnswerOf({ kind: 'failed', cause: 'timeout', sent: true }), 'Network error: timeout'],
  [withoutLogin(false), 'SaaS URL not configured'],
  [withoutLogin(true), 're-authenticate'],
])('R-10: %o', (said, error) => {
  expect(said).toEqual({ active: false, session_id: null, error, next_action: expect.any(String) });
});

type NoSession = Exclude<RefreshResult, { readonly session: unknown }>;

test.each<[NoSession, string]>([
  [
    { outcome: 'busy', network: false },
    'Another spec-kitty process is refreshing the auth session; retry in a moment.',
  ],
  [{ outcome: 'session_ended', reason: 'server_revoked', network: true }, 're-authenticate'],
  [{ outcome: 'session_ended', reason: 'absolute_lifetime', network: true }, 're-authenticate'],
  [{ outcome: 'logged_out', reason: null, network: false }, 're-authenticate'],
  [{ outcome: 'unavailable', why: 'http_502', network: true }, 'Server returned HTTP 502'],
  [{ outcome: 'unavailable', why: 'refused', network: true }, 'Network error: refused'],
  [
    { outcome: 'unavailable', why: 'malformed', network: true },
    'The server’s answer is not one of its protocol.',
  ],
  [
    { outcome: 'replay', network: true },
    'Another process has refreshed the login, and what it got has not arrived yet.',
  ],
  [
    { outcome: 'answer_lost', network: true },
    'The answer to the last refresh was lost, and the server does not give it again. Run `spec-kitty auth login --force` to log in again.',
  ],
  [
    { outcome: 'store_fault', fault: { kind: 'wrong_key', why: 'missing', path: '/x' }, network: false },
    'The session cannot be used, since the file of its key is missing',
  ],
])('R-10: a refresh that ends as %o', (result, error) => {
  expect(withoutToken(result)).toEqual({
    active: false,
    session_id: null,
    error,
    next_action: expect.any(String),
  });
});

test('a refresh that gave a session is no failure', () => {
  expect(() => withoutToken({ outcome: 'fresh', session: aSession(), network: false })).toThrow('fresh');
});
