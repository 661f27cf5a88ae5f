import { expect, test } from 'vitest';
import { chooseServer, type NamedServers } from './choose-server.ts';

const nobody: NamedServers = {
  '--server': () => undefined,
  SPEC_KITTY_SAAS_URL: () => undefined,
  'config.toml': () => undefined,
  'the last login': () => undefined,
};

const CONFIG = '/home/ada/.spec-kitty/config.toml';
const choose = (named: NamedServers) => chooseServer(named, CONFIG);

test('the first that names a server is followed, and the others are not asked', () => {
  const asked = () => {
    throw new Error('asked');
  };
  const named = { ...nobody, 'config.toml': () => 'https://b.example/', 'the last login': asked };
  expect(choose(named)).toEqual({ origin: 'https://b.example', source: 'config.toml' });
  expect(choose({ ...named, SPEC_KITTY_SAAS_URL: () => 'https://a.example' })).toEqual({
    origin: 'https://a.example',
    source: 'SPEC_KITTY_SAAS_URL',
  });
  expect(choose({ ...named, SPEC_KITTY_SAAS_URL: () => ' ' }).source).toBe('config.toml');
});

test('nobody is sent to a server that they have not named', () => {
  expect(() => choose(nobody)).toThrow(
    expect.objectContaining({
      code: 'SERVER_UNKNOWN',
      hints: [expect.any(String), expect.stringContaining(CONFIG)] as string[],
    }),
  );
});

test.each(['--server', 'SPEC_KITTY_SAAS_URL'] as const)(
  'X-03: an address from %s that tokens may not go to is refused, not passed over',
  (source) => {
    const named = {
      ...nobody,
      [source]: () => 'http://team.example',
      'the last login': () => 'https://a.example',
    };
    expect(() => choose(named)).toThrow(
      expect.objectContaining({ code: 'SERVER_URL_INVALID', details: { source } }),
    );
  },
);
