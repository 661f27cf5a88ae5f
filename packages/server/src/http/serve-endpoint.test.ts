import type { TestBrowser } from '@spec-kitty/testkit/teamspace/test-browser';
import { expect, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';

const TOO_LONG = 'x'.repeat(70_000);

async function csrfOf(browser: TestBrowser): Promise<string> {
  return (await browser.open('/account')).fields('/sign-out')['csrf'] ?? '';
}

onEmbedded((open) => {
  test('what is too long is told as that, to people and programs', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const browser = await world.signIn(ada);
    const csrf = await csrfOf(browser);
    for (const path of ['/teams', '/account/password', '/oauth/authorize', '/teams/ada/members']) {
      const page = await browser.post(path, { csrf, name: TOO_LONG });
      expect([path, page.status, page.text]).toEqual([
        path,
        413,
        expect.stringContaining('<h1>That is too long'),
      ]);
    }
    const client = { client_id: 'cli_native' };
    for (const [path, fields] of [
      ['/oauth/token', { ...client, grant_type: 'refresh_token', refresh_token: TOO_LONG }],
      ['/oauth/device', { ...client, scope: TOO_LONG }],
      ['/oauth/revoke', { token: TOO_LONG }],
    ] as const) {
      const { status, body } = await world.post(path, fields);
      expect([path, status, body.error]).toEqual([path, 413, 'invalid_request']);
    }
  });

  test('fields of a form that are wrong are told on a page, those of a team on its own', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const red = await world.team('Red', ada);
    const browser = await world.signIn(ada);
    const csrf = await csrfOf(browser);
    for (const [path, fields, problem] of [
      ['tokens', { name: 'CI', scope: 'team.read', days: '0' }, 'days is not valid.'],
      ['invitations', { email: 'bob@example.org', role: 'emperor' }, 'role is not valid.'],
      ['members', { account: 'x', role: 'viewer', do: 'change' }, 'account is not valid.'],
      ['tokens/revoke', { token: 'x' }, 'token is not valid.'],
      ['invitations/revoke', {}, 'invitation is missing.'],
    ] as const) {
      const page = await browser.post(`/teams/${red.slug}/${path}`, { csrf, ...fields });
      expect([path, page.status, page.headers.get('content-type')]).toEqual([
        path,
        400,
        'text/html; charset=utf-8',
      ]);
      expect(page.text).toContain(`role="alert">${problem}</p>`);
      expect(page.text).toContain('<h1>Red</h1>');
    }
    for (const path of ['/sessions/end', '/device', '/teams']) {
      const page = await browser.post(path, { csrf });
      expect([path, page.status, page.text]).toEqual([path, 400, expect.stringMatching(/\w+ is missing\./)]);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
  });
});
