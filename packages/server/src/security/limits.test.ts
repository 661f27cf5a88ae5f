import { PASSWORD, type Person, type TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import type { Page, TestBrowser } from '@spec-kitty/testkit/teamspace/test-browser';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { makeLink } from '../accounts/one-time-link.ts';
import { onEmbedded } from '../testing/on-both.ts';

const KNOWN = '__Host-teamspace-known';

function attempt(browser: TestBrowser, { email }: Person, password: string): Promise<Page> {
  return browser.submit('/sign-in', '/sign-in', { email, password });
}

async function statuses(times: number, ask: (index: number) => Promise<Page>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < times; index += 1) all.push((await ask(index)).status);
  return all;
}

/** As if so much time had gone by. */
async function pass({ teamspace }: TeamspaceWorld, seconds: number): Promise<void> {
  await sql`update allowances set updated_at = updated_at - make_interval(secs => ${seconds})`.execute(
    teamspace.database.system,
  );
}

/** As if so many tries had been made. */
async function spent({ teamspace }: TeamspaceWorld, bucket: string, times: number): Promise<void> {
  await sql`insert into allowances (bucket, spent) values (${bucket}, ${times})
    on conflict (bucket) do update set spent = excluded.spent, updated_at = now()`.execute(
    teamspace.database.system,
  );
}

/** As if many had tried passwords of an account, each from somewhere else. */
function attack(world: TeamspaceWorld, { email }: Person): Promise<void> {
  return spent(world, `sign-in-account:${email}`, 50);
}

