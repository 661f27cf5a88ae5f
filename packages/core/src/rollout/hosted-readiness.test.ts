import { describe, expect, test } from 'vitest';
import type { ReadinessProbes } from '../ports/session/readiness-probes.ts';
import { Secret } from '../session/secret.ts';
import type { Session } from '../session/session.ts';
import type { StoredSession } from '../session/stored-session.ts';
import { evaluateReadiness, type ReadinessQuestion } from './hosted-readiness.ts';
import { type HostedCommand, readinessNeeds } from './readiness-needs.ts';
import { showReadiness } from './show-readiness.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const ORIGIN = 'https://teamspace.example';
const ENV = { SPEC_KITTY_ENABLE_SAAS_SYNC: '1', SPEC_KITTY_SAAS_URL: `${ORIGIN}/` };
const SERVER = { binding: true, reachability: true };

function session(accessExpiresAtMs = NOW + 1000, refreshExpiresAtMs: number | null = null): Session {
  return {
    issuer: ORIGIN,
    account: { userId: 'u', email: 'ada@example.org', name: 'Ada', teams: [] },
    tokens: {
      access: new Secret('canary-access'),
      refresh: new Secret('canary-refresh'),
      sessionId: 's',
      scope: '',
      issuedAtMs: NOW,
      accessExpiresAtMs,
      refreshExpiresAtMs,
      generation: null,
    },
    method: 'device_code',
  };
}

function ok(...ends: Parameters<typeof session>): StoredSession {
  return { kind: 'ok', session: session(...ends), epoch: 1 };
}

/** Probes that find everything in order, and the names of those that were called. */
function world(change: Partial<ReadinessProbes> = {}) {
  const called: string[] = [];
  const all: ReadinessProbes = {
    session: async () => ok(),
    reach: async () => ({ kind: 'answer', status: 200, body: undefined, retryAfter: null }),
    isBound: async () => true,
    ...change,
  };
  const probes: ReadinessProbes = {
    session: () => (called.push('session'), all.session()),
    reach: (origin) => (called.push(`reach ${origin}`), all.reach(origin)),
    isBound: () => (called.push('isBound'), all.isBound()),
  };
  return {
    called,
    evaluate: (question: Partial<ReadinessQuestion> = {}) =>
      evaluateReadiness(probes, { env: ENV, needs: SERVER, mission: 'pay', nowMs: NOW, ...question }),
  };
}

const NO_ANSWER = { kind: 'failed', cause: 'timeout', sent: false } as const;

