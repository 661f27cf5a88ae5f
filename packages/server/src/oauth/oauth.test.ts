import { createHash, randomBytes } from 'node:crypto';
import { newAttempt, type Person, type TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onBoth } from '../testing/on-both.ts';

const REDIRECT = 'http://127.0.0.1:28888/callback';

function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

function authorizePath(change: Readonly<Record<string, string | undefined>> = {}): string {
  const fields = {
    client_id: 'cli_native',
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'offline_access',
    state: 'the-state',
    code_challenge: pkce().challenge,
    code_challenge_method: 'S256',
    ...change,
  };
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return `/oauth/authorize?${new URLSearchParams(given).toString()}`;
}

/** Signs in by the page, allows the program, and takes the code from the address that the browser is sent to. */
async function codeFor(world: TeamspaceWorld, person: Person, challenge: string): Promise<URLSearchParams> {
  const browser = await world.signIn(person);
  const path = authorizePath({ code_challenge: challenge });
  const page = await browser.open(path);
  const back = await browser.post('/oauth/authorize', {
    ...page.fields('/oauth/authorize'),
    decision: 'allow',
  });
  expect(back.status).toBe(303);
  expect(back.location).toMatch(/^http:\/\/127\.0\.0\.1:28888\/callback\?/);
  return new URL(back.location ?? '').searchParams;
}

function exchange(
  world: TeamspaceWorld,
  code: string,
  verifier: string,
  change: Record<string, string> = {},
) {
  return world.post('/oauth/token', {
    grant_type: 'authorization_code',
    client_id: 'cli_native',
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
    ...change,
  });
}

