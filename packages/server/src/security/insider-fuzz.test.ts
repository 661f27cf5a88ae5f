import { randomBytes } from 'node:crypto';
import {
  type ApiBody,
  PASSWORD,
  type Person,
  type TeamspaceWorld,
} from '@spec-kitty/testkit/teamspace/teamspace-world';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { makeLink } from '../accounts/one-time-link.ts';
import type { Rows } from '../database/database.ts';
import { ROLES } from '../database/schema.ts';
import { ENDPOINTS } from '../endpoints.ts';
import { cookieName, signIn } from '../http/browser-session.ts';
import { formToken } from '../http/forgery.ts';
import { invite } from '../teams/invite.ts';
import { SCOPES } from '../teams/roles.ts';
import { createServiceToken } from '../teams/service-token.ts';
import { onEmbedded } from '../testing/on-both.ts';
import { NASTY, type Operation, operations } from '../testing/operations.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40) / 2;

/** Everybody else is answered with pages. */
const FOR_PROGRAMS = /^\/(?:api|health|\.well-known|oauth\/(?:token|device|revoke))/;

/** A password takes a quarter of a second. */
function runsOf({ fields }: Operation): number {
  return Math.ceil(fields.includes('password') ? RUNS / 3 : RUNS);
}

/** One field: mostly something that is there, so that the others are looked at, too. */
type Given =
  | { readonly do: 'real'; readonly pick: number }
  | { readonly do: 'nasty'; readonly text: string }
  | { readonly do: 'leave out' };

const real = fc.record({ do: fc.constant('real' as const), pick: fc.nat(99) });
const nasty = fc.record({ do: fc.constant('nasty' as const), text: NASTY });
const given: fc.Arbitrary<Given> = fc.oneof(
  { weight: 8, arbitrary: real },
  { weight: 1, arbitrary: nasty },
  { weight: 1, arbitrary: fc.constant<Given>({ do: 'leave out' }) },
);

/** What one request is made of; what is real in it is made just before it is sent. */
interface Request {
  readonly who: 0 | 1 | 2;
  readonly params: Readonly<Record<string, Given>>;
  readonly query: Readonly<Record<string, Given>>;
  readonly fields: Readonly<Record<string, Given>>;
}

function requestsFor({ pathParameters, query, fields }: Operation): fc.Arbitrary<Request> {
  const each = (names: readonly string[], one: fc.Arbitrary<Given>) =>
    fc.record(Object.fromEntries(names.map((name) => [name, one])));
  return fc.record({
    who: fc.constantFrom(0, 0, 0, 1, 2),
    params: each(pathParameters, fc.oneof({ weight: 8, arbitrary: real }, { weight: 1, arbitrary: nasty })),
    query: each(query, given),
    fields: each(fields, given),
  });
}

/** The one that nothing is wrong with. */
function soundRequest({ pathParameters, query, fields }: Operation): Request {
  const each = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { do: 'real', pick: 0 } as const]));
  return { who: 0, params: each(pathParameters), query: each(query), fields: each(fields) };
}

/** Two teams, with people who are in one of them. */
interface Town {
  readonly world: TeamspaceWorld;
  readonly people: readonly [owner: Person, member: Person, stranger: Person];
  readonly red: { readonly id: string; readonly slug: string };
  readonly blue: { readonly id: string; readonly slug: string };
}

async function makeTown(world: TeamspaceWorld): Promise<Town> {
  const people = [await world.person('Ada'), await world.person('Bob'), await world.person('Eve')] as const;
  return {
    world,
    people,
    red: await world.team('Red', people[0]),
    blue: await world.team('Blue', people[2]),
  };
}

/** As it was before somebody changed it. */
async function restore(
  rows: Rows,
  { people: [owner, member], red }: Town,
  hash: string | null,
): Promise<void> {
  for (const [{ id }, role] of [
    [owner, 'owner'],
    [member, 'member'],
  ] as const) {
    await sql`insert into memberships (team_id, account_id, role) values (${red.id}, ${id}, ${role})
      on conflict (team_id, account_id) do update set role = excluded.role`.execute(rows);
  }
  await rows.updateTable('accounts').set({ password_hash: hash }).execute();
  await sql`delete from allowances where bucket not like 'sign-in%'`.execute(rows);
}

type Real = (name: string, pick: number) => string;

/** Who asks, with the programs that ask for them. */
interface Insider extends Person {
  readonly access: string;
  readonly refresh: string;
  readonly device: ApiBody;
}

async function insiderOf({ world, people }: Town, index: Request['who']): Promise<Insider> {
  const who = people[index];
  const { access_token: access, refresh_token: refresh } = await world.logIn(who);
  const { body: device } = await world.post('/oauth/device', { client_id: 'cli_native' });
  return { ...who, access, refresh, device };
}

