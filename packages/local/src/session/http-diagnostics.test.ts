import { diagnose } from '@spec-kitty/core/diagnostics/diagnostic';
import { symptomOfAnswer } from '@spec-kitty/core/diagnostics/symptom';
import { FaultProxy, type NetworkFault } from '@spec-kitty/testkit/oauth/fault-proxy';
import { OAuthServer } from '@spec-kitty/testkit/oauth/oauth-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendRequest } from './http-client.ts';

const BATCH = '/api/v1/events/batch/';
let server: OAuthServer;
let proxy: FaultProxy;
let origin = '';

beforeEach(async () => {
  server = new OAuthServer();
  await server.listen();
  proxy = new FaultProxy(() => server.origin);
  origin = await proxy.listen();
});
afterEach(async () => {
  await proxy.close();
  await server.close();
});

function status(code: number, body: string): NetworkFault {
  return { kind: 'status', status: code, body };
}

test.each<readonly [string, NetworkFault, string]>([
  ['G-02', status(403, '{"error_category":"direct_ingress_missing_private_team"}'), 'missing_private_team'],
  ['G-04', status(403, '{"detail":"Missing Private Teamspace: schema type error"}'), 'forbidden'],
  ['G-04', status(401, '{"error":"HTTP 500 internal type error"}'), 'token_rejected'],
  ['G-04', status(500, 'No valid access token for this team'), 'server_failed'],
  ['G-04', status(429, '{"error":"403 forbidden"}'), 'rate_limited'],
  ['G-04', status(302, '<html>Sign in: token, team, schema</html>'), 'protocol_violation'],
  ['G-04', { kind: 'drop request' }, 'network_dropped'],
  ['G-04', { kind: 'delay', beforeMs: 1000 }, 'network_timeout'],
])('%s: of a real answer, by its values: %j is %s', async (_, fault, code) => {
  proxy.fail(BATCH, fault);
  const answer = await sendRequest({ method: 'POST', url: `${origin}${BATCH}`, json: {}, withinMs: 300 });
  expect(diagnose(symptomOfAnswer('ingress', answer)).code).toBe(code);
});

test('G-04: of a server that is not there', async () => {
  await proxy.close();
  const answer = await sendRequest({ method: 'GET', url: origin, withinMs: 300 });
  expect(diagnose(symptomOfAnswer('tracker', answer)).code).toBe('network_refused');
  await proxy.listen();
});