onBoth('OAuth', (open) => {
  test('a browser signs in, allows, and the program gets tokens that work', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const { verifier, challenge } = pkce();
    const answer = await codeFor(world, ada, challenge);
    expect(answer.get('state')).toBe('the-state');
    expect(answer.get('iss')).toBe('https://teamspace.test');
    const { status, body } = await exchange(world, answer.get('code') ?? '', verifier);
    expect([status, body.token_type, body.expires_in, body.generation, body.scope]).toEqual([
      200,
      'Bearer',
      3600,
      1,
      'offline_access',
    ]);
    const me = await world.get('/api/v1/me', body.access_token);
    expect(me.body).toMatchObject({
      user_id: ada.id,
      email: 'ada@example.org',
      teams: [{ role: 'owner', is_private_teamspace: true }],
      session_id: body.session_id,
      auth_flow: 'authorization_code',
    });
    expect((await world.get('/api/v1/session-status', body.access_token)).body).toEqual({
      status: 'active',
      session_id: body.session_id,
      current_generation: 1,
    });
  });

  test('whoever is not signed in gets to the question by the sign-in page', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const browser = world.browser();
    const path = authorizePath();
    const page = await browser.open(path);
    expect(page.text).toContain('<h1>Sign in</h1>');
    const sent = await browser.post('/sign-in', {
      ...page.fields('/sign-in'),
      email: ada.email,
      password: 'correct horse battery',
    });
    expect(sent.location).toBe(path);
    expect((await browser.open(path)).text).toContain('Sign in a program?');
  });

  test('a person who does not allow it sends the program away with a reason', async () => {
    const world = await open();
    const browser = await world.signIn(await world.person('Ada'));
    const page = await browser.open(authorizePath());
    const back = await browser.post('/oauth/authorize', {
      ...page.fields('/oauth/authorize'),
      decision: 'deny',
    });
    expect(back.location).toBe(
      `${REDIRECT}?error=access_denied&state=the-state&iss=https%3A%2F%2Fteamspace.test`,
    );
  });

  test('PKCE and state cannot be left out', async () => {
    const world = await open();
    const cases = [
      [{ code_challenge: undefined }, 'invalid_request'],
      // The challenge would be the verifier itself.
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ code_challenge_method: undefined }, 'invalid_request'],
      [{ code_challenge: 'short' }, 'invalid_request'],
      [{ state: undefined }, 'invalid_request'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
    ] as const;
    for (const [change, error] of cases) {
      const page = await world.browser().get(authorizePath(change));
      expect(new URL(page.location ?? '').searchParams.get('error')).toBe(error);
    }
  });

  test('nobody is sent to an address that is not a port of their own machine', async () => {
    const world = await open();
    const addresses = [
      'https://evil.example/callback',
      'http://localhost:28888/callback',
      'http://127.0.0.1.evil.example:80/callback',
      'http://127.0.0.1:28888/callback/../evil',
      'http://127.0.0.1:28888@evil.example/callback',
      'http://127.0.0.1:28888/callback?x=1',
      'http://127.0.0.1:28888/callback#x',
      'javascript:alert(1)',
      '//evil.example/callback',
      undefined,
    ];
    for (const address of addresses) {
      const page = await world.browser().get(authorizePath({ redirect_uri: address }));
      expect([address, page.status, page.location]).toEqual([address, 400, null]);
    }
  });

  test('a code is good once, for who asked, with what proves it; a second use ends the login', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const { verifier, challenge } = pkce();
    const invalid = { status: 400, body: { error: 'invalid_grant' } };
    const wrong = (await codeFor(world, ada, challenge)).get('code') ?? '';
    expect(await exchange(world, wrong, pkce().verifier)).toMatchObject(invalid);
    expect(await exchange(world, wrong, verifier)).toMatchObject(invalid);
    const elsewhere = (await codeFor(world, ada, challenge)).get('code') ?? '';
    expect(
      await exchange(world, elsewhere, verifier, { redirect_uri: 'http://127.0.0.1:1/callback' }),
    ).toMatchObject(invalid);
    const code = (await codeFor(world, ada, challenge)).get('code') ?? '';
    const [first, second] = await Promise.all([
      exchange(world, code, verifier),
      exchange(world, code, verifier),
    ]);
    const [good, ...more] = [first, second].filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    expect((await world.get('/api/v1/me', good?.body.access_token)).status).toBe(401);
    expect((await world.refresh(good?.body.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });

  test('a code that is too old is none', async () => {
    const world = await open();
    const { verifier, challenge } = pkce();
    const code = (await codeFor(world, await world.person('Ada'), challenge)).get('code') ?? '';
    await sql`update authorization_codes set expires_at = now()`.execute(world.teamspace.database.system);
    expect((await exchange(world, code, verifier)).body.error).toBe('invalid_grant');
  });

  test('a device asks, a person types the code, and the device is signed in', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const device = await world.post('/oauth/device', { client_id: 'cli_native', scope: 'offline_access' });
    expect(device.body).toMatchObject({
      expires_in: 900,
      interval: 5,
      verification_uri: 'https://teamspace.test/device',
    });
    expect(device.body.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    const poll = async () => {
      await sql`update device_grants set polled_at = polled_at - interval '1 minute'`.execute(
        world.teamspace.database.system,
      );
      return world.post('/oauth/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: 'cli_native',
        device_code: device.body.device_code,
      });
    };
    expect((await poll()).body.error).toBe('authorization_pending');
    const browser = await world.signIn(ada);
    const typed = `${device.body.user_code.slice(0, 4).toLowerCase()}-${device.body.user_code.slice(4)}`;
    const page = await browser.open(`/device?code=${typed}`);
    expect(page.text).toContain('Sign in this device?');
    const done = await browser.post('/device', { ...page.fields('/device'), decision: 'allow' });
    expect(done.text).toContain('The device is signed in');
    const tokens = await poll();
    expect(tokens.status).toBe(200);
    expect((await world.get('/api/v1/me', tokens.body.access_token)).body).toMatchObject({
      email: ada.email,
      auth_flow: 'device_code',
    });
    expect((await poll()).body.error).toBe('expired_token');
  });

  test('a device that asks too fast is slowed down, by five seconds each time', async () => {
    const world = await open();
    const device = await world.post('/oauth/device', { client_id: 'cli_native' });
    const poll = () =>
      world.post('/oauth/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: 'cli_native',
        device_code: device.body.device_code,
      });
    const asked = [await poll(), await poll(), await poll()];
    expect(asked.map(({ body }) => body.error)).toEqual(['authorization_pending', 'slow_down', 'slow_down']);
    const [row] = await world.teamspace.database.system
      .selectFrom('device_grants')
      .select('interval_s')
      .execute();
    expect(row?.interval_s).toBe(15);
  });

  test('a device that was refused, or waited too long, is told so', async () => {
    const world = await open();
    const browser = await world.signIn(await world.person('Ada'));
    const device = await world.post('/oauth/device', { client_id: 'cli_native' });
    const poll = () =>
      world.post('/oauth/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: 'cli_native',
        device_code: device.body.device_code,
      });
    await browser.submit(`/device?code=${device.body.user_code}`, '/device', { decision: 'deny' });
    expect((await poll()).body.error).toBe('access_denied');
    await sql`update device_grants set expires_at = now()`.execute(world.teamspace.database.system);
    expect((await poll()).body.error).toBe('expired_token');
    expect((await browser.open(`/device?code=${device.body.user_code}`)).status).toBe(404);
  });

  test('each refresh gives a new pair, and the one before is benign for a moment', async () => {
    const world = await open();
    const first = await world.logIn(await world.person('Ada'));
    const second = await world.refresh(first.refresh_token);
    expect([second.status, second.body.generation, second.body.session_id]).toEqual([
      200,
      2,
      first.session_id,
    ]);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    const replay = await world.refresh(first.refresh_token);
    expect(replay).toMatchObject({
      status: 409,
      body: { error: 'refresh_replay_benign_retry', retry_after: 1 },
    });
    // What the slow process has in hand goes on working, as the rotation took nothing from it.
    expect((await world.get('/api/v1/me', first.access_token)).status).toBe(200);
  });

  test('a spent token that comes late ends its family, whoever has the newest', async () => {
    const world = await open();
    const first = await world.logIn(await world.person('Ada'));
    const second = await world.refresh(first.refresh_token);
    await sql`update sessions set rotated_at = now() - interval '61 seconds'`.execute(
      world.teamspace.database.system,
    );
    expect((await world.refresh(first.refresh_token)).body.error).toBe('invalid_grant');
    expect((await world.refresh(second.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await world.get('/api/v1/me', second.body.access_token)).status).toBe(401);
    expect(world.log.map(([event]) => event)).toContain('refresh_token_reused');
  });

  test('an answer that was lost is given again to the attempt that it was for', async () => {
    const world = await open();
    const first = await world.logIn(await world.person('Ada'));
    const attempt = newAttempt();
    const lost = await world.refresh(first.refresh_token, attempt);
    await sql`update sessions set rotated_at = now() - interval '1 day'`.execute(
      world.teamspace.database.system,
    );
    const again = await world.refresh(first.refresh_token, attempt);
    expect([again.status, again.body.refresh_token]).toEqual([200, lost.body.refresh_token]);
    const next = await world.refresh(again.body.refresh_token, newAttempt());
    expect([next.status, next.body.generation]).toEqual([200, 3]);
  });

  test('of many who refresh one token at once, on three servers, one rotates', async () => {
    const world = await open();
    const servers = [world, world.replica(), world.replica()];
    const { refresh_token: token } = await world.logIn(await world.person('Ada'));
    const answers = await Promise.all(
      servers.flatMap((server) => Array.from({ length: 8 }, () => server.refresh(token))),
    );
    await Promise.all(servers.slice(1).map((one) => one.close()));
    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([200, ...Array.from({ length: 23 }, () => 409)]);
  });

  test('a revoked login is over for every token of it, spent ones too; what nobody made is revoked already', async () => {
    const world = await open();
    const first = await world.logIn(await world.person('Ada'));
    const second = await world.refresh(first.refresh_token);
    expect((await world.post('/oauth/revoke', { token: 'skr_nobody' })).body).toEqual({ revoked: true });
    expect((await world.get('/api/v1/me', second.body.access_token)).status).toBe(200);
    expect((await world.post('/oauth/revoke', { token: first.refresh_token })).body).toEqual({
      revoked: true,
    });
    expect((await world.get('/api/v1/me', second.body.access_token)).status).toBe(401);
    expect((await world.refresh(second.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('an account that is disabled has no session any more', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const tokens = await world.logIn(ada);
    await sql`update accounts set disabled_at = now()`.execute(world.teamspace.database.system);
    expect((await world.get('/api/v1/me', tokens.access_token)).status).toBe(401);
    expect((await world.refresh(tokens.refresh_token)).body.error).toBe('session_invalid');
  });

  test('a wrong token request is told what is wrong', async () => {
    const world = await open();
    const refresh = { grant_type: 'refresh_token', client_id: 'cli_native' };
    const cases = [
      [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
      [{}, 400, 'invalid_request'],
      [refresh, 400, 'invalid_request'],
      [{ ...refresh, client_id: 'somebody', refresh_token: 'x' }, 401, 'invalid_client'],
    ] as const;
    for (const [fields, status, error] of cases)
      expect(await world.post('/oauth/token', fields)).toMatchObject({ status, body: { error } });
  });

  test('tokens are in no row of the database', async () => {
    const world = await open();
    const tokens = await world.logIn(await world.person('Ada'));
    const { rows } = await sql<{ row: string }>`select to_jsonb(sessions)::text as row from sessions`.execute(
      world.teamspace.database.system,
    );
    for (const secret of [tokens.access_token, tokens.refresh_token]) {
      const bytes = Buffer.from(secret.slice(4), 'base64url');
      expect(rows[0]?.row).not.toContain(secret.slice(4));
      expect(rows[0]?.row).not.toContain(bytes.subarray(25).toString('hex'));
    }
  });
});
