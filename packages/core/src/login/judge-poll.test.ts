import type { NoAnswer } from '../session/http-answer.ts';
import { expect, test } from 'vitest';
import { judgePoll } from './judge-poll.ts';

const refused = (error: string) => judgePoll({ kind: 'refused', error }, 5000);
const unavailable = (why: NoAnswer, retryAfterMs = 0) =>
  judgePoll({ kind: 'unavailable', why, retryAfterMs }, 5000);

test('A-10: the interval grows and never shrinks', () => {
  expect(refused('authorization_pending')).toEqual({ kind: 'ask again', intervalMs: 5000 });
  expect(refused('slow_down')).toEqual({ kind: 'ask again', intervalMs: 10_000 });
  expect(judgePoll({ kind: 'refused', error: 'slow_down' }, 25_000)).toMatchObject({ intervalMs: 30_000 });
  expect(unavailable('http_429', 60_000)).toEqual({ kind: 'ask again', intervalMs: 60_000 });
  expect(unavailable('http_503', 1000)).toEqual({ kind: 'ask again', intervalMs: 10_000 });
});

test.each<NoAnswer>([
  'dns',
  'refused',
  'timeout',
  'dropped',
  'tls',
  'proxy_unusable',
  'http_408',
  'http_429',
  'http_500',
  'http_503',
])('A-10: %s may pass', (why) => {
  expect(unavailable(why)).toEqual({ kind: 'ask again', intervalMs: 10_000 });
});

test.each<NoAnswer>(['malformed', 'proxy_refused', 'http_302', 'http_403', 'http_404'])(
  'A-10: %s does not',
  (why) => {
    expect(unavailable(why)).toEqual({ kind: 'failed', error: why });
  },
);

test.each(['access_denied', 'expired_token', 'invalid_client'])('A-10: %s ends it', (error) => {
  expect(refused(error)).toEqual({ kind: 'failed', error });
});