describe('P-03: one state after the other', () => {
  test('P-02 (function), P-03: with the gate closed nothing is looked at', async () => {
    const { evaluate, called } = world();
    expect(await evaluate({ env: { ...ENV, SPEC_KITTY_ENABLE_SAAS_SYNC: '0' } })).toEqual({
      state: 'rollout_disabled',
      message: 'Hosted SaaS sync is not enabled on this machine.',
      next_action: 'Set `SPEC_KITTY_ENABLE_SAAS_SYNC=1` to opt in.',
      details: { probe: 'rollout' },
    });
    expect(called).toEqual([]);
  });

  test('P-03: without a login the server is not asked', async () => {
    const { evaluate, called } = world({ session: async () => ({ kind: 'absent' }) });
    expect(await evaluate({ env: { SPEC_KITTY_ENABLE_SAAS_SYNC: '1' } })).toEqual({
      state: 'missing_auth',
      message: 'No SaaS authentication token is present.',
      next_action: 'Run `spec-kitty auth login`.',
      details: { probe: 'auth', reason: 'absent' },
    });
    expect(called).toEqual(['session']);
  });

  test.each<readonly [StoredSession, object]>([
    [{ kind: 'ended', reason: 'server_revoked', atMs: NOW }, { reason: 'server_revoked' }],
    [ok(NOW - 1, NOW - 1), { reason: 'expired' }],
    [
      { kind: 'corrupt', why: 'tag', path: '/auth/session.json' },
      { store_fault: 'corrupt', why: 'tag', path: '/auth/session.json' },
    ],
    [
      { kind: 'insecure', why: 'mode', path: '/auth/key' },
      { store_fault: 'insecure', why: 'mode', path: '/auth/key' },
    ],
    [
      { kind: 'unreadable', why: 'permission', path: '/auth' },
      { store_fault: 'unreadable', why: 'permission', path: '/auth' },
    ],
    [
      { kind: 'wrong_key', why: 'missing', path: '/auth/key' },
      { store_fault: 'wrong_key', why: 'missing', path: '/auth/key' },
    ],
    [
      { kind: 'unsupported_version', version: 9, path: '/auth/s' },
      { store_fault: 'unsupported_version', path: '/auth/s' },
    ],
  ])(
    'P-03: a login that is over or cannot be read is missing, and the details say why: %j',
    async (stored, details) => {
      const { evaluate, called } = world({ session: async () => stored });
      expect(await evaluate()).toMatchObject({ state: 'missing_auth' });
      expect((await evaluate()).details).toEqual({ probe: 'auth', ...details });
      expect(called).toEqual(['session', 'session']);
    },
  );

  test('P-03: a login whose access has run out is one, as long as it can be refreshed', async () => {
    for (const stored of [ok(NOW - 1), ok(NOW - 1, NOW + 1), ok(NOW + 1, NOW - 1)])
      expect((await world({ session: async () => stored }).evaluate()).state).toBe('ready');
  });

  test.each([
    [undefined, { reason: 'unset' }],
    ['  ', { reason: 'unset' }],
    ['teamspace', { reason: 'invalid' }],
    [
      'https://other.example/',
      { reason: 'other_issuer', server_url: 'https://other.example', issuer: ORIGIN },
    ],
    [
      'https://ada:canary@other.example',
      { reason: 'other_issuer', server_url: 'https://other.example', issuer: ORIGIN },
    ],
    [
      'http://teamspace.example',
      { reason: 'other_issuer', server_url: 'http://teamspace.example', issuer: ORIGIN },
    ],
  ])('P-03: no server but the one that the login is for: %s', async (url, details) => {
    const { evaluate, called } = world();
    expect(await evaluate({ env: { ...ENV, SPEC_KITTY_SAAS_URL: url } })).toEqual({
      state: 'missing_host_config',
      message: 'No SaaS host URL is configured.',
      next_action: 'Set `SPEC_KITTY_SAAS_URL` in your environment.',
      details: { probe: 'host', ...details },
    });
    expect(called).toEqual(['session']);
  });

  test('P-03: a server that does not answer, and then nothing more is looked at', async () => {
    const { evaluate, called } = world({ reach: async () => NO_ANSWER });
    expect(await evaluate()).toEqual({
      state: 'host_unreachable',
      message: 'The configured SaaS host did not respond within 2 seconds.',
      next_action: 'Check network connectivity to `https://teamspace.example` and retry.',
      details: { probe: 'reachability', server_url: ORIGIN, cause: 'timeout' },
    });
    expect(called).toEqual(['session', `reach ${ORIGIN}`]);
  });

  test('P-03: a repository without a binding; `$&` in a name is that', async () => {
    const { evaluate } = world({ isBound: async () => false });
    expect(await evaluate({ mission: 'pay-$&' })).toEqual({
      state: 'missing_mission_binding',
      message: 'No tracker binding exists for feature `pay-$&`.',
      next_action: 'Run `spec-kitty tracker bind` from this repo.',
      details: { probe: 'binding', server_url: ORIGIN },
    });
  });

  test('P-03: ready', async () => {
    const { evaluate, called } = world();
    expect(await evaluate()).toEqual({ state: 'ready', message: '', next_action: null, details: {} });
    expect(called).toEqual(['session', `reach ${ORIGIN}`, 'isBound']);
  });
});

class Trouble extends Error {
  override readonly name = 'Trouble';
}

