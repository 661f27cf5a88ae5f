import { describe, expect, test } from 'vitest';
import { Secret } from '../session/secret.ts';
import { judgeCallback } from './judge-callback.ts';

const EXPECTED = { host: '127.0.0.1:28888', state: new Secret('s3cret'), issuer: 'https://team.example' };

const judge = (query: string, change: Partial<Parameters<typeof judgeCallback>[0]> = {}) =>
  judgeCallback({ method: 'GET', target: `/callback?${query}`, host: EXPECTED.host, ...change }, EXPECTED);

test('the answer to this login is its code', () => {
  const answer = judge('code=abc&state=s3cret');
  expect(answer.kind === 'code' && answer.code.expose()).toBe('abc');
  expect(judge('code=abc&state=s3cret&iss=https%3A%2F%2Fteam.example').kind).toBe('code');
});

describe('A-06: what has not the state of this login is not its answer', () => {
  test.each([
    'code=abc',
    'code=abc&state=',
    'code=abc&state=s3cre',
    'code=abc&state=s3crett',
    'code=abc&state=S3cret',
    'code=abc&state=s3cret&state=s3cret',
    'state=s3cret',
    'code=&state=s3cret',
    'code=a&code=b&state=s3cret',
    '',
  ])('%s', (query) => {
    expect(judge(query)).toEqual({ kind: 'turned away', status: 400 });
  });
});

test('A-05: a refusal counts with the right state alone', () => {
  expect(judge('error=access_denied&state=s3cret')).toEqual({ kind: 'error', error: 'access_denied' });
  expect(judge('error=access_denied&state=x')).toEqual({ kind: 'turned away', status: 400 });
});

test('an answer of another server is none (RFC 9207)', () => {
  expect(judge('code=abc&state=s3cret&iss=https%3A%2F%2Fevil.example')).toEqual({ kind: 'other issuer' });
  expect(
    judge('code=abc&state=s3cret&iss=https%3A%2F%2Fteam.example&iss=https%3A%2F%2Fevil.example'),
  ).toEqual({ kind: 'other issuer' });
});

test.each([
  [403, { host: 'evil.example' }],
  [403, { host: 'evil.example:28888' }],
  [403, { host: 'localhost:28888' }],
  [403, { host: undefined }],
  [404, { target: '/' }],
  [404, { target: '/callback/?code=abc&state=s3cret' }],
  [404, { target: '//callback?code=abc&state=s3cret' }],
  [405, { method: 'POST' }],
  [405, { method: 'HEAD' }],
  [405, { method: 'OPTIONS' }],
])('X-04, X-05: %i for %j', (status, change) => {
  expect(judge('code=abc&state=s3cret', change)).toEqual({ kind: 'turned away', status });
});
