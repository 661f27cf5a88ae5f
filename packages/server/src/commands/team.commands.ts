import { Fault } from '@spec-kitty/core/fault';
import { ROLES, type Role } from '../database/schema.ts';
import type { Rows } from '../database/database.ts';
import { changeRole, removeMember } from '../teams/change-membership.ts';
import { createTeam } from '../teams/create-team.ts';
import { invite } from '../teams/invite.ts';
import { administer, OPERATOR } from './administer.ts';
import { show } from './context.ts';
import { argument, define, groupOf, jsonFlag, type PlaceFlags, placeFlags, text } from './define.ts';
import { type LinkFlags, linkOrigin, publicUrlFlag } from './link-origin.ts';
import { accountOf, TOKENS_GO_ON } from './user.commands.ts';

interface Flags extends PlaceFlags {
  readonly json: boolean;
}

const team = argument('Slug of the team', 'TEAM');
const email = argument('E-mail address', 'EMAIL');
const role = { kind: 'enum', brief: 'Role in the team', values: ROLES, default: 'member' } as const;

/** A team by its slug. @throws Fault `TEAM_UNKNOWN`. */
export async function teamBySlug(
  rows: Rows,
  slug: string,
): Promise<{ readonly id: string; readonly slug: string; readonly isPrivate: boolean }> {
  const found = await rows
    .selectFrom('teams')
    .select(['id', 'slug', 'is_private'])
    .where('slug', '=', slug)
    .executeTakeFirst();
  if (found) return { id: found.id, slug: found.slug, isPrivate: found.is_private };
  throw new Fault('refused', 'TEAM_UNKNOWN', `There is no such team: ${slug}`, {
    hints: ['Run `spec-kitty teamspace team list` to see which there are.'],
  });
}

const list = define<Flags, []>({
  brief: 'List teams with their members',
  examples: ['spec-kitty teamspace team list'],
  parameters: { flags: { ...placeFlags, json: jsonFlag } },
  async run(flags) {
    const members = await administer(this, flags, ({ database }) =>
      database.system
        .selectFrom('teams')
        .innerJoin('memberships', 'memberships.team_id', 'teams.id')
        .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
        .select(['slug', 'teams.name as team', 'is_private', 'email', 'role'])
        .orderBy('is_private')
        .orderBy('slug')
        .orderBy('email_key')
        .execute(),
    );
    show(this, flags.json, { members }, () =>
      members.length === 0
        ? 'There are no teams.'
        : members
            .map((one) => `${one.slug}  ${one.email}  ${one.is_private ? 'private' : one.role}`)
            .join('\n'),
    );
  },
});

const add = define<Flags & { readonly owner: string }, [string]>({
  brief: 'Make a team',
  examples: ['spec-kitty teamspace team add "Red team" --owner ada@example.org'],
  parameters: {
    flags: { ...placeFlags, owner: text('E-mail address of its first owner', 'EMAIL'), json: jsonFlag },
    positional: { kind: 'tuple', parameters: [argument('Name of the team', 'NAME')] },
  },
  async run(flags, name) {
    const made = await administer(this, flags, ({ database }) =>
      database.whole(async (rows) =>
        createTeam(rows, OPERATOR, name, (await accountOf(rows, flags.owner)).id),
      ),
    );
    show(this, flags.json, made, () => `Made the team ${made.slug}.`);
  },
});

const inviteCommand = define<Flags & LinkFlags & { readonly role: Role }, [string, string]>({
  brief: 'Invite somebody to a team by a link',
  examples: [
    'spec-kitty teamspace team invite red-team grace@example.org --public-url https://teamspace.example.org',
  ],
  parameters: {
    flags: {
      ...placeFlags,
      role,
      publicUrl: publicUrlFlag,
      json: jsonFlag,
    },
    positional: { kind: 'tuple', parameters: [team, email] },
  },
  async run(flags, slug, address) {
    const { json } = flags;
    const publicUrl = linkOrigin(this, flags);
    const link = await administer(this, flags, async ({ database, ...desk }) => {
      const teamspace = { keyring: await desk.keyring(), publicUrl };
      return database.whole(async (rows) =>
        invite(rows, teamspace, await teamBySlug(rows, slug), {
          email: address,
          role: flags.role,
          by: null,
        }),
      );
    });
    show(
      this,
      json,
      { email: address, invitation_url: link },
      () => `Send this to ${address}; it is good for a week: ${link}`,
    );
  },
});

const roleCommand = define<Flags & { readonly role: Role }, [string, string]>({
  brief: 'Give a member another role',
  examples: ['spec-kitty teamspace team role red-team grace@example.org --role admin'],
  parameters: {
    flags: { ...placeFlags, role, json: jsonFlag },
    positional: { kind: 'tuple', parameters: [team, email] },
  },
  async run(flags, slug, address) {
    await administer(this, flags, ({ database }) =>
      database.whole(async (rows) => {
        const [{ id: teamId }, { id: accountId }] = [
          await teamBySlug(rows, slug),
          await accountOf(rows, address),
        ];
        await changeRole(rows, { teamId, accountId, actor: OPERATOR }, flags.role);
      }),
    );
    show(
      this,
      flags.json,
      { team: slug, email: address, role: flags.role },
      () => `${address} is ${flags.role} of ${slug} now.`,
    );
  },
});

const remove = define<Flags, [string, string]>({
  brief: 'Take a member out of a team',
  examples: ['spec-kitty teamspace team remove red-team grace@example.org'],
  parameters: {
    flags: { ...placeFlags, json: jsonFlag },
    positional: { kind: 'tuple', parameters: [team, email] },
  },
  async run(flags, slug, address) {
    await administer(this, flags, ({ database }) =>
      database.whole(async (rows) => {
        const [{ id: teamId }, { id: accountId }] = [
          await teamBySlug(rows, slug),
          await accountOf(rows, address),
        ];
        await removeMember(rows, { teamId, accountId, actor: OPERATOR });
      }),
    );
    show(
      this,
      flags.json,
      { team: slug, email: address, removed: true },
      () => `${address} is not a member of ${slug} any more. ${TOKENS_GO_ON}`,
    );
  },
});

/** `teamspace team …`. */
export const teamRoutes = groupOf('Administer teams', {
  list,
  add,
  invite: inviteCommand,
  role: roleCommand,
  remove,
});
