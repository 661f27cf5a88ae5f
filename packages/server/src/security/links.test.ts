import { expect, test } from 'vitest';
import { makeLink } from '../accounts/one-time-link.ts';
import type { Teamspace } from '../teamspace.ts';
import { onEmbedded } from '../testing/on-both.ts';

/** The path of a new link to choose a password. */
function linkFor(teamspace: Teamspace, { id }: { readonly id: string }): Promise<string> {
  return pathOf(teamspace, 'new_password', id);
}

async function pathOf(
  teamspace: Teamspace,
  purpose: 'set_up' | 'new_password',
  id: string | null,
): Promise<string> {
  const link = await teamspace.database.whole((rows) => makeLink(rows, teamspace, purpose, id));
  return new URL(link).pathname;
}

onEmbedded((open) => {
  test('what follows in the address of a link is in no log, whatever comes of it', async () => {
    const log: string[] = [];
    const world = await open({ log: (...line) => void log.push(JSON.stringify(line)) });
    const { teamspace } = world;
    const ada = await world.person('Ada');
    const link = await linkFor(teamspace, ada);
    const secret = link.split('/')[2] ?? '';
    expect(secret).toHaveLength(43);
    expect((await world.send(link)).status).toBe(200);
    for (const start of ['set-up', 'invitations', 'new-password'])
      for (const end of ['', '/', '/more', '%00']) await world.send(`/${start}/${secret}${end}`);
    for (const start of ['/', '/teamspace', '/Invitations/..', '/sign-in%2f'])
      await world.send(`${start}/Invitations/${secret}`);
    for (const start of ['/invitations%2F', '/invitation/', '/', '/set-up=', '/invitations/%2f'])
      await world.send(`${start}${secret}.`);
    await teamspace.database.system.schema.alterTable('one_time_links').renameTo('gone').execute();
    expect((await world.send(link)).status).toBe(500);
    expect(log.join('\n')).toMatch(/"bug",\{"method":"GET","path":"\/new-password\/…"/);
    expect(log.join('\n')).not.toContain(secret);
  });

  test('of several links for a password the first that is used takes back the others', async () => {
    const world = await open();
    const { teamspace } = world;
    const ada = await world.person('Ada');
    const [one, other] = [await linkFor(teamspace, ada), await linkFor(teamspace, ada)];
    const browser = world.browser();
    await browser.submit(one, one, { password: 'a new one that is long' });
    expect((await browser.get(other)).status).toBe(404);
  });

  test('once somebody has an account, no link sets the server up', async () => {
    const world = await open();
    const [one, other] = [
      await pathOf(world.teamspace, 'set_up', null),
      await pathOf(world.teamspace, 'set_up', null),
    ];
    const browser = world.browser();
    expect((await browser.get(other)).status).toBe(200);
    await browser.submit(one, one, {
      name: 'Ada',
      email: 'ada@example.org',
      password: 'a long one for Ada',
      team: 'Red',
    });
    expect((await world.browser().get(other)).status).toBe(404);
  });

  test('a client that leaves in the middle of a form says nothing about the database', async () => {
    const log: string[] = [];
    const world = await open({ log: (level, event) => void log.push(`${level} ${event}`) });
    const gone = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    const body = new ReadableStream({ pull: (stream) => stream.error(gone) });
    await world.send('/oauth/token', { method: 'POST', body, duplex: 'half' });
    expect(log).toEqual(['info request']);
  });
});
