import { expect, test } from 'vitest';
import { identifyDaemon, type Listener, SYNC_PORTS } from './daemon-identity.ts';

const ROOT = '/home/ada/.spec-kitty';
const SCRIPT = 'from specify_cli.sync.daemon import run_sync_daemon; run_sync_daemon(9400, "token-canary")';
const ARGV = ['/usr/bin/python3', '-c', SCRIPT, `--spec-kitty-daemon-root=${ROOT}`];
const OWNER = {
  pid: 71,
  port: 9400,
  queue_db_path: '/q.db',
  auth_scope: 'a1',
  server_url: 'https://u:p@team.example',
};
const HEALTH = {
  status: 'ok',
  token: 'token-canary',
  daemon_family: 'sync',
  singleton_scope_id: 'scope',
  protocol_version: 1,
  package_version: '3.1.0',
  owner: OWNER,
};

function identify(change: Partial<Listener> = {}, recorded: { pid: number; port: number } | null = null) {
  const health = { answered: true, body: HEALTH };
  const listener: Listener = { port: 9400, pid: 71, argv: ARGV, health, ...change };
  return identifyDaemon(listener, { root: ROOT, recorded, ports: SYNC_PORTS });
}

const silent = { health: { answered: false, body: undefined } };
const says = (change: object) => ({ health: { answered: true, body: { ...HEALTH, ...change } } });

test.each([
  ['1', { port: 9399 }, 'never_touch', 'out_of_range'],
  ['1', { port: 9450 }, 'never_touch', 'out_of_range'],
  ['2', { argv: ['nginx'], ...says({ protocol_version: null }) }, 'never_touch', 'third_party'],
  ['2', { argv: ['nginx'], ...silent }, 'never_touch', 'not_spec_kitty'],
  ['2', { argv: null, pid: null, ...silent }, 'never_touch', 'not_spec_kitty'],
  ['2b', { argv: ['nginx'] }, 'never_touch', 'third_party'],
  ['2b', { argv: ['python3', '-c', 'print("run_sync_daemon")'] }, 'never_touch', 'third_party'],
  ['2b', says({ daemon_family: 'dashboard' }), 'never_touch', 'dashboard_family'],
  ['4', { pid: null, argv: null }, 'operator_required', 'missing_pid'],
  ['5', { argv: ARGV.slice(0, 3) }, 'operator_required', 'pre_marker'],
  [
    '6',
    { argv: [...ARGV.slice(0, 3), '--spec-kitty-daemon-root=/other'] },
    'operator_required',
    'cross_root',
  ],
  ['7', silent, 'operator_required', 'unresponsive'],
  ['8', says({ owner: { ...OWNER, pid: 72 } }), 'operator_required', 'pid_port_mismatch'],
  ['8', says({ owner: { ...OWNER, port: 9401 } }), 'operator_required', 'pid_port_mismatch'],
  ['9', {}, 'safe_auto', null],
  ['9', says({ package_version: '9.9.9' }), 'safe_auto', null],
] satisfies readonly (readonly [string, Partial<Listener>, string, string | null])[])(
  'O-01: row %s, %o is %s',
  (_, change, cleanup, reason) => {
    expect(identify(change)).toMatchObject({ cleanup_class: cleanup, skip_reason: reason });
  },
);

test('O-01: row 3, the recorded daemon is nobody’s to end, by process and port alone', () => {
  const isOne = { cleanup_class: 'never_touch', skip_reason: 'is_recorded_singleton' };
  expect(identify({}, { pid: 71, port: 9400 })).toMatchObject(isOne);
  expect(identify({ pid: null, argv: null }, { pid: 71, port: 9400 })).toMatchObject(isOne);
  expect(identify({}, { pid: 70, port: 9400 })).toMatchObject({ cleanup_class: 'safe_auto' });
  expect(identify({}, { pid: 71, port: 9401 })).toMatchObject({ cleanup_class: 'safe_auto' });
});

test('O-01: what a daemon tells is kept, its token and its words are not', () => {
  const record = identify();
  expect(record).toEqual({
    daemon_family: 'sync',
    pid: 71,
    port: 9400,
    protocol_version: 1,
    package_version: '3.1.0',
    singleton_scope_id: 'scope',
    daemon_root: ROOT,
    queue_db_path: '/q.db',
    auth_scope: 'a1',
    server_url: 'https://***@team.example',
    owner_present: true,
    identity_source: 'health_self_report',
    executable_summary: 'python3',
    spawn_shape_ok: true,
    self_report_matches_listener: true,
    is_recorded_singleton: false,
    cleanup_class: 'safe_auto',
    skip_reason: null,
  });
  expect(JSON.stringify(record)).not.toContain('canary');
});
