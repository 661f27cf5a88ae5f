import type { DaemonIdentity } from '@spec-kitty/core/auth-doctor/daemon-identity';
import type { DoctorFacts } from '@spec-kitty/core/auth-doctor/doctor-facts';
import type { LockState } from '@spec-kitty/core/ports/lock';
import { Secret } from '@spec-kitty/core/session/secret';
import type { Session } from '@spec-kitty/core/session/session';
import { type DoctorCase, STORE_CASES } from './auth-doctor-store-cases.ts';

export const NOW = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;

/** Somebody who is logged in, with tokens that are good for a while unless told. */
export function aSession(tokens: Partial<Session['tokens']> = {}, issuer = 'https://team.example'): Session {
  return {
    issuer,
    account: { userId: 'u1', email: 'ada@example.org', name: 'Ada', teams: [] },
    tokens: {
      access: new Secret('access-canary'),
      refresh: new Secret('refresh-canary'),
      sessionId: 's1',
      scope: 'offline_access',
      issuedAtMs: NOW - 60_000,
      accessExpiresAtMs: NOW + 3_600_000,
      refreshExpiresAtMs: NOW + 90 * DAY_MS,
      generation: null,
      ...tokens,
    },
    method: 'device_code',
  };
}

function stored(session: Session): DoctorFacts['stored'] {
  return { kind: 'ok', session, epoch: 3 };
}

/** Everything in order, but for what is told. */
export function doctorFacts(change: Partial<DoctorFacts> = {}): DoctorFacts {
  const is = change.stored ?? stored(aSession());
  return {
    nowMs: NOW,
    root: '/home/ada/.spec-kitty/auth',
    stored: is,
    storedLast: is,
    misplaced: null,
    issuer: 'https://team.example',
    loginServer: 'https://team.example',
    lastServer: null,
    otherServers: [],
    leftovers: [],
    isCounted: true,
    unfinished: null,
    server: null,
    lock: {
      state: 'free',
      holder: null,
      verdict: 'unknown',
      sinceMs: null,
      releasable: false,
      isProven: false,
    },
    host: 'here',
    stuckMs: 60_000,
    scan: { orphans: [], recorded: null, isComplete: true },
    place: {
      path: '/home/ada/.spec-kitty/auth',
      isWritable: true,
      freeBytes: 10 ** 9,
      network: null,
    },
    repositoryEnv: null,
    configured: null,
    configFault: null,
    configExposure: null,
    isHosted: false,
    version: '4.0.0',
    ...change,
  };
}

/** A daemon of the predecessor that nobody has recorded. */
export function aDaemon(change: Partial<DaemonIdentity> = {}): DaemonIdentity {
  return {
    daemon_family: 'sync',
    pid: 71,
    port: 9400,
    protocol_version: 1,
    package_version: '3.1.0',
    singleton_scope_id: null,
    daemon_root: null,
    queue_db_path: null,
    auth_scope: null,
    server_url: null,
    owner_present: false,
    identity_source: 'health_self_report',
    executable_summary: 'python3',
    spawn_shape_ok: true,
    self_report_matches_listener: true,
    is_recorded_singleton: false,
    cleanup_class: 'operator_required',
    skip_reason: 'pre_marker',
    ...change,
  };
}

/** A lock that somebody on this machine has held for so long. */
export function heldLock(ageMs: number, change: Partial<LockState> = {}): LockState {
  return {
    state: 'held',
    holder: { pid: 7, host: 'here', since: '2026-01-05T11:58:00Z', purpose: 'refresh the session' },
    verdict: 'alive',
    sinceMs: NOW - ageMs,
    releasable: false,
    isProven: true,
    ...change,
  };
}

const far = { pid: 7, host: 'there', since: '2026-01-05T11:58:00Z', purpose: 'refresh the session' };
const recorded = { pid: 5, port: 9401 };
const LOGIN = 'spec-kitty auth login';
const UNFINISHED = { epoch: 3, issuedAtMs: NOW - 60_000, sinceMs: NOW - 5000, attempt: null, isSpent: false };

