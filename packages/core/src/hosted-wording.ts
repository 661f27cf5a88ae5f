import { counted } from './counted.ts';

/** What keeps hosted commands from working, in the order in which it is looked for: message, next action (A§9.2). */
export const READINESS_WORDING = {
  rollout_disabled: [
    'Hosted SaaS sync is not enabled on this machine.',
    'Set `SPEC_KITTY_ENABLE_SAAS_SYNC=1` to opt in.',
  ],
  missing_auth: ['No SaaS authentication token is present.', 'Run `spec-kitty auth login`.'],
  missing_host_config: ['No SaaS host URL is configured.', 'Set `SPEC_KITTY_SAAS_URL` in your environment.'],
  host_unreachable: [
    'The configured SaaS host did not respond within 2 seconds.',
    'Check network connectivity to `{server_url}` and retry.',
  ],
  missing_mission_binding: [
    'No tracker binding exists for feature `{feature_slug}`.',
    'Run `spec-kitty tracker bind` from this repo.',
  ],
  ready: ['', null],
} as const;

/** Said wherever something hosted is asked for with the gate closed. */
export const ROLLOUT_DISABLED = READINESS_WORDING.rollout_disabled.join(' ');

/** What keeps a tracker command from working, for a log: the state, and the next action in one word (A§9.4). */
export function readinessLine(state: string, next: string): string {
  return ['spec-kitty tracker:', `readiness=${state}`, `next=${next}`].join(' ');
}

/** How a refresh that gives no session is told (A§3.4). */
export const REFRESH_WORDING = {
  busy: 'Another spec-kitty process is refreshing the auth session; retry in a moment.',
  expired: 'Refresh token expired. Run `spec-kitty auth login` to log in again.',
  invalid: 'Session has been invalidated server-side. Run `spec-kitty auth login` to re-authenticate.',
} as const;

/** What hosted commands say to somebody who is not signed in (A§7.3). */
export const UNAUTHENTICATED_WORDING = {
  no_token: 'No valid access token. Run `spec-kitty auth login` to authenticate.',
  session_expired: 'Session expired. Run `spec-kitty auth login` to re-authenticate.',
  sync_now: 'not authenticated: no valid access token. Run `spec-kitty auth login`.',
} as const;

const LOGIN_ACTION = 'Run `spec-kitty auth login`.';
const NETWORK_ACTION = 'Check the network connection and retry.';

/** What people are told of each diagnostic: message, next action. */
export const DIAGNOSTIC_WORDING = {
  logged_out: [UNAUTHENTICATED_WORDING.no_token, LOGIN_ACTION],
  login_refused: [
    'The server did not accept this login. Run `spec-kitty auth login` to try again.',
    LOGIN_ACTION,
  ],
  session_expired: [REFRESH_WORDING.expired, LOGIN_ACTION],
  session_invalidated: [REFRESH_WORDING.invalid, LOGIN_ACTION],
  rotation_lost: [
    'The answer to the last refresh was lost, and the login with it. Run `spec-kitty auth login` to log in again.',
    LOGIN_ACTION,
  ],
  answer_lost: [
    'The answer to the last refresh was lost, and the server does not give it again. Run `spec-kitty auth login --force` to log in again.',
    'Run `spec-kitty auth login --force`.',
  ],
  token_rejected: [UNAUTHENTICATED_WORDING.session_expired, LOGIN_ACTION],
  account_changed: [
    'Another account has logged in on this machine meanwhile. Run `spec-kitty auth login` to change back.',
    LOGIN_ACTION,
  ],
  login_unreadable: [
    'The login on this machine cannot be read. If it stays so, run `spec-kitty auth login` to replace it.',
    'Run `spec-kitty auth doctor` to see why.',
  ],
  missing_private_team: [
    'Events are sent to a Private Teamspace only, and this account has none.',
    'Ask the administrator of your teamspace for a Private Teamspace.',
  ],
  forbidden: [
    'This account has no permission for that on the server.',
    'Ask the administrator of your teamspace for access.',
  ],
  rate_limited: ['The server asks for fewer requests.', 'Wait a moment and retry.'],
  refresh_busy: [REFRESH_WORDING.busy, 'Retry in a moment.'],
  refresh_replay: [
    'Another process has refreshed the login, and what it got has not arrived yet.',
    'Retry in a moment.',
  ],
  network_dns: ['The name of the server cannot be resolved.', NETWORK_ACTION],
  network_refused: ['The server cannot be connected to.', NETWORK_ACTION],
  network_tls: ['The server’s certificate is not accepted.', NETWORK_ACTION],
  network_timeout: ['The server did not answer in time.', NETWORK_ACTION],
  network_dropped: ['The connection to the server was lost.', NETWORK_ACTION],
  network_proxy: [
    'The proxy that HTTPS_PROXY names does not lead to the server.',
    'Check HTTPS_PROXY, NO_PROXY and the network connection, and retry.',
  ],
  server_failed: ['The server has failed.', 'Retry later, or ask whoever runs the server.'],
  protocol_violation: [
    'The server’s answer is not one of its protocol.',
    'Retry later, or ask whoever runs the server.',
  ],
  request_rejected: ['The server does not take this request.', 'Ask whoever runs the server.'],
} as const satisfies Readonly<Record<string, readonly [message: string, action: string]>>;

/** What a refusal in a checkout that belongs to a teamspace prints where nobody can be asked (A§1.10); exit code 4. */
export function loggedOutLine(teamspace: string, command: string): string {
  return `spec-kitty: logged_out_on_connected_teamspace teamspace=${teamspace} command=${command} action=run-spec-kitty-auth-login`;
}

/** What a final sync that did not come to its end prints (A§7.3). */
export function finalSyncLine(code: string, text: string): string {
  return `sync_diagnostic severity=warning diagnostic_code=${code} fatal=false sync_phase=final_sync message=${text}`;
}

/** What becomes of the repairs of `auth doctor` (A§6.3). */
export const REPAIR_WORDING = {
  nothing_to_sweep: '--reset: no orphans detected; no-op.',
  cannot_sweep: '--reset: this version cannot end daemons yet; nothing was changed.',
  login_stays:
    '--reset: the login is left as it is; `spec-kitty auth logout` ends it, here and at its server.',
  lock_released: '--unstick-lock: stuck lock released.',
  lock_not_stuck: '--unstick-lock: lock not stuck; no-op.',
  lock_held: '--unstick-lock: lock not removed; a living process holds it.',
  lock_kept: '--unstick-lock: lock not removed (fresh, missing, or unreadable).',
} as const;

/** How many daemons a repair has ended. */
export function sweepLine(swept: number, skipped: number, failed: number): string {
  return `--reset: ${swept} orphan(s) swept, ${skipped} skipped, ${failed} failed.`;
}

/** How many sessions were taken away that nobody can open. */
export function removedLine(count: number): string {
  return `--reset: ${counted(count, 'session')} put aside before, taken away.`;
}

/** How those are ended that only a person may end. */
export function forceHint(count: number): string {
  return `Hint: run with --force to clean ${count} operator_required daemon(s).`;
}

/** What helps against a daemon of another version. */
export const RESTART_DAEMON = 'spec-kitty doctor restart-daemon';

/**
 * Commands and options that texts of this file name and that do not exist yet. A test holds the list against the
 * program; nothing that the program can reach uses such a text.
 */
export const COMMANDS_TO_COME: readonly string[] = ['tracker bind', 'doctor restart-daemon'];
