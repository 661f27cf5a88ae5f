import { expect, test } from 'vitest';
import { publicOrigin } from './public-origin.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8470'],
  ['127.1.2.3', 'http://127.1.2.3:8470'],
  ['::1', 'http://[::1]:8470'],
  ['localhost', 'http://localhost:8470'],
])('at %s a server knows its own address', (host, expected) => {
  expect(publicOrigin(undefined, { host, port: 8470 })).toBe(expected);
});

test.each(['0.0.0.0', '::', '192.168.1.7', 'localhost.example.org', '127.0.0.1.example.org'])(
  'at %s it has to be told',
  (host) => {
    expect(() => publicOrigin(undefined, { host, port: 8470 })).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'PUBLIC_URL_NEEDED' }),
    );
  },
);

test('what it is told is an origin that tokens may go to', () => {
  const network = { host: '0.0.0.0', port: 8470 };
  expect(publicOrigin('https://Teamspace.example.org/', network)).toBe('https://teamspace.example.org');
  for (const wrong of [
    '',
    'teamspace',
    'http://teamspace.example.org',
    'https://a.example/path',
    'https://u:p@a.example',
  ])
    expect(() => publicOrigin(wrong, network)).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'PUBLIC_URL_INVALID' }),
    );
});
