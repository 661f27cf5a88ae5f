import { isoTime } from './session-document.ts';
import type { EndReason } from './stored-session.ts';

/** Why a login is over, for people. */
const END_REASONS: Readonly<Record<EndReason, string>> = {
  user_logout: 'logged out',
  server_revoked: 'refresh token expired (server-revoked)',
  absolute_lifetime: 'refresh token expired (absolute lifetime)',
  invalid: 'session ended by the server',
  rotation_lost: 'the answer to the last refresh was lost',
  store_fault: 'the stored session could not be used',
};

/** When a login ended, and why. */
export function endLine(reason: EndReason, atMs: number): string {
  return `${isoTime(atMs).slice(0, 19)}Z: ${END_REASONS[reason]}`;
}
