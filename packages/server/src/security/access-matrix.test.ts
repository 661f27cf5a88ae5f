import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { expect, test } from 'vitest';
import { ROLES, type Role } from '../database/schema.ts';
import { ENDPOINTS } from '../endpoints.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { isAtLeast, SCOPES } from '../teams/roles.ts';
import { createServiceToken } from '../teams/service-token.ts';
import { onEmbedded } from '../testing/on-both.ts';

/** Statuses that say that nobody was let in. */
const CLOSED = new Set([401, 403, 404]);

/** Who asks, and how. */
interface Asker {
  readonly called: string;
  readonly role: Role | 'outsider' | 'nobody';
  ask(
    endpoint: Endpoint,
    team: string,
  ): Promise<{ readonly status: number; readonly location: string | null }>;
}

function pathOf(endpoint: Endpoint, team: string): string {
  return endpoint.path.replace(':team', team).replace(':token', 'x'.repeat(43));
}

/** Fields that are sound as far as the form goes, so that what stops a request is not the form. */
const FIELDS = {
  email: 'new@example.org',
  role: 'viewer',
  account: '00000000-0000-4000-8000-000000000000',
  invitation: '00000000-0000-4000-8000-000000000000',
  token: '00000000-0000-4000-8000-000000000000',
  do: 'change',
  name: 'x',
  scope: 'team.read',
  days: '1',
  session: '00000000-0000-4000-8000-000000000000',
  code: 'BBBBBBBB',
  decision: 'deny',
  current: 'x',
  password: 'x',
  team_id: 'x',
};

async function browserAsker(world: TeamspaceWorld, called: string, role: Asker['role']): Promise<Asker> {
  const browser = role === 'nobody' ? world.browser() : await world.signIn(await personOf(world, called));
  const csrf = (await browser.open(role === 'nobody' ? '/sign-in' : '/account')).fields(
    role === 'nobody' ? '/sign-in' : '/sign-out',
  )['csrf'];
  return {
    called,
    role,
    ask: (endpoint, team) =>
      endpoint.method === 'GET'
        ? browser.get(pathOf(endpoint, team))
        : browser.post(pathOf(endpoint, team), { ...FIELDS, csrf: csrf ?? '' }),
  };
}

const people = new Map<string, Awaited<ReturnType<TeamspaceWorld['person']>>>();

async function personOf(world: TeamspaceWorld, name: string) {
  const known = people.get(name) ?? (await world.person(name));
  people.set(name, known);
  return known;
}

async function programAsker(world: TeamspaceWorld, called: string, role: Asker['role']): Promise<Asker> {
  const token =
    role === 'nobody' ? undefined : (await world.logIn(await personOf(world, called))).access_token;
  return { called, role, ask: (endpoint, team) => askWith(world, token, endpoint, team) };
}

async function askWith(world: TeamspaceWorld, token: string | undefined, endpoint: Endpoint, team: string) {
  const isJson = endpoint.takes === 'json';
  const response = await world.send(pathOf(endpoint, team), {
    method: endpoint.method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(endpoint.method === 'POST' && {
        'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
      }),
    },
    ...(endpoint.method === 'POST' && {
      body: isJson ? JSON.stringify({ ...FIELDS, team_id: team }) : new URLSearchParams(FIELDS).toString(),
    }),
  });
  return { status: response.status, location: response.headers.get('location') };
}

/** Two teams with somebody of each role in each, and somebody of neither. */
async function twoTeams(world: TeamspaceWorld) {
  people.clear();
  const teams = await Promise.all(
    ['Red', 'Blue'].map(async (name) => {
      const owner = await personOf(world, `${name}-owner`);
      const team = await world.team(name, owner);
      for (const role of ROLES.slice(1)) {
        const { id } = await personOf(world, `${name}-${role}`);
        await world.teamspace.database.system
          .insertInto('memberships')
          .values({ team_id: team.id, account_id: id, role })
          .execute();
      }
      return { ...team, name };
    }),
  );
  await personOf(world, 'Outsider');
  return teams;
}

