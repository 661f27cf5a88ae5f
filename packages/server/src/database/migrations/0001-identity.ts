import type { Migration } from './migration.ts';

/** Accounts, teams, logins, and the second barrier between teams. */
export const identity: Migration = {
  version: 1,
  name: 'identity',
  oldestServer: 1,
  sql: `
    create function app_is_system() returns boolean language sql stable
      as $$ select coalesce(current_setting('app.scope', true), '') = 'system' $$;
    create function app_account() returns uuid language sql stable
      as $$ select nullif(current_setting('app.account_id', true), '')::uuid $$;
    create function app_teams() returns uuid[] language sql stable
      as $$ select coalesce(nullif(current_setting('app.team_ids', true), '')::uuid[], '{}') $$;

    create table accounts (
      id uuid primary key,
      email text not null,
      email_key text not null unique,
      name text not null,
      password_hash text,
      is_operator boolean not null default false,
      created_at timestamptz not null default now(),
      disabled_at timestamptz
    );

    create table teams (
      id uuid primary key,
      slug text not null unique,
      name text not null,
      is_private boolean not null default false,
      owner_account_id uuid references accounts(id),
      created_at timestamptz not null default now(),
      check (is_private = (owner_account_id is not null))
    );
    create unique index one_private_team on teams (owner_account_id) where is_private;

    create table memberships (
      team_id uuid not null references teams(id) on delete cascade,
      account_id uuid not null references accounts(id) on delete cascade,
      role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
      created_at timestamptz not null default now(),
      primary key (team_id, account_id)
    );
    create index memberships_of_account on memberships (account_id);

    create function private_team_is_private() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from teams where id = new.team_id and is_private and owner_account_id <> new.account_id)
        then raise exception 'a private teamspace has one member' using errcode = 'check_violation';
        end if;
        return new;
      end $$;
    create trigger private_team_is_private before insert or update on memberships
      for each row execute function private_team_is_private();

    create table invitations (
      id uuid primary key,
      team_id uuid not null references teams(id) on delete cascade,
      email text not null,
      role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
      token_hash bytea not null unique,
      invited_by uuid references accounts(id) on delete set null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      accepted_at timestamptz,
      revoked_at timestamptz
    );
    create index invitations_of_team on invitations (team_id, created_at);

    create table browser_sessions (
      id uuid primary key,
      account_id uuid not null references accounts(id) on delete cascade,
      token_hash bytea not null unique,
      user_agent text not null,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index browser_sessions_of_account on browser_sessions (account_id);

    create table sessions (
      id uuid primary key,
      account_id uuid not null references accounts(id) on delete cascade,
      client_id text not null,
      auth_flow text not null check (auth_flow in ('authorization_code', 'device_code')),
      scope text not null,
      user_agent text not null,
      salt bytea not null,
      key_id text not null,
      generation integer not null default 1,
      attempt_hash bytea,
      created_at timestamptz not null default now(),
      rotated_at timestamptz not null default now(),
      refresh_expires_at timestamptz not null,
      absolute_expires_at timestamptz not null,
      ended_at timestamptz,
      end_reason text,
      check ((ended_at is null) = (end_reason is null))
    );
    create index sessions_of_account on sessions (account_id);

    create table authorization_codes (
      code_hash bytea primary key,
      client_id text not null,
      account_id uuid not null references accounts(id) on delete cascade,
      redirect_uri text not null,
      challenge text not null,
      scope text not null,
      expires_at timestamptz not null,
      session_id uuid references sessions(id) on delete set null,
      used_at timestamptz
    );

    create table device_grants (
      device_hash bytea primary key,
      user_code_hash bytea not null unique,
      client_id text not null,
      scope text not null,
      user_agent text not null,
      interval_s integer not null,
      polled_at timestamptz,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      state text not null default 'pending' check (state in ('pending', 'approved', 'denied', 'used')),
      account_id uuid references accounts(id) on delete cascade,
      check (state not in ('approved', 'used') or account_id is not null)
    );

    create table ws_tickets (
      ticket_hash bytea primary key,
      session_id uuid not null references sessions(id) on delete cascade,
      team_id uuid not null references teams(id) on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz
    );

    create table service_tokens (
      id uuid primary key,
      team_id uuid not null references teams(id) on delete cascade,
      name text not null,
      token_hash bytea not null unique,
      scopes text[] not null,
      created_by uuid references accounts(id) on delete set null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      last_used_at timestamptz,
      revoked_at timestamptz
    );
    create index service_tokens_of_team on service_tokens (team_id, created_at);

    create table one_time_links (
      token_hash bytea primary key,
      purpose text not null check (purpose in ('set_up', 'new_password')),
      account_id uuid references accounts(id) on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz
    );

    create table audit_log (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      account_id uuid,
      team_id uuid,
      action text not null,
      target text,
      details jsonb not null default '{}'
    );
    create index audit_log_of_team on audit_log (team_id, id);

    create unlogged table allowances (
      bucket text primary key,
      spent double precision not null,
      updated_at timestamptz not null default now()
    );

    create table token_keys (
      id text primary key,
      fingerprint bytea not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz
    );

    ${barrier('teams', 'id = any (app_teams())')}
    ${barrier('memberships', 'team_id = any (app_teams())')}
    ${barrier('invitations', 'team_id = any (app_teams())')}
    ${barrier('service_tokens', 'team_id = any (app_teams())')}
    ${barrier('ws_tickets', 'team_id = any (app_teams())')}
    ${barrier('audit_log', 'team_id = any (app_teams()) or account_id = app_account()')}
    ${barrier('sessions', 'account_id = app_account()')}
    ${barrier('browser_sessions', 'account_id = app_account()')}
    ${barrier('authorization_codes', 'account_id = app_account()')}
    ${barrier('device_grants', 'account_id = app_account()')}
    ${barrier('one_time_links', 'account_id = app_account()')}
    ${barrier('token_keys', 'false')}
    ${barrier(
      'accounts',
      'id = app_account() or id in (select account_id from memberships where team_id = any (app_teams()))',
    )}
  `,
};

/** Also for the owner of the tables, who the server is. */
function barrier(table: string, condition: string): string {
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy ${table}_barrier on ${table} using (app_is_system() or ${condition});`;
}
