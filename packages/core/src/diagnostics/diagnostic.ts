import { DIAGNOSTIC_WORDING } from '../hosted-wording.ts';
import type { CauseCode, Phase, Symptom } from './symptom.ts';

/** What kind of trouble it is, for programs (A§7.1). */
export type Category =
  | 'unauthenticated'
  | 'direct_ingress_missing_private_team'
  | 'unauthorized'
  | 'retryable_transport'
  | 'server_error';

/** Which trouble it is; each belongs to one category. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_WORDING;

/** One trouble with the hosted service, the same for people and for programs; no secret is in it. */
export interface Diagnostic {
  readonly category: Category;
  readonly code: DiagnosticCode;
  readonly retryable: boolean;
  readonly message: string;
  readonly next_action: string | null;
  readonly http_status?: number;
  readonly retry_after_s?: number;
}

const CATEGORIES: Readonly<Record<DiagnosticCode, Category>> = {
  logged_out: 'unauthenticated',
  login_refused: 'unauthenticated',
  session_expired: 'unauthenticated',
  session_invalidated: 'unauthenticated',
  rotation_lost: 'unauthenticated',
  answer_lost: 'unauthenticated',
  token_rejected: 'unauthenticated',
  account_changed: 'unauthenticated',
  login_unreadable: 'unauthenticated',
  missing_private_team: 'direct_ingress_missing_private_team',
  forbidden: 'unauthorized',
  rate_limited: 'retryable_transport',
  refresh_busy: 'retryable_transport',
  refresh_replay: 'retryable_transport',
  network_dns: 'retryable_transport',
  network_refused: 'retryable_transport',
  network_tls: 'retryable_transport',
  network_timeout: 'retryable_transport',
  network_dropped: 'retryable_transport',
  network_proxy: 'retryable_transport',
  server_failed: 'server_error',
  protocol_violation: 'server_error',
  request_rejected: 'server_error',
};

const CAUSES: Readonly<Record<CauseCode, DiagnosticCode>> = {
  no_session: 'logged_out',
  session_expired: 'session_expired',
  session_invalidated: 'session_invalidated',
  rotation_lost: 'rotation_lost',
  answer_lost: 'answer_lost',
  account_changed: 'account_changed',
  store_fault: 'login_unreadable',
  missing_private_team: 'missing_private_team',
  refresh_busy: 'refresh_busy',
  refresh_replay: 'refresh_replay',
  dns: 'network_dns',
  refused: 'network_refused',
  tls: 'network_tls',
  timeout: 'network_timeout',
  dropped: 'network_dropped',
  malformed: 'protocol_violation',
  proxy_unusable: 'network_proxy',
  proxy_refused: 'network_proxy',
};

/** Makes a diagnostic of a symptom: always the same one of the same symptom, whatever any text says. */
export function diagnose(symptom: Symptom): Diagnostic {
  const code = codeOf(symptom);
  const category = CATEGORIES[code];
  const [message, action] = DIAGNOSTIC_WORDING[code];
  const { http_status: status, retry_after_s: wait } = symptom;
  return {
    category,
    code,
    retryable: isRetryable(category, code),
    message,
    next_action: action,
    ...(status === null ? {} : { http_status: status }),
    ...(wait === undefined ? {} : { retry_after_s: wait }),
  };
}

function codeOf({
  phase,
  http_status: status,
  oauth_error,
  server_code,
  cause_code,
}: Symptom): DiagnosticCode {
  if (cause_code !== null) return CAUSES[cause_code];
  if (status === 403 && server_code === 'direct_ingress_missing_private_team') return 'missing_private_team';
  return codeOfGrant(phase, status, oauth_error) ?? codeOfStatus(status ?? 0);
}

/** What the token endpoint says; its words count with their own statuses only. */
function codeOfGrant(phase: Phase, status: number | null, error: string | null): DiagnosticCode | undefined {
  const isRejection = status === 400 || status === 401;
  if (error === 'refresh_replay_benign_retry' && status === 409) return 'refresh_replay';
  if (!isRejection) return undefined;
  if (error === 'session_invalid') return 'session_invalidated';
  if (error === 'invalid_grant') return phase === 'login' ? 'login_refused' : 'session_expired';
  if (error === 'expired_token' || error === 'access_denied') return 'login_refused';
  // It does not know this program, which no login changes.
  return error === 'invalid_client' || error === 'unauthorized_client' ? 'request_rejected' : undefined;
}

function codeOfStatus(status: number): DiagnosticCode {
  if (status === 401) return 'token_rejected';
  if (status === 403) return 'forbidden';
  if (status === 408) return 'network_timeout';
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'server_failed';
  return status >= 400 ? 'request_rejected' : 'protocol_violation';
}

function isRetryable(category: Category, code: DiagnosticCode): boolean {
  switch (category) {
    case 'retryable_transport':
      return true;
    case 'server_error':
      return code !== 'request_rejected';
    case 'unauthenticated':
    case 'unauthorized':
    case 'direct_ingress_missing_private_team':
      return false;
  }
}
