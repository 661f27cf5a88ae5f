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
  lock_released: '--unstick-lock: stuck lock released.',
  lock_not_stuck: '--unstick-lock: lock not stuck; no-op.',
  lock_kept: '--unstick-lock: lock not removed (fresh, missing, or unreadable).',
} as const;

/** How many daemons a repair has ended. */
export function sweepLine(swept: number, skipped: number, failed: number): string {
  return `--reset: ${swept} orphan(s) swept, ${skipped} skipped, ${failed} failed.`;
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
export const COMMANDS_TO_COME: readonly string[] = [
  'auth login',
  'tracker bind',
  'doctor restart-daemon',
  '--reset',
  '--unstick-lock',
];
