import type { Schema } from './schema.ts';

/** Every table that is worth keeping, each after those that it refers to; `allowances` pass with a crash, and may. */
export const KEPT_TABLES = [
  'accounts',
  'teams',
  'memberships',
  'invitations',
  'browser_sessions',
  'sessions',
  'authorization_codes',
  'device_grants',
  'ws_tickets',
  'service_tokens',
  'one_time_links',
  'audit_log',
  'token_keys',
] as const satisfies readonly (keyof Schema)[];
