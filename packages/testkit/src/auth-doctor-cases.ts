import type { DaemonIdentity } from '@spec-kitty/core/auth-doctor/daemon-identity';
import type { AuthFinding } from '@spec-kitty/core/auth-doctor/doctor-finding';
import type { DoctorFacts } from '@spec-kitty/core/auth-doctor/doctor-facts';
import type { LockState } from '@spec-kitty/core/ports/lock';
import { Secret } from '@spec-kitty/core/session/secret';
import type { Session } from '@spec-kitty/core/session/session';

export const NOW = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;
const FILE = '/home/ada/.spec-kitty/auth/1a/session.json';

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
    isCounted: true,
    unfinished: null,
    lock: { state: 'free', holder: null, verdict: 'unknown', sinceMs: null, releasable: false },
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
    ...change,
  };
}

const far = { pid: 7, host: 'there', since: '2026-01-05T11:58:00Z', purpose: 'refresh the session' };
const recorded = { pid: 5, port: 9401 };
const LOGIN = 'spec-kitty auth login';

type Case = readonly [
  id: string,
  severity: AuthFinding['severity'],
  facts: Partial<DoctorFacts>,
  summary: string,
  command: string | null,
  description: string | null,
];

/** Each finding with what brings it about, and what is said of it (A§6.2). */
export const DOCTOR_CASES: readonly Case[] = [
  [
    'F-001',
    'critical',
    { stored: { kind: 'absent' } },
    'No active session',
    LOGIN,
    'nobody has logged in here; log in',
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
  [
    'F-008',
    'critical',
    { stored: { kind: 'corrupt', why: 'tag', path: FILE } },
    `The session cannot be read, since its contents were changed: ${FILE}`,
    `${LOGIN} --force`,
    'log in again; what cannot be read is kept aside',
  ],
  [
    'F-008',
    'critical',
    { stored: { kind: 'unreadable', why: 'permission', path: FILE } },
    `The session cannot be read, since it may not be read: ${FILE}`,
    `chmod 600 ${FILE}`,
    'make it readable to you alone',
  ],
  [
    'F-008',
    'critical',
    { stored: { kind: 'unreadable', why: 'permission', path: '/home/ada/Ada’s/auth/1a' } },
    'The session cannot be read, since it may not be read: /home/ada/Ada’s/auth/1a',
    "chmod 700 '/home/ada/Ada’s/auth/1a'",
    'make it readable to you alone',
  ],
  [
    'F-008',
    'critical',
    { stored: { kind: 'unreadable', why: 'io', path: FILE } },
    `The session cannot be read, since the disk does not give it: ${FILE}`,
    null,
    'The disk, or the connection to it, fails: look at that first.',
  ],
  [
    'F-008',
    'critical',
    { stored: { kind: 'unsupported_version', version: 9, path: FILE } },
    `The session cannot be read, since it is of version 9, which this program does not know: ${FILE}`,
    'npm install --global spec-kitty@latest',
    'a later version has written it',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'mode', path: FILE } },
    `The session is not trusted, since others may read or change it: ${FILE}`,
    `${LOGIN} --force`,
    'log in again; the login that others may have read is revoked',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'owner', path: '/home/ada/.spec-kitty/auth' } },
    'The session is not trusted, since it belongs to another user: /home/ada/.spec-kitty/auth',
    'sudo chown "$(id -un)" /home/ada/.spec-kitty/auth',
    'make the folder yours',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'mode', path: '/home/ada/Ada’s $HOME/auth' } },
    'The session is not trusted, since others may read or change it: /home/ada/Ada’s $HOME/auth',
    "chmod 700 '/home/ada/Ada’s $HOME/auth'",
    'make the folder open to you alone',
  ],
  [
    'F-009',
    'critical',
    {
      misplaced: {
        kind: 'insecure',
        why: 'not_a_plain_file',
        path: '/home/ada/.spec-kitty/auth/1a/refresh.lock',
      },
    },
    'The session is not trusted, since something else is in its place: /home/ada/.spec-kitty/auth/1a/refresh.lock',
    'mv /home/ada/.spec-kitty/auth/1a/refresh.lock /home/ada/.spec-kitty/auth/1a/refresh.lock.aside',
    'move away what is there; it is made anew',
  ],
  [
    'F-010',
    'critical',
    { stored: { kind: 'wrong_key', path: FILE } },
    `The key of the session is missing, or is another one: ${FILE}`,
    `${LOGIN} --force`,
    'log in again, or put the file `key` back that was there',
  ],
  [
    'F-011',
    'warn',
    { unfinished: { epoch: 3, issuedAtMs: NOW, sinceMs: NOW - 5000, attempt: null } },
    'A refresh was begun and never came to its end; its new token may be lost',
    'spec-kitty auth doctor --server',
    'ask the server whether the login still holds',
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
    'F-014',
    'warn',
    { stored: stored(aSession({ issuedAtMs: NOW + 61_000 })) },
    'The access token was issued 61s in the future by this clock',
    null,
    'Set the clock of this machine.',
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
];
