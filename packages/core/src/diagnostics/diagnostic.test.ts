import { describe, expect, test } from 'vitest';
import { DIAGNOSTIC_WORDING } from '../hosted-wording.ts';
import type { RefreshResult } from '../refresh/refresh-machine.ts';
import type { HttpAnswer } from '../session/http-answer.ts';
import { type Category, diagnose } from './diagnostic.ts';
import { type Phase, type Symptom, symptomOfAnswer, symptomOfCause, symptomOfRefresh } from './symptom.ts';

function answer(status: number, body?: unknown, retryAfter: number | null = null): HttpAnswer {
  return { kind: 'answer', status, body, retryAfter };
}

function failed(cause: Extract<HttpAnswer, { readonly kind: 'failed' }>['cause']): HttpAnswer {
  return { kind: 'failed', cause, sent: false };
}

const MISSING = 'direct_ingress_missing_private_team';

describe('a diagnostic is made from values', () => {
  test.each<readonly [Phase, HttpAnswer, Category, keyof typeof DIAGNOSTIC_WORDING, retryable: boolean]>([
    ['ingress', answer(401), 'unauthenticated', 'token_rejected', false],
    ['ingress', answer(403), 'unauthorized', 'forbidden', false],
    ['ingress', answer(403, { error_category: MISSING }), MISSING, 'missing_private_team', false],
    ['ingress', answer(403, { error_code: MISSING }), MISSING, 'missing_private_team', false],
    ['ingress', answer(403, { error: 'not_a_team_member' }), 'unauthorized', 'forbidden', false],
    ['ingress', answer(403, { detail: MISSING }), 'unauthorized', 'forbidden', false],
    ['ingress', answer(500, { error_category: MISSING }), 'server_error', 'server_failed', true],
    ['tracker', answer(408), 'retryable_transport', 'network_timeout', true],
    ['tracker', answer(429), 'retryable_transport', 'rate_limited', true],
    ['tracker', answer(500), 'server_error', 'server_failed', true],
    ['tracker', answer(503, '<html>'), 'server_error', 'server_failed', true],
    ['tracker', answer(200, undefined), 'server_error', 'protocol_violation', true],
    ['tracker', answer(302), 'server_error', 'protocol_violation', true],
    ['tracker', answer(404), 'server_error', 'request_rejected', false],
    ['tracker', answer(422), 'server_error', 'request_rejected', false],
    ['tracker', failed('dns'), 'retryable_transport', 'network_dns', true],
    ['tracker', failed('refused'), 'retryable_transport', 'network_refused', true],
    ['tracker', failed('tls'), 'retryable_transport', 'network_tls', true],
    ['tracker', failed('timeout'), 'retryable_transport', 'network_timeout', true],
    ['tracker', failed('dropped'), 'retryable_transport', 'network_dropped', true],
    ['tracker', failed('proxy_unusable'), 'retryable_transport', 'network_proxy', true],
    ['tracker', failed('proxy_refused'), 'retryable_transport', 'network_proxy', true],
    ['tracker', failed('malformed'), 'server_error', 'protocol_violation', true],
    ['refresh', answer(400, { error: 'invalid_grant' }), 'unauthenticated', 'session_expired', false],
    ['login', answer(400, { error: 'invalid_grant' }), 'unauthenticated', 'login_refused', false],
    ['login', answer(400, { error: 'access_denied' }), 'unauthenticated', 'login_refused', false],
    ['login', answer(400, { error: 'expired_token' }), 'unauthenticated', 'login_refused', false],
    ['refresh', answer(401, { error: 'session_invalid' }), 'unauthenticated', 'session_invalidated', false],
    ['refresh', answer(401, { error: 'invalid_client' }), 'server_error', 'request_rejected', false],
    ['refresh', answer(401, { error: 'unauthorized_client' }), 'server_error', 'request_rejected', false],
    [
      'refresh',
      answer(409, { error: 'refresh_replay_benign_retry' }),
      'retryable_transport',
      'refresh_replay',
      true,
    ],
    // A code with another status, or from another endpoint, is none.
    ['refresh', answer(500, { error: 'invalid_grant' }), 'server_error', 'server_failed', true],
    ['tracker', answer(400, { error: 'invalid_grant' }), 'server_error', 'request_rejected', false],
    [
      'refresh',
      answer(400, { error: 'refresh_replay_benign_retry' }),
      'server_error',
      'request_rejected',
      false,
    ],
  ])('%s: %j is %s', (phase, given, ...expected) => {
    const { category, code, retryable } = diagnose(symptomOfAnswer(phase, given));
    expect([category, code, retryable]).toEqual(expected);
  });

  test('it has the status and the wait that the server asks for, where there are any', () => {
    const limited = diagnose(symptomOfAnswer('tracker', answer(429, {}, 7)));
    expect(limited).toEqual({
      category: 'retryable_transport',
      code: 'rate_limited',
      retryable: true,
      message: 'The server asks for fewer requests.',
      next_action: 'Wait a moment and retry.',
      http_status: 429,
      retry_after_s: 7,
    });
    expect(Object.keys(diagnose(symptomOfCause('tracker', 'dns')))).toEqual([
      'category',
      'code',
      'retryable',
      'message',
      'next_action',
    ]);
  });

  test.each<readonly [RefreshResult, Category | undefined, string | undefined]>([
    [{ outcome: 'busy', network: false }, 'retryable_transport', 'refresh_busy'],
    [{ outcome: 'replay', network: true }, 'retryable_transport', 'refresh_replay'],
    [{ outcome: 'answer_lost', network: true }, 'unauthenticated', 'answer_lost'],
    [{ outcome: 'account_changed', network: true }, 'unauthenticated', 'account_changed'],
    [{ outcome: 'logged_out', network: false, reason: null }, 'unauthenticated', 'logged_out'],
    [{ outcome: 'logged_out', network: false, reason: 'user_logout' }, 'unauthenticated', 'logged_out'],
    [{ outcome: 'logged_out', network: false, reason: 'store_fault' }, 'unauthenticated', 'login_unreadable'],
    [
      { outcome: 'session_ended', network: true, reason: 'absolute_lifetime' },
      'unauthenticated',
      'session_expired',
    ],
    [
      { outcome: 'session_ended', network: true, reason: 'server_revoked' },
      'unauthenticated',
      'session_invalidated',
    ],
    [
      { outcome: 'session_ended', network: true, reason: 'rotation_lost' },
      'unauthenticated',
      'rotation_lost',
    ],
    [
      { outcome: 'session_ended', network: true, reason: 'invalid' },
      'unauthenticated',
      'session_invalidated',
    ],
    [
      {
        outcome: 'store_fault',
        network: false,
        fault: { kind: 'wrong_key', why: 'missing', path: '/auth/key' },
      },
      'unauthenticated',
      'login_unreadable',
    ],
    [{ outcome: 'unavailable', network: true, why: 'http_503' }, 'server_error', 'server_failed'],
    [{ outcome: 'unavailable', network: true, why: 'http_400' }, 'server_error', 'request_rejected'],
    [{ outcome: 'unavailable', network: true, why: 'malformed' }, 'server_error', 'protocol_violation'],
    [{ outcome: 'unavailable', network: true, why: 'dropped' }, 'retryable_transport', 'network_dropped'],
    [{ outcome: 'unavailable', network: true, why: 'no_time' }, 'retryable_transport', 'network_timeout'],
  ])('of a refresh: %j', (result, category, code) => {
    const symptom = symptomOfRefresh(result);
    expect(symptom && diagnose(symptom)).toMatchObject({ category, code });
  });

  test.each([
    'fresh',
    'adopted_newer',
    'refreshed',
    'stale_rejection_preserved',
    'lock_timeout_adopted',
    'kept_valid',
  ] as const)('a refresh that gave a session is no trouble: %s', (outcome) => {
    const session = { issuer: '' } as unknown as Extract<
      RefreshResult,
      { readonly outcome: 'fresh' }
    >['session'];
    expect(symptomOfRefresh({ outcome, network: false, session })).toBeUndefined();
  });
});

