import { expect, test } from 'vitest';
import { jsonLog } from './log.ts';

test('each event is one line of JSON, whatever a client says', () => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => void lines.push(line),
    () => 0,
  );
  const path = '/\r\n{"level":"error"}\u001b[2J\u2028';
  log('warn', 'request', { path });
  log('info', 'ready');
  expect(lines[0]?.split(/\p{Cc}/u)).toEqual([expect.any(String), '']);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    event: 'request',
    path,
  });
  expect(lines[1]).toBe('{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"ready"}\n');
});

test('facts do not stand in for what the log itself says', () => {
  const lines: string[] = [];
  jsonLog(
    (line) => void lines.push(line),
    () => 0,
  )('error', 'bug', { level: 'info', event: 'ready', time: 'never' });
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'error',
    event: 'bug',
  });
});
