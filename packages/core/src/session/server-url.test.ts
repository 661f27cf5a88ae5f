import { expect, test } from 'vitest';
import { parseServerUrl } from './server-url.ts';

test.each([
  ['https://Team.Example/', 'https://team.example'],
  ['https://team.example:8443', 'https://team.example:8443'],
  ['https://team.example:443/', 'https://team.example'],
  [' https://team.example ', 'https://team.example'],
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
  ['http://127.9.9.9:8000', 'http://127.9.9.9:8000'],
  ['http://localhost:8000/', 'http://localhost:8000'],
  ['http://[::1]:8000', 'http://[::1]:8000'],
])('A-27: %s is %s', (text, origin) => {
  expect(parseServerUrl(text)).toEqual({ kind: 'origin', origin });
});

test.each([
  'http://team.example',
  'http://10.0.0.1',
  'http://127.0.0.1.evil.example',
  'http://localhost.evil.example',
  'http://127.0.0.1@evil.example',
  'https://ada:secret@team.example',
  'https://team.example/spec-kitty',
  'https://team.example/?a=b',
  'https://team.example/#a',
  'ftp://team.example',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'team.example',
  '',
])('X-03: %j is no address for tokens', (text) => {
  expect(parseServerUrl(text)).toMatchObject({ kind: 'refused', why: expect.stringMatching(/\w/) });
});