test('G-02: a missing private team is never a failure of the server, found here or there', () => {
  for (const symptom of [
    symptomOfCause('ingress', 'missing_private_team'),
    symptomOfAnswer('ingress', answer(403, { error: 'Missing Private Teamspace', error_category: MISSING })),
    symptomOfAnswer('final_sync', answer(403, { category: MISSING, message: 'schema type field' })),
  ]) {
    const { category, message } = diagnose(symptom);
    expect(category).toBe(MISSING);
    expect(message).toContain('Private Teamspace');
  }
});

const MISLEADING = [
  'Missing Private Teamspace',
  'HTTP 500 internal type error',
  'No valid access token',
  'invalid_grant session_invalid expired_token',
  'team schema field 403 forbidden unauthorized',
  `${MISSING} server_error`,
];

test.each(MISLEADING)('G-04: words do not change the category: %s', (words) => {
  for (const status of [200, 400, 401, 403, 404, 429, 500]) {
    const plain = diagnose(symptomOfAnswer('ingress', answer(status, {})));
    for (const key of ['message', 'detail', 'details', 'error_description', 'reason', 'error'])
      expect(diagnose(symptomOfAnswer('ingress', answer(status, { [key]: words })))).toEqual(plain);
    for (const body of [words, [words], undefined])
      expect(diagnose(symptomOfAnswer('refresh', answer(status, body)))).toEqual(plain);
  }
});

