import { expect, test } from 'vitest';
import { blockedSettings } from './blocked-settings.ts';

test('R-01: F-018 names what could send a login elsewhere or start a program, and nothing else', () => {
  const text = [
    'SPEC_KITTY_SAAS_URL=https://evil.example',
    '  export BROWSER = ./steal',
    'https_proxy=http://evil.example',
    'NODE_EXTRA_CA_CERTS=ca.pem',
    'EDITOR=x',
    'HOME=/tmp',
    'LD_PRELOAD=x.so',
    'NODE_OPTIONS=--require=x',
    'NODE_OPTIONS=twice',
    '# GIT_SSH=comment',
    'SPEC_KITTY_ENABLE_SAAS_SYNC=1',
    'HOMEPAGE=x',
    'not a setting',
  ].join('\n');
  expect(blockedSettings(text)).toEqual([
    'SPEC_KITTY_SAAS_URL',
    'BROWSER',
    'https_proxy',
    'NODE_EXTRA_CA_CERTS',
    'EDITOR',
    'HOME',
    'LD_PRELOAD',
    'NODE_OPTIONS',
  ]);
});