onEmbedded((open) => {
  test('after five wrong passwords nobody gets in for a while, with the right one neither; elsewhere they still do', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const browser = world.browser('198.51.100.7');
    expect(await statuses(5, () => attempt(browser, ada, 'wrong'))).toEqual([401, 401, 401, 401, 401]);
    const locked = await attempt(browser, ada, PASSWORD);
    expect([locked.status, locked.text]).toEqual([429, expect.stringContaining('Try again in 3 minutes.')]);
    expect(await world.signIn(ada, '203.0.113.9')).toBeDefined();
  });

  test('whoever waits as long as they are told gets in, however often they asked meanwhile, and not before', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const browser = world.browser('198.51.100.7');
    await statuses(5, () => attempt(browser, ada, 'wrong'));
    expect(await statuses(4, () => attempt(browser, ada, PASSWORD))).toEqual([429, 429, 429, 429]);
    const wait = Number((await attempt(browser, ada, PASSWORD)).headers.get('retry-after'));
    expect(wait).toBeGreaterThan(170);
    await pass(world, wait - 5);
    expect((await attempt(browser, ada, PASSWORD)).headers.get('retry-after')).toMatch(/^[1-5]$/);
    await pass(world, 5);
    expect((await attempt(browser, ada, PASSWORD)).status).toBe(303);
  });

  test('a clock that is set back takes nobody’s allowance, and makes nobody wait for longer than they are told', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const browser = world.browser();
    await statuses(4, () => attempt(browser, ada, 'wrong'));
    await pass(world, -86_400);
    expect((await attempt(browser, ada, 'wrong')).status).toBe(401);
    await pass(world, -86_400);
    const wait = Number((await attempt(browser, ada, PASSWORD)).headers.get('retry-after'));
    expect(wait).toBeLessThanOrEqual(180);
    await pass(world, wait);
    expect((await attempt(browser, ada, PASSWORD)).status).toBe(303);
  });

  test('one client locks nobody else out of an account, however often it tries', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const eve = world.browser('198.51.100.7');
    await statuses(70, () => attempt(eve, ada, 'wrong'));
    expect(await world.signIn(ada, '203.0.113.9')).toBeDefined();
  });

  test('nor does it for other accounts at its own address', async () => {
    const world = await open();
    const [ada, bob] = [await world.person('Ada'), await world.person('Bob')];
    const eve = world.browser('198.51.100.7');
    await statuses(70, () => attempt(eve, ada, 'wrong'));
    expect(await world.signIn(bob, '198.51.100.7')).toBeDefined();
  });

  test('whoever signs in rightly wears the allowance of an address down for nobody', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    await spent(world, 'sign-in-address:192.0.2.1', 29);
    expect(await statuses(3, () => attempt(world.browser(), ada, PASSWORD))).toEqual([303, 303, 303]);
  });

  test('passwords that are tried from everywhere stop strange browsers, and no browser that was signed in with before', async () => {
    const world = await open();
    const [ada, eve] = [await world.person('Ada'), await world.person('Eve')];
    const known = await world.signIn(ada);
    await known.submit('/account', '/sign-out', {});
    await attack(world, ada);
    const strange = await attempt(world.browser('203.0.113.9'), ada, PASSWORD);
    // When others leave a try over nobody can say.
    expect([strange.status, strange.headers.get('retry-after')]).toEqual([429, null]);
    expect(strange.text).toContain('a browser that you have signed in with before');
    expect((await attempt(known, ada, PASSWORD)).status).toBe(303);
    const other = await world.signIn(eve);
    await other.submit('/account', '/sign-out', {});
    expect((await attempt(other, ada, PASSWORD)).status).toBe(429);
    const forged = world.browser('203.0.113.9');
    forged.cookies.set(KNOWN, `${'A'.repeat(22)}.${'A'.repeat(43)}`);
    expect((await attempt(forged, ada, PASSWORD)).status).toBe(429);
    await pass(world, 61);
    expect((await attempt(world.browser('203.0.113.9'), ada, PASSWORD)).status).toBe(303);
  });

  test('a known browser has five tries of its own, which nobody else spends', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const known = await world.signIn(ada);
    await known.submit('/account', '/sign-out', {});
    await statuses(5, () => attempt(world.browser(), ada, 'wrong'));
    expect((await attempt(world.browser(), ada, PASSWORD)).status).toBe(429);
    expect(await statuses(6, () => attempt(known, ada, 'wrong'))).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await world.signIn(ada, '203.0.113.9')).toBeDefined();
  });

  test('a new password makes all browsers strange but the one that it was chosen in', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const old = await world.signIn(ada);
    const link = await world.teamspace.database.whole((rows) =>
      makeLink(rows, world.teamspace, 'new_password', ada.id),
    );
    const path = new URL(link).pathname;
    const fresh = world.browser('203.0.113.9');
    await fresh.submit(path, path, { password: 'staple battery horse' });
    await attack(world, ada);
    expect((await attempt(old, ada, 'staple battery horse')).status).toBe(429);
    expect((await attempt(fresh, ada, 'staple battery horse')).status).toBe(303);
    await fresh.submit('/account', '/account/password', {
      current: 'staple battery horse',
      password: PASSWORD,
    });
    await fresh.submit('/account', '/sign-out', {});
    expect((await attempt(fresh, ada, PASSWORD)).status).toBe(303);
  });

  test('whoever has a whole network of IPv6 has the tries of one', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    expect(
      await statuses(6, (index) => attempt(world.browser(`2001:db8:0:1::${index + 1}`), ada, 'wrong')),
    ).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await world.signIn(ada, '2001:db8:0:2::1')).toBeDefined();
  });

  test('whoever changes their password with a wrong one is told how long to wait', async () => {
    const world = await open();
    const browser = await world.signIn(await world.person('Ada'));
    const change = (current: string) =>
      browser.submit('/account', '/account/password', { current, password: 'staple battery horse' });
    expect(await statuses(5, () => change('wrong'))).toEqual([400, 400, 400, 400, 400]);
    const locked = await change(PASSWORD);
    expect([locked.status, locked.text]).toEqual([429, expect.stringContaining('Try again in 3 minutes.')]);
    await pass(world, Number(locked.headers.get('retry-after')));
    expect((await change(PASSWORD)).status).toBe(200);
  });

  test('whoever guesses the code of a device is stopped, and right ones in between gain no guess', async () => {
    const world = await open();
    const browser = await world.signIn(await world.person('Eve'));
    const wrong = () => browser.open('/device?code=BBBBBBBB');
    const right = async () => {
      const { body } = await world.post('/oauth/device', { client_id: 'cli_native' });
      return browser.open(`/device?code=${body.user_code}`);
    };
    expect(await statuses(9, wrong)).toEqual(Array.from({ length: 9 }, () => 404));
    expect((await right()).status).toBe(200);
    expect(await statuses(3, wrong)).toEqual([404, 429, 429]);
    const locked = await right();
    expect([locked.status, locked.text]).toEqual([429, expect.stringContaining('Try again in 1 minute.')]);
    await pass(world, Number(locked.headers.get('retry-after')));
    expect((await right()).status).toBe(200);
  });

  test('devices that begin too often are told how long to wait, and that is so', async () => {
    const world = await open();
    const begin = () => world.post('/oauth/device', { client_id: 'cli_native' });
    for (let count = 0; count < 30; count += 1) expect((await begin()).status).toBe(200);
    expect((await begin()).status).toBe(429);
    const { status, body } = await begin();
    expect(status).toBe(429);
    await pass(world, Number(body['retry_after']));
    expect((await begin()).status).toBe(200);
  });

  test('a link that is right works, however many wrong ones were opened at the same address', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const link = await world.teamspace.database.whole((rows) =>
      makeLink(rows, world.teamspace, 'new_password', ada.id),
    );
    const browser = world.browser();
    for (const kind of ['set-up', 'new-password', 'invitations'])
      expect(await statuses(15, () => browser.open(`/${kind}/${'x'.repeat(43)}`))).not.toContain(429);
    expect((await browser.open(new URL(link).pathname)).status).toBe(200);
  });
});