/** Each finding with what brings it about, and what is said of it (A§6.2). */
export const DOCTOR_CASES: readonly DoctorCase[] = [
  [
    'F-001',
    'critical',
    { stored: { kind: 'absent' } },
    'No active session',
    LOGIN,
    'nobody has logged in here; log in',
  ],
  [
    'F-001',
    'critical',
    { stored: { kind: 'absent' }, issuer: null, otherServers: ['https://a.example', 'https://b.example'] },
    'No active session',
    LOGIN,
    'nothing says which login is to be used; log in; there is a login at https://a.example: `spec-kitty auth login --server https://a.example` goes on with it, `spec-kitty auth logout --server https://a.example` ends it; there is a login at https://b.example: `spec-kitty auth login --server https://b.example` goes on with it, `spec-kitty auth logout --server https://b.example` ends it',
  ],
  [
    'F-001',
    'critical',
    { stored: { kind: 'absent', gone: '/a/session.json' } },
    'No active session',
    LOGIN,
    'the file of the login is gone, which nobody here has ended (/a/session.json); what the server keeps of it can be ended at https://team.example alone (on /sessions, if that is a Teamspace); log in',
  ],
  [
    'F-001',
    'critical',
    { stored: { kind: 'absent', outdated: '/a/session.json' } },
    'No active session',
    LOGIN,
    'a session is there, and is older than the last login or logout that is counted, as after a logout that was interrupted or with a backup that was put back (/a/session.json); log in',
  ],
  [
    'F-002',
    'warn',
    { scan: { orphans: [aDaemon(), aDaemon({ port: 9402 })], recorded: null, isComplete: true } },
    '2 orphan daemon(s) detected on port(s) 9400, 9402',
    null,
    'This version cannot end them; end the processes by their ids.',
  ],
  [
    'F-003',
    'critical',
    { lock: heldLock(120_000) },
    'Refresh lock stuck (age 120s > threshold 60s)',
    'kill 7',
    'process 7 on here still holds it; end it if it hangs',
  ],
  [
    'F-003',
    'critical',
    { lock: heldLock(120_000, { verdict: 'unknown', releasable: true }) },
    'Refresh lock stuck (age 120s > threshold 60s)',
    'spec-kitty auth doctor --unstick-lock',
    'once its holder no longer runs',
  ],
  [
    'F-003',
    'critical',
    { lock: heldLock(120_000, { isProven: false }) },
    'Refresh lock stuck (age 120s > threshold 60s)',
    null,
    'Process 7 on here is said to hold it; see which process that is, and whether it hangs.',
  ],
  [
    'F-004',
    'warn',
    {
      scan: {
        orphans: [],
        recorded: { ...recorded, found: aDaemon({ package_version: '3.0.0' }) },
        isComplete: true,
      },
    },
    'Daemon version mismatch (running=3.0.0, installed=4.0.0)',
    null,
    'End the daemon by its process id; nothing here needs it.',
  ],
  ['F-005', 'info', { isHosted: true }, 'No sync daemon is running', null, null],
  [
    'F-005',
    'info',
    { scan: { orphans: [], recorded: { ...recorded, found: null }, isComplete: true } },
    'The recorded sync daemon does not answer (process 5, port 9401)',
    null,
    'Nothing here needs it; its record is replaced when one starts.',
  ],
  [
    'F-006',
    'warn',
    { storedLast: stored(aSession({ refresh: new Secret('another') })) },
    'Persisted session differs from in-memory state',
    'spec-kitty auth doctor',
    'the login was changed while this ran',
  ],
  [
    'F-007',
    'warn',
    { lock: heldLock(1000, { holder: far, verdict: 'unknown' }) },
    'Lock holder is on a different host (there)',
    null,
    'See there whether process 7 still runs.',
  ],
  ...STORE_CASES.filter(([id]) => id < 'F-011'),
  [
    'F-011',
    'warn',
    { unfinished: UNFINISHED },
    'A refresh was begun and never came to its end; its new token may be lost',
    'spec-kitty auth doctor --server',
    'finish it, as far as the server allows',
  ],
  [
    'F-011',
    'critical',
    {
      unfinished: { ...UNFINISHED, isSpent: true },
      stored: stored(aSession({ accessExpiresAtMs: NOW - 1 })),
    },
    'The answer to the last refresh was lost, and the server does not give it again',
    `${LOGIN} --force`,
    'log in again; no refresh can help any more',
  ],
  [
    'F-011',
    'warn',
    { unfinished: { ...UNFINISHED, isSpent: true } },
    'The answer to the last refresh was lost, and the server does not give it again; the login ends with its access token',
    `${LOGIN} --force`,
    'log in again; no refresh can help any more',
  ],
  [
    'F-012',
    'warn',
    { configured: { kind: 'origin', origin: 'https://other.example' } },
    'The session is for https://team.example, and SPEC_KITTY_SAAS_URL names https://other.example',
    `${LOGIN} --server https://other.example`,
    'log in there, or correct SPEC_KITTY_SAAS_URL',
  ],
  [
    'F-013',
    'info',
    { lock: heldLock(120_000, { state: 'abandoned_record', verdict: 'dead' }) },
    'The refresh lock has the record of a holder that is gone (process 7)',
    null,
    'Nothing to do: the next refresh replaces it.',
  ],
  [
    'F-013',
    'info',
    { lock: heldLock(120_000, { state: 'abandoned_record', holder: far, verdict: 'unknown' }) },
    'The refresh lock has the record of a holder that is not seen from here (process 7 on there)',
    null,
    'See there whether it still runs; if it does not, the next refresh here replaces the record. Machines that share this folder are not kept apart for sure: set SPEC_KITTY_HOME to a folder of its own on each.',
  ],
  [
    'F-014',
    'warn',
    { stored: stored(aSession({ issuedAtMs: NOW + 61_000 })) },
    'The access token was issued 61s in the future by this clock, which was ahead then or is behind now',
    'spec-kitty auth doctor --server',
    'refresh the login; set the clock first, if it is wrong now',
  ],
  [
    'F-014',
    'warn',
    {
      stored: stored(aSession({ refreshExpiresAtMs: NOW - 1 })),
      server: { active: true, session_id: 's1', error: null, next_action: null },
    },
    'The login is over by this clock, and holds by that of the server',
    null,
    'Set the clock of this machine: it is ahead.',
  ],
  [
    'F-015',
    'warn',
    { place: { path: '/home/ada', isWritable: true, freeBytes: null, network: 'nfs4' } },
    'Logins are kept on a network file system (nfs4): /home/ada',
    null,
    'Set SPEC_KITTY_HOME to a folder on a disk of this machine; locks are not sure there.',
  ],
  [
    'F-016',
    'info',
    { stored: stored(aSession({ refreshExpiresAtMs: NOW + 6.5 * DAY_MS })) },
    'The login ends in 6 days',
    `${LOGIN} --force`,
    'log in again at a moment of your choice',
  ],
  [
    'F-017',
    'critical',
    { place: { path: '/home/ada', isWritable: false, freeBytes: 10 ** 9, network: null } },
    'Logins cannot be written: /home/ada',
    'chmod u+rwx /home/ada',
    'or set SPEC_KITTY_HOME to a folder that you may write',
  ],
  [
    'F-017',
    'critical',
    { place: { path: '/home/ada', isWritable: true, freeBytes: 4096, network: null } },
    'The disk is full: /home/ada',
    null,
    'Free some space on it.',
  ],
  [
    'F-018',
    'warn',
    { repositoryEnv: { path: '/shop/.kittify/.kitty.env', blocked: ['SPEC_KITTY_SAAS_URL', 'BROWSER'] } },
    'A file of this repository sets SPEC_KITTY_SAAS_URL, BROWSER, which is not applied: /shop/.kittify/.kitty.env',
    null,
    'Take it out of the file, unless another program needs it there.',
  ],
  [
    'F-019',
    'warn',
    { isCounted: false },
    'The count of logins and logouts is gone, without which one that is over cannot be told',
    `${LOGIN} --force`,
    'log in again, which counts anew',
  ],
  [
    'F-020',
    'warn',
    { configured: { kind: 'refused', why: 'it has a user or a password in it' } },
    'SPEC_KITTY_SAAS_URL names no server that tokens may be sent to',
    'unset SPEC_KITTY_SAAS_URL',
    'or correct it, since it has a user or a password in it',
  ],
  [
    'F-020',
    'warn',
    { configFault: 'config.toml cannot be used, since it is no TOML: /home/ada/.spec-kitty/config.toml:1' },
    'config.toml cannot be used, since it is no TOML: /home/ada/.spec-kitty/config.toml:1',
    null,
    'Correct the file, or take server_url out of it and set SPEC_KITTY_SAAS_URL.',
  ],
  ...STORE_CASES.filter(([id]) => id > 'F-011'),
  [
    'F-023',
    'warn',
    {
      server: {
        active: false,
        session_id: null,
        error: 'Server returned HTTP 503',
        next_action: 'Retry later.',
      },
    },
    'Whether the login holds is not known, as its server was asked in vain: Server returned HTTP 503',
    null,
    'Retry later.',
  ],
  [
    'F-023',
    'critical',
    {
      server: {
        active: false,
        session_id: null,
        error: 're-authenticate',
        next_action: 'Run `spec-kitty auth login --force`.',
      },
    },
    'The server does not accept the login',
    `${LOGIN} --force`,
    'log in again',
  ],
];
