import { expect, test } from 'vitest';
import {
  finalSyncLine,
  forceHint,
  loggedOutLine,
  READINESS_WORDING,
  readinessLine,
  REFRESH_WORDING,
  REPAIR_WORDING,
  RESTART_DAEMON,
  ROLLOUT_DISABLED,
  sweepLine,
  UNAUTHENTICATED_WORDING,
} from './hosted-wording.ts';

test('P-03: the words of each state, byte for byte and in the order of the checks', () => {
  expect(JSON.stringify(READINESS_WORDING)).toBe(
    '{"rollout_disabled":["Hosted SaaS sync is not enabled on this machine.","Set `SPEC_KITTY_ENABLE_SAAS_SYNC=1` to opt in."],' +
      '"missing_auth":["No SaaS authentication token is present.","Run `spec-kitty auth login`."],' +
      '"missing_host_config":["No SaaS host URL is configured.","Set `SPEC_KITTY_SAAS_URL` in your environment."],' +
      '"host_unreachable":["The configured SaaS host did not respond within 2 seconds.","Check network connectivity to `{server_url}` and retry."],' +
      '"missing_mission_binding":["No tracker binding exists for feature `{feature_slug}`.","Run `spec-kitty tracker bind` from this repo."],' +
      '"ready":["",null]}',
  );
});

test.each([
  [
    ROLLOUT_DISABLED,
    'Hosted SaaS sync is not enabled on this machine. Set `SPEC_KITTY_ENABLE_SAAS_SYNC=1` to opt in.',
  ],
  [REFRESH_WORDING.busy, 'Another spec-kitty process is refreshing the auth session; retry in a moment.'],
  [REFRESH_WORDING.expired, 'Refresh token expired. Run `spec-kitty auth login` to log in again.'],
  [
    REFRESH_WORDING.invalid,
    'Session has been invalidated server-side. Run `spec-kitty auth login` to re-authenticate.',
  ],
  [UNAUTHENTICATED_WORDING.no_token, 'No valid access token. Run `spec-kitty auth login` to authenticate.'],
  [
    UNAUTHENTICATED_WORDING.session_expired,
    'Session expired. Run `spec-kitty auth login` to re-authenticate.',
  ],
  [
    UNAUTHENTICATED_WORDING.sync_now,
    'not authenticated: no valid access token. Run `spec-kitty auth login`.',
  ],
  [
    loggedOutLine('acme', 'sync-now'),
    'spec-kitty: logged_out_on_connected_teamspace teamspace=acme command=sync-now action=run-spec-kitty-auth-login',
  ],
  [
    finalSyncLine('sync.websocket_offline', 'x'),
    'sync_diagnostic severity=warning diagnostic_code=sync.websocket_offline fatal=false sync_phase=final_sync message=x',
  ],
  [
    readinessLine('missing_auth', 'spec-kitty-auth-login'),
    'spec-kitty tracker: readiness=missing_auth next=spec-kitty-auth-login',
  ],
  [sweepLine(1, 2, 3), '--reset: 1 orphan(s) swept, 2 skipped, 3 failed.'],
  [forceHint(2), 'Hint: run with --force to clean 2 operator_required daemon(s).'],
  [REPAIR_WORDING.nothing_to_sweep, '--reset: no orphans detected; no-op.'],
  [REPAIR_WORDING.cannot_sweep, '--reset: this version cannot end daemons yet; nothing was changed.'],
  [
    REPAIR_WORDING.login_stays,
    '--reset: the login is left as it is; `spec-kitty auth logout` ends it, here and at its server.',
  ],
  [REPAIR_WORDING.lock_released, '--unstick-lock: stuck lock released.'],
  [REPAIR_WORDING.lock_not_stuck, '--unstick-lock: lock not stuck; no-op.'],
  [REPAIR_WORDING.lock_held, '--unstick-lock: lock not removed; a living process holds it.'],
  [REPAIR_WORDING.lock_kept, '--unstick-lock: lock not removed (fresh, missing, or unreadable).'],
  [RESTART_DAEMON, 'spec-kitty doctor restart-daemon'],
])('byte for byte: %s', (said, expected) => expect(said).toBe(expected));
