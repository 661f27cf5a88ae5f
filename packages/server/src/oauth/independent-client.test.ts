import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import * as oauth from 'oauth4webapi';
import { expect, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';

const ISSUER = new URL('https://teamspace.test');
const REDIRECT = 'http://127.0.0.1:28888/callback';
const CLIENT: oauth.Client = { client_id: 'cli_native' };
const NO_SECRET = oauth.None();

type Options = oauth.CustomFetchOptions<string, oauth.ProtectedResourceRequestBody>;

/** Asks the server as the library would ask one on the network. */
function transport(world: TeamspaceWorld) {
  const ask = (url: string, { method, headers, body }: Options) => {
    const { pathname, search, origin } = new URL(url);
    if (origin !== ISSUER.origin) throw new Error(`The client asks elsewhere: ${origin}`);
    return world.send(pathname + search, { method, headers, body: body ?? null });
  };
  return { [oauth.customFetch]: ask };
}

async function discovered(world: TeamspaceWorld): Promise<oauth.AuthorizationServer> {
  const response = await oauth.discoveryRequest(ISSUER, { algorithm: 'oauth2', ...transport(world) });
  return oauth.processDiscoveryResponse(ISSUER, response);
}

/** What a program of somebody else makes of this server, by the RFCs alone. */
onEmbedded((open) => {
  test('it signs in by a browser with PKCE, refreshes and revokes', async () => {
    const world = await open();
    const server = await discovered(world);
    expect(server.authorization_response_iss_parameter_supported).toBe(true);
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const asked = new URL(server.authorization_endpoint ?? '');
    asked.search = new URLSearchParams({
      client_id: CLIENT.client_id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'offline_access',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const browser = await world.signIn(await world.person('Ada'));
    const page = await browser.open(asked.pathname + asked.search);
    const fields = { ...page.fields('/oauth/authorize'), decision: 'allow' };
    const back = new URL((await browser.post('/oauth/authorize', fields)).location ?? '');

    const answer = oauth.validateAuthResponse(server, CLIENT, back, state);
    const exchanged = await oauth.processAuthorizationCodeResponse(
      server,
      CLIENT,
      await oauth.authorizationCodeGrantRequest(
        server,
        CLIENT,
        NO_SECRET,
        answer,
        REDIRECT,
        verifier,
        transport(world),
      ),
    );
    const refreshed = await refresh(world, server, exchanged.refresh_token);
    expect(refreshed.refresh_token).not.toBe(exchanged.refresh_token);
    const me = await oauth.protectedResourceRequest(
      refreshed.access_token,
      'GET',
      new URL('/api/v1/me', ISSUER),
      undefined,
      undefined,
      transport(world),
    );
    expect(await me.json()).toMatchObject({ email: 'ada@example.org' });

    const token = refreshed.refresh_token ?? '';
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, CLIENT, NO_SECRET, token, transport(world)),
    );
    await expect(refresh(world, server, token)).rejects.toMatchObject({
      status: 400,
      error: 'invalid_grant',
    });
  });

  test('an answer of another server is told from ours', async () => {
    const server = await discovered(await open());
    const mixedUp = new URL(`${REDIRECT}?code=c&state=s&iss=https://evil.test`);
    expect(() => oauth.validateAuthResponse(server, CLIENT, mixedUp, 's')).toThrow('"iss"');
    const silent = new URL(`${REDIRECT}?code=c&state=s`);
    expect(() => oauth.validateAuthResponse(server, CLIENT, silent, 's')).toThrow('"iss"');
  });

  test('it signs in a device, which waits until somebody has decided', async () => {
    const world = await open();
    const server = await discovered(world);
    const begun = await oauth.processDeviceAuthorizationResponse(
      server,
      CLIENT,
      await oauth.deviceAuthorizationRequest(
        server,
        CLIENT,
        NO_SECRET,
        { scope: 'offline_access' },
        transport(world),
      ),
    );
    const poll = async () =>
      oauth.processDeviceCodeResponse(
        server,
        CLIENT,
        await oauth.deviceCodeGrantRequest(server, CLIENT, NO_SECRET, begun.device_code, transport(world)),
      );
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });

    const browser = await world.signIn(await world.person('Ada'));
    const { pathname, search } = new URL(begun.verification_uri_complete ?? '');
    const page = await browser.open(pathname + search);
    await browser.post('/device', { ...page.fields('/device'), decision: 'allow' });
    // The device waits for as long as it was told to; here the clock of the database is moved instead.
    await world.teamspace.database.system.updateTable('device_grants').set({ polled_at: null }).execute();
    const tokens = await poll();
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, generation: 1 });
    await expect(poll()).rejects.toMatchObject({ error: 'expired_token' });
  });
});

async function refresh(world: TeamspaceWorld, server: oauth.AuthorizationServer, token = '') {
  const response = await oauth.refreshTokenGrantRequest(server, CLIENT, NO_SECRET, token, transport(world));
  return oauth.processRefreshTokenResponse(server, CLIENT, response);
}
