import { expect, test } from 'vitest';
import { answerAddress, judgeRequest } from './authorization-request.ts';

const SOUND = {
  client_id: 'cli_native',
  redirect_uri: 'http://127.0.0.1:28888/callback',
  response_type: 'code',
  state: 's',
  code_challenge: 'a'.repeat(43),
  code_challenge_method: 'S256',
};

test('a sound request is taken with what its program may have', () => {
  expect(judgeRequest({ ...SOUND, scope: 'offline_access admin' })).toMatchObject({
    kind: 'sound',
    request: {
      redirectUri: SOUND.redirect_uri,
      challenge: SOUND.code_challenge,
      state: 's',
      scope: 'offline_access',
    },
  });
});

test.each([
  [{ client_id: undefined }],
  [{ client_id: 'other' }],
  [{ redirect_uri: undefined }],
  [{ redirect_uri: 'https://evil.test/callback' }],
])('%j is not answered anywhere', (change) => {
  expect(judgeRequest({ ...SOUND, ...change }).kind).toBe('not to be answered');
});

test.each([
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ response_type: undefined }, 'unsupported_response_type'],
  [{ state: undefined }, 'invalid_request'],
  [{ state: '' }, 'invalid_request'],
  [{ state: 's'.repeat(513) }, 'invalid_request'],
  [{ code_challenge_method: 'plain' }, 'invalid_request'],
  [{ code_challenge_method: undefined }, 'invalid_request'],
  [{ code_challenge: 'a'.repeat(42) }, 'invalid_request'],
  [{ code_challenge: `${'a'.repeat(42)}=` }, 'invalid_request'],
  [{ code_challenge: undefined }, 'invalid_request'],
])('%j is answered with %s', (change, error) => {
  const judged = judgeRequest({ ...SOUND, ...change });
  expect(judged).toMatchObject({ kind: 'wrong', error, redirectUri: SOUND.redirect_uri });
});

test('an answer says who gives it, and cannot add to itself', () => {
  const address = answerAddress('http://127.0.0.1:1/callback', 'https://teamspace.test', {
    code: 'c',
    state: '&iss=https://evil.test#x',
    error: undefined,
  });
  const { searchParams, hash } = new URL(address);
  expect([...searchParams]).toEqual([
    ['code', 'c'],
    ['state', '&iss=https://evil.test#x'],
    ['iss', 'https://teamspace.test'],
  ]);
  expect(hash).toBe('');
});
