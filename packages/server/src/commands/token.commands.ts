import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import { SCOPES, type Scope } from '../teams/roles.ts';
import { createServiceToken, MOST_DAYS, revokeServiceToken } from '../teams/service-token.ts';
import { administer, OPERATOR } from './administer.ts';
import { show } from './context.ts';
import { argument, define, groupOf, jsonFlag, type PlaceFlags, placeFlags, text } from './define.ts';
import { teamBySlug } from './team.commands.ts';

interface Flags extends PlaceFlags {
  readonly json: boolean;
}

const team = argument('Slug of the team', 'TEAM');

const list = define<Flags, [string]>({
  brief: 'List the tokens of a team',
  examples: ['spec-kitty teamspace token list red-team'],
  parameters: { flags: { ...placeFlags, json: jsonFlag }, positional: { kind: 'tuple', parameters: [team] } },
  async run(flags, slug) {
    const tokens = await administer(this, flags, ({ database }) =>
      database.whole(async (rows) => {
        const { id } = await teamBySlug(rows, slug);
        return rows
          .selectFrom('service_tokens')
          .leftJoin('accounts', 'accounts.id', 'created_by')
          .select(['service_tokens.id', 'service_tokens.name', 'scopes', 'accounts.email as created_by'])
          .select(['service_tokens.created_at', 'expires_at', 'last_used_at', 'revoked_at'])
          .select(sql<boolean>`expires_at <= now()`.as('is_over'))
          .where('team_id', '=', id)
          .orderBy('service_tokens.created_at')
          .execute();
      }),
    );
    show(this, flags.json, { tokens }, () =>
      tokens.length === 0
        ? 'It has none.'
        : tokens
            .map(
              (one) =>
                `${one.id}  ${one.name}  ${one.scopes.join(',')}  made by ${one.created_by ?? 'an operator'}  ${one.revoked_at ? 'revoked' : `${one.is_over ? 'over since' : 'until'} ${one.expires_at.toISOString()}`}`,
            )
            .join('\n'),
    );
  },
});

const add = define<
  Flags & { readonly name: string; readonly scope: readonly Scope[]; readonly days: number },
  [string]
>({
  brief: 'Make a token for a program without a person, such as CI',
  details: 'It is printed this once.',
  examples: ['spec-kitty teamspace token add red-team --name ci --scope team.read --days 90'],
  parameters: {
    flags: {
      ...placeFlags,
      name: text('What it is for', 'NAME'),
      scope: {
        kind: 'enum',
        brief: 'What it may do; may be given more than once',
        values: SCOPES,
        variadic: true,
      },
      days: {
        kind: 'parsed',
        brief: `For how many days, ${MOST_DAYS} at most`,
        placeholder: 'N',
        parse: daysOf,
        default: '90',
      },
      json: jsonFlag,
    },
    positional: { kind: 'tuple', parameters: [team] },
  },
  async run(flags, slug) {
    const { name, scope: scopes, days, json } = flags;
    const token = await administer(this, flags, async ({ database, ...desk }) => {
      const keyring = await desk.keyring();
      return database.whole(async (rows) => {
        const { id: teamId } = await teamBySlug(rows, slug);
        return createServiceToken(rows, keyring, { teamId, name, scopes, days, by: null });
      });
    });
    show(this, json, { token }, () => token);
  },
});

const revoke = define<Flags, [string, string]>({
  brief: 'End a token',
  examples: ['spec-kitty teamspace token revoke red-team 0b2c5b1e-7d0e-4f43-9a4e-1f6a9f3f2c11'],
  parameters: {
    flags: { ...placeFlags, json: jsonFlag },
    positional: { kind: 'tuple', parameters: [team, argument('Id of the token', 'ID')] },
  },
  async run(flags, slug, id) {
    await administer(this, flags, ({ database }) =>
      database.whole(async (rows) => {
        const { id: teamId } = await teamBySlug(rows, slug);
        const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
        if (isId && (await revokeServiceToken(rows, teamId, id, OPERATOR))) return;
        throw new Fault('refused', 'TOKEN_UNKNOWN', `${slug} has no such token that is good: ${id}`, {
          hints: [`Run \`spec-kitty teamspace token list ${slug}\` to see which it has.`],
        });
      }),
    );
    show(this, flags.json, { id, revoked: true }, () => `Revoked ${id}.`);
  },
});

function daysOf(given: string): number {
  const days = Number(given);
  if (/^\d{1,3}$/.test(given) && days >= 1 && days <= MOST_DAYS) return days;
  throw new Fault('usage', 'USAGE_ERROR', `"${given}" is no number of days between 1 and ${MOST_DAYS}.`);
}

/** `teamspace token …`. */
export const tokenRoutes = groupOf('Administer tokens of programs', { list, add, revoke });
