import {
  aDaemon,
  aSession,
  DOCTOR_CASES,
  doctorFacts,
  heldLock,
  NOW,
} from '@spec-kitty/testkit/auth-doctor-cases';
import { describe, expect, test } from 'vitest';
import type { EndReason } from '../session/stored-session.ts';
import { exitCodeOf } from './doctor-report.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import { findProblems } from './find-problems.ts';

const NOTHING = { reset: null, lock: null, server: null };
const idsOf = (change: Partial<DoctorFacts>) => findProblems(doctorFacts(change)).map(({ id }) => id);

describe('R-01: findings', () => {
  test.each(DOCTOR_CASES)('%s, %s: %o', (...[id, severity, change, summary, command, description]) => {
    const remediation = command === null && description === null ? null : { command, description };
    expect(findProblems(doctorFacts(change))).toEqual([{ id, severity, summary, remediation }]);
  });

  test('there is a case for each number, and nothing to find where all is in order', () => {
    const numbers = Array.from({ length: 23 }, (_, at) => `F-${String(at + 1).padStart(3, '0')}`);
    expect([...new Set(DOCTOR_CASES.map(([id]) => id))]).toEqual(numbers);
    expect(idsOf({})).toEqual([]);
  });

  test('come in the order of their numbers', () => {
    const ids = idsOf({
      stored: { kind: 'absent' },
      lock: heldLock(120_000, { holder: { pid: 7, host: 'there', since: '', purpose: '' } }),
      scan: { orphans: [aDaemon()], recorded: null, isComplete: true },
      place: { path: '/', isWritable: false, freeBytes: null, network: 'nfs' },
      isHosted: true,
    });
    expect(ids).toEqual(['F-001', 'F-002', 'F-003', 'F-005', 'F-007', 'F-015', 'F-017']);
  });
});

const NOTE = { epoch: 2, issuedAtMs: NOW - 60_000, sinceMs: NOW, attempt: null, isSpent: false };

test.each([
  ['a minute on this side', { lock: heldLock(60_000) }, []],
  ['a record without a time', { lock: heldLock(0, { sinceMs: null }) }, []],
  ['one from the future', { lock: heldLock(-3_600_000) }, []],
  [
    'a holder elsewhere that is fresh',
    { lock: heldLock(1000, { holder: { pid: 7, host: 'there', since: '', purpose: '' } }) },
    ['F-007'],
  ],
  ['a refresh that is going on', { unfinished: { ...NOTE, epoch: 3 }, lock: heldLock(1000) }, []],
  ['the note of a login before', { unfinished: NOTE }, []],
  ['the note of a token before', { unfinished: { ...NOTE, epoch: 3, issuedAtMs: NOW } }, []],
  ['the server that it is for', { configured: { kind: 'origin', origin: 'https://team.example' } }, []],
  [
    'a token of this minute',
    { stored: { kind: 'ok', epoch: 3, session: aSession({ issuedAtMs: NOW + 60_000 }) } },
    [],
  ],
  [
    'a login that ends in a week and a bit',
    { stored: { kind: 'ok', epoch: 3, session: aSession({ refreshExpiresAtMs: NOW + 604_800_001 }) } },
    [],
  ],
  ['a change during a refresh', { storedLast: { kind: 'absent' }, lock: heldLock(1000) }, []],
  [
    'a record of somebody elsewhere who is gone',
    {
      lock: heldLock(1000, {
        state: 'abandoned_record',
        holder: { pid: 7, host: 'there', since: '', purpose: '' },
      }),
    },
    ['F-013'],
  ],
  [
    'a folder that is none, which is told once',
    {
      stored: { kind: 'insecure', why: 'not_a_plain_file', path: '/a/auth' },
      place: { path: '/a/auth', isWritable: false, freeBytes: null, network: null },
    },
    ['F-009'],
  ],
  ['no count where there is no session', { stored: { kind: 'absent' }, isCounted: false }, ['F-001']],
  ['a repository whose settings are harmless', { repositoryEnv: { path: '/x', blocked: [] } }, []],
] satisfies readonly (readonly [string, Partial<DoctorFacts>, readonly string[]])[])(
  'R-01: %s',
  (_, change, ids) => {
    expect(idsOf(change)).toEqual(ids);
  },
);

test('R-08: a dead holder is told and no more, one that runs too long is critical, one elsewhere is a warning', () => {
  const severities = (change: Partial<DoctorFacts>) =>
    findProblems(doctorFacts(change)).map(({ severity }) => severity);
  expect(severities({ lock: heldLock(10 ** 9, { state: 'abandoned_record', verdict: 'dead' }) })).toEqual([
    'info',
  ]);
  expect(severities({ lock: heldLock(61_000) })).toEqual(['critical']);
  const holder = { pid: 7, host: 'there', since: '', purpose: '' };
  expect(severities({ lock: heldLock(1000, { holder, verdict: 'unknown' }) })).toEqual(['warn']);
});

test.each([
  [
    'F-011',
    { unfinished: { ...NOTE, epoch: 3 } },
    'Its server was asked just now, in vain; the next refresh finishes it, as far as the server allows.',
  ],
  [
    'F-014',
    { stored: { kind: 'ok' as const, epoch: 3, session: aSession({ issuedAtMs: NOW + 61_000 }) } },
    'Set the clock, if it is wrong now; once the server answers, a refresh does the rest.',
  ],
])('%s does not name the question that was just asked in vain', (id, change, description) => {
  const server = { active: false, session_id: null, error: 'Server returned HTTP 500', next_action: 'Wait.' };
  const [found] = findProblems(doctorFacts({ ...change, server }));
  expect(found).toMatchObject({ id, remediation: { command: null, description } });
});

test.each<[EndReason, string]>([
  ['user_logout', 'logged out'],
  ['server_revoked', 'refresh token expired (server-revoked)'],
  ['absolute_lifetime', 'refresh token expired (absolute lifetime)'],
  ['invalid', 'session ended by the server'],
  ['rotation_lost', 'the answer to the last refresh was lost'],
  ['store_fault', 'the stored session could not be used'],
])('R-09: F-001 says that the last login ended by %s', (reason, words) => {
  const [found] = findProblems(doctorFacts({ stored: { kind: 'ended', reason, atMs: NOW } }));
  expect(found?.remediation).toEqual({
    command: 'spec-kitty auth login',
    description: `last login ended 2026-01-05T12:00:00Z: ${words}; log in`,
  });
});

test('R-09: where nobody names a server, the way in does', () => {
  const [found] = findProblems(doctorFacts({ stored: { kind: 'absent' }, issuer: null, loginServer: null }));
  expect(found?.remediation).toEqual({
    command: 'spec-kitty auth login --server <url>',
    description: 'nobody has logged in here; log in at your server, as none is named here',
  });
});

test('R-09: so it does of a login that is over by the clock', () => {
  const session = aSession({ refreshExpiresAtMs: NOW - 1000 });
  const [found] = findProblems(doctorFacts({ stored: { kind: 'ok', session, epoch: 3 } }));
  expect([found?.id, found?.remediation?.description]).toEqual([
    'F-001',
    'last login ended 2026-01-05T11:59:59Z: refresh token expired (absolute lifetime); log in',
  ]);
});

test.each(DOCTOR_CASES)('R-03: %s, %s, decides the exit code by its severity', (_, severity, change) => {
  const code = exitCodeOf(findProblems(doctorFacts(change)), NOTHING);
  expect(code).toBe(severity === 'critical' ? 1 : 0);
});
