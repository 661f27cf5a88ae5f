import type { ColumnType, Generated } from 'kysely';

/** Roles of a team, the most powerful first. */
export const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Why a login is over; what the ended one is told is coarser. */
export type SessionEnd =
  | 'revoked'
  | 'signed_out'
  | 'ended_by_operator'
  | 'reuse'
  | 'account_disabled'
  | 'key_revoked';

type Instant = ColumnType<Date, Date, Date>;
type Stamped = ColumnType<Date, Date | undefined, Date>;

/** People who can sign in. */
export interface AccountsTable {
  id: string;
  email: string;
  /** The address as it is compared: two spellings of one address are one account. */
  email_key: string;
  name: string;
  /** `null` for one that cannot sign in by password. */
  password_hash: string | null;
  /** Nothing goes by it any more; earlier versions write it, and so do their backups. */
  is_operator: Generated<boolean>;
  created_at: Stamped;
  disabled_at: Date | null;
}

export interface TeamsTable {
  id: string;
  slug: string;
  name: string;
  /** The one team of an account alone, which everything goes to that was shared with nobody. */
  is_private: boolean;
  owner_account_id: string | null;
  created_at: Stamped;
}

export interface MembershipsTable {
  team_id: string;
  account_id: string;
  role: Role;
  created_at: Stamped;
}

export interface InvitationsTable {
  id: string;
  team_id: string;
  email: string;
  role: Role;
  token_hash: Buffer;
  invited_by: string | null;
  created_at: Stamped;
  expires_at: Instant;
  accepted_at: Date | null;
  revoked_at: Date | null;
}

/** A browser that somebody has signed in with. */
export interface BrowserSessionsTable {
  id: string;
  account_id: string;
  token_hash: Buffer;
  user_agent: string;
  created_at: Stamped;
  last_seen_at: Stamped;
  expires_at: Instant;
}

export interface AuthorizationCodesTable {
  code_hash: Buffer;
  client_id: string;
  account_id: string;
  redirect_uri: string;
  challenge: string;
  scope: string;
  expires_at: Instant;
  /** The login that it was exchanged for; one that comes a second time ends it. */
  session_id: string | null;
  used_at: Date | null;
}

export interface DeviceGrantsTable {
  device_hash: Buffer;
  user_code_hash: Buffer;
  client_id: string;
  scope: string;
  user_agent: string;
  interval_s: number;
  polled_at: Date | null;
  expires_at: Instant;
  created_at: Stamped;
  state: 'pending' | 'approved' | 'denied' | 'used';
  account_id: string | null;
}

/** A login of a program: one family of refresh tokens (A§1.5). */
export interface SessionsTable {
  id: string;
  account_id: string;
  client_id: string;
  auth_flow: 'authorization_code' | 'device_code';
  scope: string;
  user_agent: string;
  /** What its tokens are made with, beside a key that no database has. */
  salt: Buffer;
  key_id: string;
  /** Of the refresh token that is good now; it grows by one with each. */
  generation: Generated<number>;
  /** Of the attempt that the newest token was given to; asked again, it is given again. */
  attempt_hash: Buffer | null;
  created_at: Stamped;
  rotated_at: Stamped;
  refresh_expires_at: Instant;
  absolute_expires_at: Instant;
  ended_at: Date | null;
  end_reason: SessionEnd | null;
}

export interface WsTicketsTable {
  ticket_hash: Buffer;
  session_id: string;
  team_id: string;
  expires_at: Instant;
  used_at: Date | null;
}

/** What programs without a person work with, such as CI. */
export interface ServiceTokensTable {
  id: string;
  team_id: string;
  name: string;
  token_hash: Buffer;
  scopes: string[];
  created_by: string | null;
  created_at: Stamped;
  expires_at: Instant;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

/** A link that does one thing once. */
export interface OneTimeLinksTable {
  token_hash: Buffer;
  purpose: 'set_up' | 'new_password';
  account_id: string | null;
  created_at: Stamped;
  expires_at: Instant;
  used_at: Date | null;
}

export interface AuditLogTable {
  id: Generated<string>;
  at: Stamped;
  actor: string;
  account_id: string | null;
  team_id: string | null;
  action: string;
  target: string | null;
  details: ColumnType<Record<string, unknown>, string, never>;
}

/** What somebody may still do before they have to wait; empty it is filled again. */
export interface AllowancesTable {
  bucket: string;
  spent: number;
  updated_at: Stamped;
}

/** Keys that tokens are made with, by their fingerprints alone: which ones a server must have. */
export interface TokenKeysTable {
  id: string;
  fingerprint: Buffer;
  created_at: Stamped;
  retired_at: Date | null;
}

/** Every table, by its name. */
export interface Schema {
  accounts: AccountsTable;
  teams: TeamsTable;
  memberships: MembershipsTable;
  invitations: InvitationsTable;
  browser_sessions: BrowserSessionsTable;
  authorization_codes: AuthorizationCodesTable;
  device_grants: DeviceGrantsTable;
  sessions: SessionsTable;
  ws_tickets: WsTicketsTable;
  service_tokens: ServiceTokensTable;
  one_time_links: OneTimeLinksTable;
  audit_log: AuditLogTable;
  allowances: AllowancesTable;
  token_keys: TokenKeysTable;
}
