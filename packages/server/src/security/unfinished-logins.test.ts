import type { Person, TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { makeLink } from '../accounts/one-time-link.ts';
import { endSessionsOf } from '../sessions/end-session.ts';
import { onEmbedded } from '../testing/on-both.ts';

const REDIRECT = 'http://127.0.0.1:4000/callback';

/** Has a device and a program allowed, neither of which has fetched its tokens. @returns what fetches them. */
async function allowTwo(world: TeamspaceWorld, person: Person): Promise<() => Promise<readonly number[]>> {
  const browser = await world.signIn(person);
  const { body } = await world.post('/oauth/device', { client_id: 'cli_native' });
  await browser.submit(`/device?code=${body.user_code}`, '/device', { decision: 'allow' });
  const request = new URLSearchParams({
    client_id: 'cli_native',
    redirect_uri: REDIRECT,
    response_type: 'code',
    state: 'state',
    // The SHA-256 of 43 times "v".
    code_challenge: '7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM',
    code_challenge_method: 'S256',
  }).toString();
  const page = await browser.submit(`/oauth/authorize?${request}`, '/oauth/authorize', { decision: 'allow' });
  const code = new URL(page.location ?? '').searchParams.get('code') ?? '';
  const client = { client_id: 'cli_native' };
  return async () => {
    const grant = 'urn:ietf:params:oauth:grant-type:device_code';
    const device = await world.post('/oauth/token', {
      ...client,
      grant_type: grant,
      device_code: body.device_code,
    });
    const program = await world.post('/oauth/token', {
      ...client,
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: 'v'.repeat(43),
    });
    return [device.status, program.status];
  };
}

onEmbedded((open) => {
  test('what was allowed to sign in does so, as long as nobody has ended everything', async () => {
    const world = await open();
    const fetchTokens = await allowTwo(world, await world.person('Ada'));
    expect(await fetchTokens()).toEqual([200, 200]);
  });

  test.each(['a new password by a link', 'the end of all sessions', 'the end of the account'])(
    'what was allowed to sign in before does not after %s',
    async (end) => {
      const world = await open();
      const { teamspace } = world;
      const ada = await world.person('Ada');
      const fetchTokens = await allowTwo(world, ada);
      if (end === 'a new password by a link') {
        const link = await teamspace.database.whole((rows) =>
          makeLink(rows, teamspace, 'new_password', ada.id),
        );
        const { pathname } = new URL(link);
        await world.browser().submit(pathname, pathname, { password: 'a new one that is long' });
      } else if (end === 'the end of all sessions') {
        const browser = await world.signIn(ada);
        await browser.submit('/sessions', '/sessions/end', { session: 'all' });
      } else {
        // And after it has come back.
        await teamspace.database.whole((rows) => endSessionsOf(rows, ada.id, 'account_disabled'));
      }
      expect(await fetchTokens()).toEqual([400, 400]);
      const { rows: going } = await sql`select id from sessions where ended_at is null`.execute(
        teamspace.database.system,
      );
      expect(going).toEqual([]);
    },
  );
});
