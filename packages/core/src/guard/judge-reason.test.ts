import { expect, test } from 'vitest';
import { judgeReason } from './judge-reason.ts';

test.each([
  ['all exceptions', 'reason-generic'],
  ['BLE001', 'reason-generic'],
  ['Broad  catch.', 'reason-generic'],
  ['ignore any and all of the exceptions'.replace('exceptions', 'exception'), 'reason-generic'],
  ['ok', 'reason-short'],
  ['because', 'reason-short'],
  ['logs the socket', 'reason-short'],
  ['log a b c disk', 'reason-short'],
  ['TODO: report what the server answers', 'reason-unfinished'],
  ['reports what the server answers (fixme)', 'reason-unfinished'],
  ['the server may be down at any time', 'reason-without-verb'],
  ['the catalog of the server is long enough', 'reason-without-verb'],
  ['reports whatever may have happened up to here', 'reason-without-boundary'],
  ['reports whatever was unlocked or profiled before', 'reason-without-boundary'],
  ['reports to the caller that the server is away', undefined],
  ['best-effort: the lock is held without its record', undefined],
  ['cleans up the draft that the file-system has left', undefined],
  ['falls back to the lock of the library', undefined],
])('B-03: the reason "%s" is %s', (reason, problem) => {
  expect(judgeReason(reason, [reason])).toBe(problem);
});

test('B-03: a reason that stands twice in one file is none, however it is written', () => {
  const reason = 'reports to the caller that the server is away';
  expect(judgeReason(reason, [reason, 'Reports to the caller: that the server is away!'])).toBe(
    'reason-repeated',
  );
});
