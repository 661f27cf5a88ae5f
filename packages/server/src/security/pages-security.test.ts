import { PASSWORD } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { nextPath } from '../pages/next-path.ts';
import { onBoth, onEmbedded } from '../testing/on-both.ts';

test.each([
  ['/oauth/authorize?client_id=x&state=y', true],
  ['/device?code=BBBB', true],
  ['/teams/red', true],
  ['https://evil.example', false],
  ['//evil.example', false],
  ['/\\evil.example', false],
  ['/teams/\\..\\evil', false],
  ['/teamsevil', false],
  ['/sign-out', false],
  ['/teams\r\nset-cookie: x=y', false],
  ['/teams/日本', false],
  ['/teams/a b', false],
  ['/oauth/authorize?state={"a":1}|`^<>', true],
  ["/teams/a-._~!$&'()*+,;=:@%20/?x=/[]#y", true],
  ['javascript:alert(1)', false],
  [undefined, false],
])('after signing in a browser goes on to %j: %s', (path, isTaken) => {
  expect(nextPath(path)).toBe(isTaken ? path : '/account');
});

onEmbedded((open) => {
  test('a browser gets a new secret when it signs in, and what it had before is worth nothing', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const browser = world.browser();
    browser.cookies.set('__Host-teamspace-session', 'A'.repeat(43));
    await browser.submit('/sign-in', '/sign-in', { email: ada.email, password: PASSWORD });
    const secret = browser.cookies.get('__Host-teamspace-session');
    expect(secret).not.toBe('A'.repeat(43));
    const other = world.browser();
    other.cookies.set('__Host-teamspace-session', 'A'.repeat(43));
    expect((await other.get('/account')).location).toMatch(/^\/sign-in/);
    const [row] = await world.teamspace.database.system.selectFrom('browser_sessions').selectAll().execute();
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  test('cookies are for this origin, encrypted, and out of reach of scripts', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const browser = world.browser();
    const page = await browser.open('/sign-in');
    const response = await world.send('/sign-in', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
      },
      body: new URLSearchParams({
        ...page.fields('/sign-in'),
        email: ada.email,
        password: PASSWORD,
      }).toString(),
    });
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-teamspace-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/,
    );
  });

  test('nobody can put the pages into a frame, or have them load or run anything', async () => {
    const world = await open();
    for (const path of ['/sign-in', '/account', '/nothing', '/api/v1/me', '/assets/teamspace.css']) {
      const { headers } = await world.send(path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('script-src');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('what somebody calls themselves is text, in pages, logs and headers', async () => {
    const world = await open();
    const name = '<script>alert(1)</script>"\'&\r\nset-cookie: x=y';
    const eve = await world.person('Eve');
    await sql`update accounts set name = ${name}`.execute(world.teamspace.database.system);
    const browser = await world.signIn(eve);
    const page = await browser.open('/account');
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;');
    expect((await browser.open('/teams')).text).not.toContain('<script>');
  });

  test('another name of the server is not answered, so that no link of ours leads elsewhere', async () => {
    const world = await open();
    for (const host of ['evil.example', 'teamspace.test.evil.example', 'teamspace.test:1', ''])
      expect((await world.send('/sign-in', { headers: { host } })).status).toBe(421);
    expect((await world.send('/health/', { headers: { host: '10.0.0.1' } })).status).toBe(200);
  });

  test('a page is led on to by addresses that a header takes, and by no others', async () => {
    const world = await open();
    const browser = await world.signIn(await world.person('Ada'));
    const next = encodeURIComponent('/teams/日本');
    expect(await browser.get(`/sign-in?next=${next}`)).toMatchObject({ status: 303, location: '/account' });
  });

  test('fields beside those of a form change nothing', async () => {
    const world = await open();
    const browser = await world.signIn(await world.person('Ada'));
    await browser.submit('/teams', '/teams', {
      name: 'Red',
      is_private: 'true',
      is_operator: 'true',
      id: '00000000-0000-4000-8000-000000000000',
      owner_account_id: '00000000-0000-4000-8000-000000000000',
    });
    const rows = await world.teamspace.database.system
      .selectFrom('teams')
      .selectAll()
      .orderBy('created_at')
      .execute();
    expect(rows.at(-1)).toMatchObject({ name: 'Red', is_private: false, owner_account_id: null });
    const accounts = await world.teamspace.database.system
      .selectFrom('accounts')
      .select('is_operator')
      .execute();
    expect(accounts).toEqual([{ is_operator: false }]);
  });

  test('a sign-in takes as long, and says as much, whether there is such an account or not', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const answers = [];
    for (const email of [ada.email, 'nobody@example.org']) {
      const browser = world.browser();
      const cpu = process.cpuUsage();
      const page = await browser.submit('/sign-in', '/sign-in', { email, password: 'wrong password' });
      const { user } = process.cpuUsage(cpu);
      answers.push({ status: page.status, cpu: user, text: page.text.replaceAll(/value="[^"]*"/g, '') });
    }
    expect(answers[0]?.text).toBe(answers[1]?.text);
    expect(answers[0]?.status).toBe(answers[1]?.status);
    // Work, not time: the one without an account derives a key, too.
    expect(answers[1]?.cpu).toBeGreaterThan((answers[0]?.cpu ?? 0) / 3);
  });
});

onBoth('the barrier between teams', (open) => {
  test('a query that forgets to ask for the team sees the rows of the own teams alone', async () => {
    const world = await open();
    const [ada, eve] = [await world.person('Ada'), await world.person('Eve')];
    await world.team('Red', ada);
    await world.team('Blue', eve);
    await world.logIn(eve);
    const { database } = world.teamspace;
    const seen = await database.within({ account: ada.id }, async (rows) => ({
      teams: (await rows.selectFrom('teams').select('slug').orderBy('slug').execute()).map(
        ({ slug }) => slug,
      ),
      accounts: (await rows.selectFrom('accounts').select('name').execute()).map(({ name }) => name),
      sessions: await rows.selectFrom('sessions').select('id').execute(),
      keys: await rows.selectFrom('token_keys').select('id').execute(),
      audit: (await rows.selectFrom('audit_log').select('target').execute()).map(({ target }) => target),
    }));
    expect(seen).toEqual({
      teams: ['ada', 'red'],
      accounts: ['Ada'],
      sessions: [],
      keys: [],
      audit: ['ada@example.org', 'red'],
    });
  });

  test('nor can it change what is another team’s, or put rows there', async () => {
    const world = await open();
    const [ada, eve] = [await world.person('Ada'), await world.person('Eve')];
    const blue = await world.team('Blue', eve);
    const { database } = world.teamspace;
    const change = await database.within({ account: ada.id }, (rows) =>
      rows.updateTable('teams').set({ name: 'Mine' }).where('id', '=', blue.id).executeTakeFirst(),
    );
    expect(change.numUpdatedRows).toBe(0n);
    await expect(
      database.within({ account: ada.id }, (rows) =>
        rows
          .insertInto('memberships')
          .values({ team_id: blue.id, account_id: ada.id, role: 'owner' })
          .execute(),
      ),
    ).rejects.toThrow(/row-level security/);
  });

  test('what one request may see is gone with its transaction, on the same connection, too', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const { database } = world.teamspace;
    await database.within({ account: ada.id }, (rows) => rows.selectFrom('teams').select('id').execute());
    const nobody = '00000000-0000-4000-8000-000000000000';
    const seen = await database.within({ account: nobody }, (rows) =>
      rows.selectFrom('teams').select('id').execute(),
    );
    expect(seen).toEqual([]);
  });

  test('a Private Teamspace has one member, whoever tries', async () => {
    const world = await open();
    const [ada, eve] = [await world.person('Ada'), await world.person('Eve')];
    const { database } = world.teamspace;
    const team = await database.system
      .selectFrom('teams')
      .select('id')
      .where('owner_account_id', '=', ada.id)
      .executeTakeFirstOrThrow();
    await expect(
      database.system
        .insertInto('memberships')
        .values({ team_id: team.id, account_id: eve.id, role: 'viewer' })
        .execute(),
    ).rejects.toThrow(/one member/);
  });
});
