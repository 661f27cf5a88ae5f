import { expect, test } from 'vitest';
import { chooseProxy } from './choose-proxy.ts';

const PROXY = 'http://proxy.example:3128';

function chosen(target: string, env: Readonly<Record<string, string>>): string | undefined {
  const choice = chooseProxy(new URL(target), env);
  return choice instanceof URL ? choice.href : choice;
}

test.each([
  [{ HTTPS_PROXY: PROXY }, `${PROXY}/`],
  [{ https_proxy: PROXY, HTTPS_PROXY: 'http://other.example' }, `${PROXY}/`],
  [{ HTTPS_PROXY: 'proxy.example:3128' }, `${PROXY}/`],
  [{ HTTPS_PROXY: 'https://ada:p%40ss@proxy.example' }, 'https://ada:p%40ss@proxy.example/'],
  [{}, undefined],
  [{ HTTPS_PROXY: '' }, undefined],
  // That is for servers without TLS, and there are none but on this machine.
  [{ HTTP_PROXY: PROXY, http_proxy: PROXY }, undefined],
  [{ HTTPS_PROXY: 'socks5://proxy.example' }, 'unusable'],
  [{ HTTPS_PROXY: 'http://' }, 'unusable'],
  [{ HTTPS_PROXY: 'http://a b' }, 'unusable'],
])('%j: a server elsewhere is reached by %s', (env, expected) => {
  expect(chosen('https://team.example', env)).toBe(expected);
});

test.each([
  'https://localhost:8443',
  'https://127.0.0.1',
  'https://127.9.9.9:1',
  'https://[::1]',
  'http://127.0.0.1',
])('%s is on this machine, and reached without a proxy', (target) => {
  expect(chosen(target, { HTTPS_PROXY: PROXY })).toBeUndefined();
  expect(chosen(target, { HTTPS_PROXY: 'socks5://x' })).toBeUndefined();
});

test.each<readonly [list: string, target: string, isExempt: boolean]>([
  ['*', 'https://team.example', true],
  ['team.example', 'https://team.example', true],
  ['TEAM.Example', 'https://team.example', true],
  ['a.example, team.example', 'https://team.example:8443', true],
  ['a.example team.example', 'https://team.example', true],
  ['example', 'https://team.example', true],
  ['.team.example', 'https://eu.team.example', true],
  ['*.team.example', 'https://eu.team.example', true],
  ['team.example:443', 'https://team.example', true],
  ['team.example:8443', 'https://team.example', false],
  ['eam.example', 'https://team.example', false],
  ['eu.team.example', 'https://team.example', false],
  ['team.example.evil.example', 'https://team.example', false],
  [' , ', 'https://team.example', false],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.0.0.0/99', 'https://10.1.2.3', false],
  ['10.1.2.3', 'https://10.1.2.3', true],
  ['1.2.3', 'https://10.1.2.3', false],
  ['2001:db8::/32', 'https://[2001:db8::7]', true],
  ['2001:db8::7', 'https://[2001:db8::7]', true],
  ['[2001:db8::7]:443', 'https://[2001:db8::7]', true],
  ['2001:db8::8', 'https://[2001:db8::7]', false],
])('NO_PROXY=%j, for %s: %s', (list, target, isExempt) => {
  for (const name of ['NO_PROXY', 'no_proxy'])
    expect(chosen(target, { HTTPS_PROXY: PROXY, [name]: list }) === undefined).toBe(isExempt);
});