onEmbedded((open) => {
  test('of a team lets in who has the role, and nobody of another team', async () => {
    const world = await open();
    const teams = await twoTeams(world);
    const wrong: string[] = [];
    let asked = 0;
    for (const endpoint of ENDPOINTS) {
      const { access } = endpoint;
      if (access.by !== 'team' && access.by !== 'team browser') continue;
      const asker = access.by === 'team' ? programAsker : browserAsker;
      const askers = [
        ...(await Promise.all(ROLES.map((role) => asker(world, `Red-${role}`, role)))),
        await asker(world, 'Outsider', 'outsider'),
        await asker(world, 'Nobody', 'nobody'),
      ];
      for (const one of askers)
        for (const team of teams) {
          const isMember = team.name === 'Red' && ROLES.some((role) => role === one.role);
          const expected = isMember && isAtLeast(one.role as Role, access.role);
          const { status, location } = await one.ask(endpoint, team.slug);
          const isIn = !CLOSED.has(status) && location?.startsWith('/sign-in') !== true;
          asked += 1;
          if (isIn !== expected)
            wrong.push(`${endpoint.method} ${endpoint.path} of ${team.name} by ${one.called}: ${status}`);
        }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(100);
  });

  test('a service token opens its team, by its scopes, and nothing else', async () => {
    const world = await open();
    const [red, blue] = await twoTeams(world);
    const wrong: string[] = [];
    for (const scope of SCOPES) {
      const token = await world.teamspace.database.whole((rows) =>
        createServiceToken(rows, world.teamspace.keyring, {
          teamId: red?.id ?? '',
          name: scope,
          scopes: [scope],
          days: 1,
          by: null,
        }),
      );
      for (const endpoint of ENDPOINTS.filter(
        ({ access }) => access.by === 'team' || access.by === 'session',
      ))
        for (const team of [red, blue]) {
          const { access } = endpoint;
          const expected = access.by === 'team' && access.scope === scope && team === red;
          const { status } = await askWith(world, token, endpoint, team?.slug ?? '');
          if (!CLOSED.has(status) !== expected)
            wrong.push(`${endpoint.path} ${scope} ${team?.name}: ${status}`);
        }
    }
    expect(wrong).toEqual([]);
  });

  test('of somebody lets nobody in who is not signed in', async () => {
    const world = await open();
    const wrong: string[] = [];
    for (const endpoint of ENDPOINTS) {
      const isBrowser = endpoint.access.by === 'browser';
      if (!isBrowser && endpoint.access.by !== 'session') continue;
      const nobody = await (isBrowser ? browserAsker : programAsker)(world, 'Nobody', 'nobody');
      const { status, location } = await nobody.ask(endpoint, 'x');
      const isOut = isBrowser ? location?.startsWith('/sign-in') === true : status === 401;
      if (!isOut) wrong.push(`${endpoint.method} ${endpoint.path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  test('no form is taken from another page, and every form of a browser asks for its token', async () => {
    const world = await open();
    const browser = await world.signIn(await world.person('Ada'));
    const csrf = (await browser.open('/account')).fields('/sign-out')['csrf'] ?? '';
    const attempts: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
      ['no token', {}, {}],
      ['a made-up token', { csrf: 'A'.repeat(43) }, {}],
      ['another origin', { csrf }, { origin: 'https://evil.example' }],
      ['an origin that was hidden', { csrf }, { origin: 'null' }],
      ['another site', { csrf }, { 'sec-fetch-site': 'cross-site' }],
      ['a neighbour', { csrf }, { 'sec-fetch-site': 'same-site' }],
    ];
    const wrong: string[] = [];
    for (const endpoint of ENDPOINTS) {
      if (endpoint.method !== 'POST' || !/visitor|browser/.test(endpoint.access.by)) continue;
      for (const [how, fields, headers] of attempts) {
        const { csrf: _, ...rest } = { ...FIELDS, csrf: '' };
        const { status } = await browser.post(pathOf(endpoint, 'x'), { ...rest, ...fields }, headers);
        if (status !== 403) wrong.push(`${endpoint.path} with ${how}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
    // It was not the browser that was out: with its own token it still does what it wants.
    expect((await browser.post('/sign-out', { csrf })).location).toBe('/sign-in');
  });
});
