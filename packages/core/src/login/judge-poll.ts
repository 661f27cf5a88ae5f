import type { NoAnswer } from '../session/http-answer.ts';
import type { LoginAnswer } from '../session/login-answer.ts';

/** What to do after one question about a device code. */
export type PollStep =
  | Extract<LoginAnswer, { readonly kind: 'tokens' }>
  | { readonly kind: 'ask again'; readonly intervalMs: number }
  | { readonly kind: 'failed'; readonly error: string };

const SLOWER_MS = 5000;

/**
 * Decides whether to ask again, and when: an interval grows and never shrinks (RFC 8628 §3.5), also when the server or
 * the network is in trouble; a code that may have been spent is not asked for again.
 */
export function judgePoll(answer: LoginAnswer, intervalMs: number): PollStep {
  switch (answer.kind) {
    case 'tokens':
      return answer;
    case 'refused':
      if (answer.error === 'authorization_pending') return { kind: 'ask again', intervalMs };
      if (answer.error === 'slow_down') return { kind: 'ask again', intervalMs: intervalMs + SLOWER_MS };
      return { kind: 'failed', error: answer.error };
    case 'unavailable':
      if (!isPassing(answer.why)) return { kind: 'failed', error: answer.why };
      return { kind: 'ask again', intervalMs: Math.max(intervalMs + SLOWER_MS, answer.retryAfterMs) };
  }
}

/** Trouble that may be over at the next question; a wrong address or a proxy’s no is not, and unreadable tokens were given. */
function isPassing(why: NoAnswer): boolean {
  if (why.startsWith('http_')) return /^http_(?:408|429|5\d\d)$/.test(why);
  return why !== 'malformed' && why !== 'proxy_refused';
}
