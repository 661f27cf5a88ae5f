import type { AuthFinding } from '@spec-kitty/core/auth-doctor/doctor-finding';
import type { DoctorFacts } from '@spec-kitty/core/auth-doctor/doctor-facts';

const FILE = '/home/ada/.spec-kitty/auth/1a/session.json';
const STATE = '/home/ada/.spec-kitty/auth/1a/state.json';
const KEY = '/home/ada/.spec-kitty/auth/key';
const LOCK = '/home/ada/.spec-kitty/auth/1a/refresh.lock';
const SERVER = '/home/ada/.spec-kitty/auth/server.json';
const CONFIG = '/home/ada/.spec-kitty/config.toml';
const LOGIN = 'spec-kitty auth login';

/** A finding with what brings it about, and what is said of it (A§6.2). */
export type DoctorCase = readonly [
  id: string,
  severity: AuthFinding['severity'],
  facts: Partial<DoctorFacts>,
  summary: string,
  command: string | null,
  description: string | null,
];

/** Those about files of the store. */
export const STORE_CASES: readonly DoctorCase[] = [
  [
    'F-008',
    'critical',
    { stored: { kind: 'corrupt', why: 'tag', path: FILE } },
    `The session cannot be read, since its contents were changed: ${FILE}`,
    `${LOGIN} --force`,
    'log in again; what cannot be read is kept aside, and what is in it can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
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
    null,
    'Upgrade spec-kitty: a newer version has written it.',
  ],
  [
    'F-008',
    'critical',
    { stored: { kind: 'corrupt', why: 'json', path: STATE } },
    `The session cannot be read, since it is no JSON document: ${STATE}`,
    `${LOGIN} --force`,
    'log in again, which counts anew; the login before is revoked',
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
    'make it yours',
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
        path: LOCK,
      },
    },
    `The login cannot be refreshed, since something else is in its place: ${LOCK}`,
    `mv ${LOCK} ${LOCK}.aside`,
    'move away what is there; it is made anew',
  ],
  [
    'F-009',
    'critical',
    {
      stored: {
        kind: 'insecure',
        why: 'not_a_plain_file',
        path: '/home/ada/.spec-kitty/auth',
        leadsTo: '/mnt/my logins',
      },
    },
    'The session is not trusted, since something else is in its place: /home/ada/.spec-kitty/auth',
    "rm /home/ada/.spec-kitty/auth && mv '/mnt/my logins' /home/ada/.spec-kitty/auth",
    'put the folder in the place of the link to it; the login in it is kept',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'not_a_plain_file', path: '/home/ada/.spec-kitty/auth' } },
    'The session is not trusted, since something else is in its place: /home/ada/.spec-kitty/auth',
    'mv /home/ada/.spec-kitty/auth /home/ada/.spec-kitty/auth.aside',
    'move away what is there; it is made anew; a login that was there can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
  ],
  [
    'F-009',
    'critical',
    { misplaced: { kind: 'unreadable', why: 'permission', path: LOCK } },
    `The login cannot be refreshed, since it may not be read: ${LOCK}`,
    `chmod 600 ${LOCK}`,
    'make it readable to you alone',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'not_a_plain_file', path: FILE } },
    `The session is not trusted, since something else is in its place: ${FILE}`,
    `${LOGIN} --force`,
    'log in again; what is there is put aside; a login that it leads to is revoked, and one that it hides can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'not_a_plain_file', path: STATE } },
    `The session is not trusted, since something else is in its place: ${STATE}`,
    `${LOGIN} --force`,
    'log in again; what is there is put aside, and the login before is revoked',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'mode', path: STATE } },
    `The session is not trusted, since others may read or change it: ${STATE}`,
    `${LOGIN} --force`,
    'log in again; what others may have changed is put aside, and the login before is revoked',
  ],
  [
    'F-009',
    'critical',
    { stored: { kind: 'insecure', why: 'too_large', path: FILE } },
    `The session is not trusted, since it is larger than any session: ${FILE}`,
    `${LOGIN} --force`,
    'log in again; what is there is kept aside, and a login in it can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
  ],
  [
    'F-009',
    'critical',
    { configExposure: { why: 'mode', path: '/home/ada/.spec-kitty', isFolder: true } },
    'Another user could choose the server of a login, since others may change it: /home/ada/.spec-kitty',
    'chmod go-w /home/ada/.spec-kitty',
    'let nobody else change it',
  ],
  [
    'F-009',
    'critical',
    { configExposure: { why: 'owner', path: '/home/ada/.spec-kitty', isFolder: true } },
    'Another user could choose the server of a login, since it belongs to another user: /home/ada/.spec-kitty',
    'sudo chown "$(id -un)" /home/ada/.spec-kitty',
    'make the folder yours',
  ],
  [
    'F-009',
    'critical',
    { configExposure: { why: 'mode', path: CONFIG, isFolder: false } },
    `Another user could choose the server of a login, since others may change it: ${CONFIG}`,
    `chmod go-w ${CONFIG}`,
    'let nobody else change it; see first that its server_url is yours',
  ],
  [
    'F-009',
    'critical',
    { configExposure: { why: 'owner', path: CONFIG, isFolder: false } },
    `Another user could choose the server of a login, since it belongs to another user: ${CONFIG}`,
    `mv ${CONFIG} ${CONFIG}.aside`,
    'put aside what somebody else has written',
  ],
  [
    'F-010',
    'critical',
    { stored: { kind: 'wrong_key', why: 'cut_short', path: KEY } },
    `The session cannot be opened, since the file of its key is cut short: ${KEY}`,
    `${LOGIN} --force`,
    'put back the key that was there, or log in again: what no key opens can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
  ],
  [
    'F-010',
    'critical',
    { stored: { kind: 'wrong_key', why: 'missing', path: KEY } },
    `The session cannot be opened, since the file of its key is missing: ${KEY}`,
    `${LOGIN} --force`,
    'put back the key that was there, or log in again: what no key opens can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
  ],
  [
    'F-010',
    'critical',
    { stored: { kind: 'wrong_key', why: 'other', path: KEY } },
    `The session cannot be opened, since it was written with another key than the one that is there: ${KEY}`,
    `${LOGIN} --force`,
    'put back the key that was there, or log in again: what no key opens can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
  ],
  [
    'F-021',
    'warn',
    {
      lastServer: { kind: 'corrupt', why: 'json', path: SERVER },
    },
    `The server of the last login cannot be told, since it is no JSON document: ${SERVER}`,
    `${LOGIN} --server https://team.example`,
    'name it again',
  ],
  [
    'F-021',
    'critical',
    {
      stored: { kind: 'absent' },
      issuer: null,
      lastServer: { kind: 'corrupt', why: 'json', path: SERVER },
      otherServers: ['https://a.example', 'https://b.example'],
    },
    `The server of the last login cannot be told, since it is no JSON document: ${SERVER}`,
    null,
    'Name it again: `spec-kitty auth login --server <url>`; there are logins at https://a.example, https://b.example.',
  ],
  [
    'F-022',
    'info',
    { leftovers: [{ path: FILE, isOpened: false }] },
    `1 session put aside before, or left behind: ${FILE}`,
    'spec-kitty auth doctor --reset',
    'take it away; what nobody can read of it can be ended at https://team.example alone (on /sessions, if that is a Teamspace)',
  ],
  [
    'F-022',
    'warn',
    {
      leftovers: [
        { path: FILE, isOpened: false },
        { path: KEY, isOpened: true },
      ],
    },
    `2 sessions put aside before, or left behind: ${FILE}, ${KEY}`,
    `${LOGIN} --force`,
    'log in again: a token in it can still be read, and is revoked then',
  ],
];