/** The five situations of the regression that began this, as each surface meets them. */
const FIXTURES: readonly (readonly [string, Category, (phase: Phase) => Symptom])[] = [
  ['a logged-out teamspace repository', 'unauthenticated', (phase) => symptomOfCause(phase, 'no_session')],
  [
    'a logged-out repository with a tracker',
    'unauthenticated',
    (phase) => symptomOfAnswer(phase, answer(401)),
  ],
  [
    'direct ingress without a private team',
    MISSING,
    (phase) => symptomOfAnswer(phase, answer(403, { error_category: MISSING })),
  ],
  ['a network that fails', 'retryable_transport', (phase) => symptomOfAnswer(phase, failed('refused'))],
  ['a server that fails', 'server_error', (phase) => symptomOfAnswer(phase, answer(500, { error: 'token' }))],
];
const PHASES: readonly Phase[] = ['account', 'ingress', 'tracker', 'final_sync'];
/** What the text of a category says, and that of no other one does. */
const SIGNS: Readonly<Record<Category, RegExp>> = {
  unauthenticated: /spec-kitty auth login/,
  [MISSING]: /Private Teamspace/,
  unauthorized: /permission/,
  retryable_transport: /[Rr]etry in a moment|[Ww]ait a moment|network/,
  server_error: /whoever runs the server/,
};

test.each(FIXTURES)(
  'G-01 (function): %s is the same to people and programs, five times over',
  (_, category, symptom) => {
    for (const phase of PHASES) {
      const runs = Array.from({ length: 5 }, () => JSON.stringify(diagnose(symptom(phase))));
      expect(new Set(runs).size).toBe(1);
      const read = JSON.parse(runs[0] ?? '') as ReturnType<typeof diagnose>;
      expect(read.category).toBe(category);
      expect(`${read.message} ${read.next_action}`).toMatch(SIGNS[category]);
    }
  },
);

/** Every symptom that leads somewhere. */
const SYMPTOMS: readonly Symptom[] = [
  ...(
    [
      'no_session',
      'session_expired',
      'session_invalidated',
      'rotation_lost',
      'answer_lost',
      'account_changed',
      'store_fault',
      'missing_private_team',
      'refresh_busy',
      'refresh_replay',
      'dns',
      'refused',
      'tls',
      'timeout',
      'dropped',
      'malformed',
      'proxy_unusable',
      'proxy_refused',
    ] as const
  ).map((cause) => symptomOfCause('tracker', cause)),
  ...[401, 403, 404, 429, 500].map((status) => symptomOfAnswer('tracker', answer(status))),
  symptomOfAnswer('login', answer(400, { error: 'access_denied' })),
];

test('G-01 (function): each text has the sign of its category, and of no other', () => {
  const seen = new Set<string>();
  for (const symptom of SYMPTOMS) {
    const { category, code, message, next_action: action } = diagnose(symptom);
    seen.add(code);
    const signs = Object.entries(SIGNS).filter(([, sign]) => sign.test(`${message} ${action}`));
    expect([code, signs.map(([name]) => name)]).toEqual([code, [category]]);
  }
  expect([...seen].toSorted()).toEqual(Object.keys(DIAGNOSTIC_WORDING).toSorted());
});

test('G-03 (function): whoever is not logged in is told the command that helps, wherever it is found out', () => {
  for (const phase of PHASES)
    for (const symptom of [
      symptomOfCause(phase, 'no_session'),
      symptomOfCause(phase, 'session_expired'),
      symptomOfCause(phase, 'session_invalidated'),
      symptomOfCause(phase, 'rotation_lost'),
      symptomOfCause(phase, 'account_changed'),
      symptomOfCause(phase, 'store_fault'),
      symptomOfAnswer(phase, answer(401, { error: 'server_error' })),
    ])
      expect(diagnose(symptom).message).toContain('`spec-kitty auth login`');
});
