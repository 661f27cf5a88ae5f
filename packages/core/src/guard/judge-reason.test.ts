import { expect, test } from 'vitest';
import { judgeReason } from './judge-reason.ts';

test.each([
  ['all exceptions', 'REASON_GENERIC'],
  ['BLE001', 'REASON_GENERIC'],
  ['Broad  catch.', 'REASON_GENERIC'],
  ['ignore any and all of the exceptions'.replace('exceptions', 'exception'), 'REASON_GENERIC'],
  ['ok', 'REASON_SHORT'],
  ['because', 'REASON_SHORT'],
  ['logs the socket', 'REASON_SHORT'],
  ['log a b c disk', 'REASON_SHORT'],
  ['TODO: report what the server answers', 'REASON_UNFINISHED'],
  ['reports what the server answers (fixme)', 'REASON_UNFINISHED'],
  ['the server may be down at any time', 'REASON_WITHOUT_VERB'],
  ['the catalog of the server is long enough', 'REASON_WITHOUT_VERB'],
  ['reports whatever may have happened up to here', 'REASON_WITHOUT_BOUNDARY'],
  ['reports whatever was unlocked or profiled before', 'REASON_WITHOUT_BOUNDARY'],
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
    'REASON_REPEATED',
  );
});