describe('P-04: a probe that throws', () => {
  const throws = async (): Promise<never> => {
    throw new Trouble('with canary-access in it');
  };

  test.each([
    ['auth', { session: throws }, {}],
    ['reachability', { reach: throws }, { server_url: ORIGIN }],
    ['binding', { isBound: throws }, { server_url: ORIGIN }],
  ] as const)(
    'P-04: %s is a state, with what was thrown and where, and none of its words',
    async (probe, change, details) => {
      const readiness = await world(change).evaluate();
      expect(readiness).toMatchObject({
        state: 'host_unreachable',
        details: { error: 'Trouble', probe, ...details },
      });
      expect(JSON.stringify(readiness)).not.toContain('canary');
    },
  );

  test.each([
    ['rollout', 'SPEC_KITTY_ENABLE_SAAS_SYNC'],
    ['host', 'SPEC_KITTY_SAAS_URL'],
  ])('P-04: an environment that cannot be read, in %s', async (probe, variable) => {
    const env = new Proxy<Record<string, string>>(ENV, {
      get: (target, name) => {
        if (name === variable) throw new Trouble('no');
        return Reflect.get(target, name) as unknown;
      },
    });
    expect(await world().evaluate({ env })).toMatchObject({
      state: 'host_unreachable',
      next_action: 'Check network connectivity to `SPEC_KITTY_SAAS_URL` and retry.',
      details: { error: 'Trouble', probe },
    });
  });

  test('P-04: something thrown that is no error', async () => {
    // oxlint-disable-next-line prefer-promise-reject-errors
    const isBound = () => Promise.reject('no') as Promise<boolean>;
    expect((await world({ isBound }).evaluate()).details).toMatchObject({ error: 'string' });
  });
});

describe('P-06 (function): what each command needs', () => {
  const rows: readonly (readonly [HostedCommand, string, string])[] = [
    ['tracker providers', 'nothing', 'nothing'],
    ['tracker discover', 'login', 'login'],
    ['tracker list-tickets', 'login', 'login'],
    ['issue-search', 'login', 'login'],
    ['tracker bind', 'login', 'nothing'],
    ['tracker status', 'login, binding', 'nothing'],
    ['tracker map add', 'login, binding', 'nothing'],
    ['tracker map list', 'login, binding', 'nothing'],
    ['tracker unbind', 'login, binding', 'nothing'],
    ['tracker sync pull', 'login, binding, server', 'nothing'],
    ['tracker sync push', 'login, binding, server', 'nothing'],
    ['tracker sync run', 'login, binding, server', 'nothing'],
    ['tracker sync publish', 'login, binding, server', 'nothing'],
  ];

  test.each(rows)('P-06 (function): %s', async (command, hosted, local) => {
    const needed = (tracker: 'hosted' | 'local') => {
      const needs = readinessNeeds(command, tracker);
      if (needs === null) return 'nothing';
      return ['login', ...(needs.binding ? ['binding'] : []), ...(needs.reachability ? ['server'] : [])].join(
        ', ',
      );
    };
    expect([needed('hosted'), needed('local')]).toEqual([hosted, local]);
  });

  test('P-06 (function): what a command does not need is not looked at', async () => {
    const { evaluate, called } = world({ reach: async () => NO_ANSWER, isBound: async () => false });
    expect((await evaluate({ needs: { binding: false, reachability: false } })).state).toBe('ready');
    expect(called).toEqual(['session']);
  });
});

describe('P-06 (function): what is printed, and how it ends', () => {
  const other = { ...ENV, SPEC_KITTY_SAAS_URL: '' };

  test.each([
    ['rollout_disabled', {}, {}, 'set-spec-kitty-enable-saas-sync-1-to-opt-in'],
    ['missing_auth', ENV, { session: async () => ({ kind: 'absent' }) as const }, 'spec-kitty-auth-login'],
    ['missing_host_config', other, {}, 'set-spec-kitty-saas-url-in-your-environment'],
    [
      'host_unreachable',
      ENV,
      { reach: async () => NO_ANSWER },
      'check-network-connectivity-to-https-teamspace-example-and-retry',
    ],
    [
      'missing_mission_binding',
      ENV,
      { isBound: async () => false },
      'run-spec-kitty-tracker-bind-from-this-repo',
    ],
  ])('P-06 (function): %s', async (state, env, change, slug) => {
    const readiness = await world(change).evaluate({ env });
    const { message, next_action: action } = readiness;
    expect(showReadiness(readiness, 'person')).toEqual({ stderr: [message, action], exitCode: 1 });
    expect(showReadiness(readiness, 'program')).toEqual({ stderr: [action], exitCode: 1 });
    expect(showReadiness(readiness, 'log')).toEqual({
      stderr: [`spec-kitty tracker: readiness=${state} next=${slug}`],
      exitCode: 1,
    });
  });

  test('P-06 (function): ready prints nothing and ends well', async () => {
    const readiness = await world().evaluate();
    for (const reader of ['person', 'program', 'log'] as const)
      expect(showReadiness(readiness, reader)).toEqual({ stderr: [], exitCode: 0 });
  });
});