/** What there is, by the name of what asks for it. */
async function realThings(town: Town, rows: Rows, path: string, who: Insider): Promise<Real> {
  const { world, people, red, blue } = town;
  const { teamspace } = world;
  const last = (link: string) => link.slice(link.lastIndexOf('/') + 1);
  const team = { id: red.id, isPrivate: false };
  const [email, by] = [`${randomBytes(4).toString('hex')}@example.org`, people[0].id];
  const links: Readonly<Record<string, () => Promise<string>>> = {
    '/set-up/{token}': () => makeLink(rows, teamspace, 'set_up', null),
    '/new-password/{token}': () => makeLink(rows, teamspace, 'new_password', who.id),
    '/invitations/{token}': () => invite(rows, teamspace, team, { email, role: 'member', by }),
  };
  const link = await links[path]?.();
  await invite(rows, teamspace, team, { email: `other-${email}`, role: 'viewer', by });
  await createServiceToken(rows, teamspace.keyring, {
    teamId: red.id,
    name: 'x',
    scopes: ['team.read'],
    days: 1,
    by,
  });
  const ids = async (table: 'invitations' | 'service_tokens' | 'sessions' | 'browser_sessions') =>
    (
      await sql<{
        id: string;
      }>`select id from ${sql.table(table)} order by ${sql.raw(table === 'browser_sessions' || table === 'sessions' ? 'created_at' : 'expires_at')} desc limit 5`.execute(
        rows,
      )
    ).rows.map(({ id }) => id);
  const { access, refresh, device } = who;
  const there: Readonly<Record<string, readonly string[]>> = {
    team: [red.slug, red.id, red.slug, blue.slug, who.name.toLowerCase()],
    email: [...people.map((one) => one.email), email],
    password: [PASSWORD, 'staple battery horse', 'short'],
    current: [PASSWORD],
    role: ROLES,
    scope: path.startsWith('/oauth') ? ['offline_access'] : SCOPES,
    do: ['change', 'remove'],
    days: ['1', '366', '0'],
    account: people.map(({ id }) => id),
    invitation: await ids('invitations'),
    token: link === undefined ? [...(await ids('service_tokens')), access, refresh] : [last(link)],
    session: ['all', ...(await ids('sessions')), ...(await ids('browser_sessions'))],
    code: [device.user_code],
    device_code: [device.device_code],
    decision: ['allow', 'deny'],
    team_id: [red.id, blue.id],
    client_id: ['cli_native'],
    grant_type: ['refresh_token', 'authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
    refresh_token: [refresh],
    redirect_uri: ['http://127.0.0.1:28888/callback'],
    response_type: ['code'],
    code_challenge: ['x'.repeat(43)],
    code_challenge_method: ['S256'],
    next: ['/teams'],
    before: ['9'],
  };
  return (name, pick) => {
    const all = there[name] ?? ['x'];
    return all[pick % all.length] ?? '';
  };
}

/** Sends a request as one's own browser and one's own program would, from a form that was just loaded. */
async function send(
  town: Town,
  operation: Operation,
  request: Request,
  hash: string | null,
): Promise<Response> {
  const { world } = town;
  const { teamspace } = world;
  const who = await insiderOf(town, request.who);
  const [get, cookie] = await teamspace.database.whole(async (rows) => {
    await restore(rows, town, hash);
    return [
      await realThings(town, rows, operation.path, who),
      await signIn(rows, teamspace, who.id, 'test'),
    ] as const;
  });
  const filled = (all: Readonly<Record<string, Given>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, one]) =>
        one.do === 'leave out' ? [] : [[name, one.do === 'real' ? get(name, one.pick) : one.text]],
      ),
    );
  const [session = ''] = /(?<==)[^;]*/.exec(cookie) ?? [];
  const form = 'f'.repeat(22);
  const fields = { ...filled(request.fields), csrf: formToken(teamspace, form, session) };
  const path = Object.entries(filled(request.params)).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(Buffer.from(value).toString())),
    operation.path,
  );
  const isPost = operation.method === 'POST';
  const isJson = operation.type === 'application/json';
  return world.send(`${path}?${new URLSearchParams(filled(request.query)).toString()}`, {
    method: operation.method,
    headers: {
      accept: 'text/html',
      authorization: `Bearer ${who.access}`,
      cookie: `${cookieName(teamspace, 'form')}=${form}; ${cookieName(teamspace, 'session')}=${session}`,
      ...(isPost && { 'content-type': operation.type ?? '' }),
    },
    ...(isPost && { body: isJson ? JSON.stringify(fields) : new URLSearchParams(fields).toString() }),
  });
}

onEmbedded((open) => {
  test('what people of a team send by their own forms and programs, right but for a field or two, never breaks an endpoint', async () => {
    const town = await makeTown(await open());
    const { database } = town.world.teamspace;
    const { password_hash: hash } = await database.system
      .selectFrom('accounts')
      .select('password_hash')
      .limit(1)
      .executeTakeFirstOrThrow();
    for (const operation of operations())
      await fc.assert(
        fc.asyncProperty(requestsFor(operation), async (request) => {
          const { status, headers } = await send(town, operation, request, hash);
          const isForPrograms = FOR_PROGRAMS.test(operation.path);
          const isJson = headers.get('content-type') === 'application/json';
          expect([operation.path, status < 500, isForPrograms || !isJson]).toEqual([
            operation.path,
            true,
            true,
          ]);
        }),
        {
          numRuns: runsOf(operation),
          interruptAfterTimeLimit: 60_000,
          examples: [[soundRequest(operation)]],
        },
      );
    const names = ENDPOINTS.map(({ method, path }) => `${method} ${path}`);
    expect(names.filter((name) => !town.world.reached.has(name))).toEqual([]);
  }, 180_000);
});
