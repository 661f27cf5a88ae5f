import { expect, test } from 'vitest';
import { listeningSettings, postgresAddress } from './postgres-address.ts';

test('a socket wherever its path is short enough, else a port', () => {
  const longest = `/${'d'.repeat(103 - '/.s.PGSQL.5432'.length - '/run'.length - 1)}`;
  expect(postgresAddress('linux', longest, 7000)).toEqual({ kind: 'socket', folder: `${longest}/run` });
  expect(postgresAddress('linux', `${longest}d`, 7000)).toEqual({ kind: 'port', port: 7000 });
  // Bytes count, and not characters.
  expect(postgresAddress('linux', `${longest.slice(0, -1)}é`, 7000)).toEqual({ kind: 'port', port: 7000 });
  expect(postgresAddress('win32', 'C:\\data', 7000)).toEqual({ kind: 'port', port: 7000 });
});

test('it listens in one place alone, whatever the folder is called', () => {
  expect(listeningSettings({ kind: 'port', port: 7000 })).toEqual({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: '7000',
  });
  expect(listeningSettings({ kind: 'socket', folder: '/a, "b"/run' })).toEqual({
    listen_addresses: '',
    unix_socket_directories: '"/a, ""b""/run"',
  });
});
