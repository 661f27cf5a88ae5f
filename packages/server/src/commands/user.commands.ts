import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import { createAccount } from '../accounts/create-account.ts';
import { emailKey } from '../accounts/email.ts';
import { makeLink } from '../accounts/one-time-link.ts';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import { endSessionsOf } from '../sessions/end-session.ts';
import { hasOtherOwner } from '../teams/change-membership.ts';
import { administer, OPERATOR } from './administer.ts';
import { type ServerContext, show } from './context.ts';
import { type LinkFlags, linkOrigin, publicUrlFlag } from './link-origin.ts';
import { argument, define, groupOf, jsonFlag, type PlaceFlags, placeFlags, text } from './define.ts';

interface Flags extends PlaceFlags {
  readonly json: boolean;
}

const email = argument('E-mail address of the account', 'EMAIL');

/** What whoever takes somebody out has to know, since no other command tells. */
export const TOKENS_GO_ON =
  'Tokens that they have made for programs go on: `spec-kitty teamspace token revoke` ends one.';

/** An account by its address. @throws Fault `ACCOUNT_UNKNOWN`. */
export async function accountOf(
  rows: Rows,
  address: string,
): Promise<{ readonly id: string; readonly email: string }> {
  const found = await rows
    .selectFrom('accounts')
    .select(['id', 'email'])
    .where('email_key', '=', emailKey(address))
    .executeTakeFirst();
  if (found) return found;
  throw new Fault('refused', 'ACCOUNT_UNKNOWN', `Nobody has an account with this address: ${address}`, {
    hints: ['Run `spec-kitty teamspace user list` to see who has one.'],
  });
}

const list = define<Flags, []>({
  brief: 'List accounts',
  examples: ['spec-kitty teamspace user list', 'spec-kitty teamspace user list --json'],
  parameters: { flags: { ...placeFlags, json: jsonFlag } },
  async run(flags) {
    const users = await administer(this, flags, ({ database }) =>
      database.system
        .selectFrom('accounts')
        .select(['id', 'email', 'name', 'created_at', 'disabled_at'])
        .orderBy('email_key')
        .execute(),
    );
    show(this, flags.json, { users }, () =>
      users.length === 0
        ? 'Nobody has an account.'
        : users
            .map((one) => [one.email, one.name, ...(one.disabled_at ? ['disabled'] : [])].join('  '))
            .join('\n'),
    );
  },
});

const add = define<Flags & LinkFlags & { readonly name: string }, [string]>({
  brief: 'Make an account, and a link to choose its password',
  examples: [
    'spec-kitty teamspace user add ada@example.org --name Ada --public-url https://teamspace.example.org',
  ],
  parameters: {
    flags: {
      ...placeFlags,
      name: text('Name of the person', 'NAME'),
      publicUrl: publicUrlFlag,
      json: jsonFlag,
    },
    positional: { kind: 'tuple', parameters: [email] },
  },
  async run(flags, address) {
    const { name, json } = flags;
    const publicUrl = linkOrigin(this, flags);
    const link = await administer(this, flags, async ({ database, ...desk }) => {
      const teamspace = { keyring: await desk.keyring(), publicUrl };
      return database.whole(async (rows) => {
        const id = await createAccount(rows, OPERATOR, {
          email: address,
          name,
          passwordHash: null,
        });
        return makeLink(rows, teamspace, 'new_password', id);
      });
    });
    show(
      this,
      json,
      { email: address, password_url: link },
      () => `Made the account. A password is chosen within a day at ${link}`,
    );
  },
});

const passwordLink = define<Flags & LinkFlags, [string]>({
  brief: 'Make a link to choose a new password',
  details: 'Using it ends every session of the account.',
  examples: [
    'spec-kitty teamspace user password-link ada@example.org --public-url https://teamspace.example.org',
  ],
  parameters: {
    flags: { ...placeFlags, publicUrl: publicUrlFlag, json: jsonFlag },
    positional: { kind: 'tuple', parameters: [email] },
  },
  async run(flags, address) {
    const publicUrl = linkOrigin(this, flags);
    const link = await administer(this, flags, async ({ database, ...desk }) => {
      const teamspace = { keyring: await desk.keyring(), publicUrl };
      return database.whole(async (rows) => {
        const { id, email: target } = await accountOf(rows, address);
        await audit(rows, {
          actor: OPERATOR,
          accountId: id,
          action: 'account.password_link_created',
          target,
        });
        return makeLink(rows, teamspace, 'new_password', id);
      });
    });
    show(this, flags.json, { email: address, password_url: link }, () => link);
  },
});

const disable = define<Flags, [string]>({
  brief: 'Keep an account from signing in, and end its sessions',
  examples: ['spec-kitty teamspace user disable ada@example.org'],
  parameters: {
    flags: { ...placeFlags, json: jsonFlag },
    positional: { kind: 'tuple', parameters: [email] },
  },
  run(flags, address) {
    return setDisabled(this, flags, address, true);
  },
});

const enable = define<Flags, [string]>({
  brief: 'Let an account sign in again',
  examples: ['spec-kitty teamspace user enable ada@example.org'],
  parameters: {
    flags: { ...placeFlags, json: jsonFlag },
    positional: { kind: 'tuple', parameters: [email] },
  },
  run(flags, address) {
    return setDisabled(this, flags, address, false);
  },
});

async function setDisabled(
  context: ServerContext,
  flags: Flags,
  address: string,
  isDisabled: boolean,
): Promise<void> {
  const { ended, lonely } = await administer(context, flags, ({ database }) =>
    database.whole(async (rows) => {
      const { id, email: target } = await accountOf(rows, address);
      await rows
        .updateTable('accounts')
        .set({ disabled_at: isDisabled ? sql<Date>`now()` : null })
        .where('id', '=', id)
        .execute();
      if (isDisabled) await rows.deleteFrom('browser_sessions').where('account_id', '=', id).execute();
      const action = isDisabled ? 'account.disabled' : 'account.enabled';
      await audit(rows, { actor: OPERATOR, accountId: id, action, target });
      return {
        ended: isDisabled ? await endSessionsOf(rows, id, 'account_disabled') : 0,
        lonely: isDisabled ? await teamsOwnedAlone(rows, id) : [],
      };
    }),
  );
  const document = {
    email: address,
    disabled: isDisabled,
    sessions_ended: ended,
    teams_without_owner: lonely,
  };
  show(context, flags.json, document, () =>
    isDisabled
      ? [
          `Disabled ${address}; ${ended} of its logins are over. ${TOKENS_GO_ON}`,
          ...lonely.map(
            (team) =>
              `No owner of ${team} can sign in any more: \`spec-kitty teamspace team role\` makes somebody one.`,
          ),
        ].join('\n')
      : `Enabled ${address}.`,
  );
}

/** Slugs of the teams, but for the private one, that nobody else owns who can sign in. */
async function teamsOwnedAlone(rows: Rows, accountId: string): Promise<readonly string[]> {
  const owned = await rows
    .selectFrom('memberships')
    .innerJoin('teams', 'teams.id', 'team_id')
    .select(['team_id', 'slug'])
    .where('account_id', '=', accountId)
    .where('role', '=', 'owner')
    .where('is_private', '=', false)
    .orderBy('slug')
    .execute();
  const lonely: string[] = [];
  for (const { team_id: teamId, slug } of owned)
    if (!(await hasOtherOwner(rows, { teamId, accountId }))) lonely.push(slug);
  return lonely;
}

/** `teamspace user …`. */
export const userRoutes = groupOf('Administer accounts', { list, add, passwordLink, disable, enable });
