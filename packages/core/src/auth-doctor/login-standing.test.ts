import { aSession, DOCTOR_CASES, doctorFacts, heldLock, NOW } from '@spec-kitty/testkit/auth-doctor-cases';
import { describe, expect, test } from 'vitest';
import type { DoctorFacts } from './doctor-facts.ts';
import { findProblems } from './find-problems.ts';
import { loginStanding } from './login-standing.ts';

/** Critical, and not about what becomes of this login: only who could choose the server of the next one. */
const isOfNextLogin = ({ configExposure }: DoctorFacts) => configExposure !== null;

describe('what the doctor finds and what the login is called agree', () => {
  test.each(DOCTOR_CASES)('%s (%s): %j', (_, __, change) => {
    // Whatever the server was asked for is known to the doctor alone.
    const facts = doctorFacts({ ...change, server: null });
    const { state, renewal, findings } = loginStanding(facts);
    const critical = findProblems(facts).filter(({ severity }) => severity === 'critical');
    for (const one of critical) expect(findings).toContainEqual(one);
    const isFine = state === 'authenticated' && renewal === 'possible';
    expect(isFine).toBe(findings.length === 0 || isOfNextLogin(facts));
    if (state === 'expired' || state === 'unusable') expect(critical).not.toEqual([]);
  });
});

const UNFINISHED = { epoch: 3, issuedAtMs: NOW - 60_000, sinceMs: NOW - 5000, attempt: null, isSpent: true };
const LOCK = { kind: 'insecure', why: 'not_a_plain_file', path: '/a/1a/refresh.lock' } as const;
const OVER = {
  stored: { kind: 'ok', session: aSession({ accessExpiresAtMs: NOW - 1 }), epoch: 3 },
} as const;
const FULL = { place: { path: '/a', isWritable: true, freeBytes: 4096, network: null } };

test.each<readonly [what: string, change: Partial<DoctorFacts>, state: string, renewal: string]>([
  ['good', {}, 'authenticated', 'possible'],
  ['to be renewed', OVER, 'authenticated', 'possible'],
  [
    'begun to be renewed',
    { ...OVER, unfinished: { ...UNFINISHED, isSpent: false } },
    'authenticated',
    'possible',
  ],
  ['good, and its next token lost', { unfinished: UNFINISHED }, 'authenticated', 'lost'],
  ['over, and its next token lost', { ...OVER, unfinished: UNFINISHED }, 'expired', 'lost'],
  [
    'of a later rotation',
    { ...OVER, unfinished: { ...UNFINISHED, issuedAtMs: 0 } },
    'authenticated',
    'possible',
  ],
  ['good, with something else for a lock', { misplaced: LOCK }, 'authenticated', 'hindered'],
  ['over, with something else for a lock', { ...OVER, misplaced: LOCK }, 'unusable', 'hindered'],
  ['over, on a full disk', { ...OVER, ...FULL }, 'unusable', 'hindered'],
  ['over, and the lock is stuck', { ...OVER, lock: heldLock(120_000) }, 'unusable', 'hindered'],
  [
    'over by the clock',
    { stored: { kind: 'ok', session: aSession({ refreshExpiresAtMs: NOW - 1 }), epoch: 3 } },
    'expired',
    'lost',
  ],
  ['none', { stored: { kind: 'absent' } }, 'not_authenticated', 'lost'],
  [
    'none, at nobody knows which server',
    { stored: { kind: 'absent' }, issuer: null, lastServer: LOCK },
    'unusable',
    'lost',
  ],
  ['not to be read', { stored: LOCK }, 'unusable', 'lost'],
])('a login that is %s', (_, change, state, renewal) => {
  expect(loginStanding(doctorFacts(change))).toMatchObject({ state, renewal });
});
