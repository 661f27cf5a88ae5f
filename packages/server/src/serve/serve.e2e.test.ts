import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ServerProcess, startServer } from '@spec-kitty/testkit/teamspace/server-process';
import { makeDataFolder } from '@spec-kitty/testkit/teamspace/test-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { embeddedConfig } from '../database/embedded/embedded-postgres.ts';
import { runCommand } from '../testing/run-command.ts';
import { databasePassword, openDataFolder } from './data-folder.ts';
import { type Ready, serve, type ServeOptions } from './serve.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'teamspace-'));
  chmodSync(folder, 0o711);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function preparedFolder(): Promise<string> {
  const folder = await makeDataFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Served {
  readonly ready: Ready;
  readonly stop: () => Promise<void>;
}

/** Serves in this process. */
async function start(data: string, options: Partial<ServeOptions> = {}): Promise<Served> {
  let end = (): void => undefined;
  const until = new Promise<void>((resolve) => (end = resolve));
  return new Promise((resolve, reject) => {
    const running = serve(
      {
        data,
        listen: { host: '127.0.0.1', port: 0 },
        databaseUrl: undefined,
        publicUrl: undefined,
        proxies: 0,
        version: '0',
        log: () => undefined,
        nowIso: () => new Date().toISOString(),
        ...options,
      },
      (ready) => {
        const stop = async () => {
          end();
          await running;
        };
        onTestFinished(stop);
        resolve({ ready, stop });
      },
      until,
    );
    running.catch(reject);
  });
}

/** Serves in a process of its own, by the built program. */
async function launch(data: string): Promise<ServerProcess> {
  const server = await startServer(['--data', data]);
  onTestFinished(() => void server.child.kill('SIGKILL'));
  return server;
}

function form(url: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
}

function postgresOf(data: string): number {
  return Number(readFileSync(path.join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

test('serves from an empty folder, and again from what it left', async () => {
  const data = emptyFolder();
  const first = await start(data);
  const { url, listen, database, set_up_url: link } = first.ready;
  expect({ url, database }).toEqual({ url: `http://${listen}`, database: 'embedded' });
  const metadata = await fetch(`${url}/.well-known/oauth-authorization-server`);
  expect(await metadata.json()).toMatchObject({ issuer: url, token_endpoint: `${url}/oauth/token` });
  expect(link).toMatch(new RegExp(`^${url}/set-up/[\\w-]{43}$`));
  expect(await (await fetch(link ?? '')).text()).toContain('first account of this server');
  await first.stop();
  await expect(fetch(url)).rejects.toThrow('fetch failed');

  const second = await start(data);
  expect((await fetch(`${second.ready.url}/health/ready`)).status).toBe(200);
  // Nobody has used the first one, which may be out of sight.
  expect(second.ready.set_up_url).not.toBeNull();
});

test('a server that is killed leaves no database behind, and the next one has all that was answered', async () => {
  const data = await preparedFolder();
  const killed = await launch(data);
  const postgres = postgresOf(data);
  const begun = await form(`${killed.ready.url}/oauth/device`, { client_id: 'cli_native' });
  const { device_code: device } = (await begun.json()) as { device_code: string };
  const add = ['user', 'add', 'ada@example.org', '--name', 'Ada', '--public-url', killed.ready.url];
  expect(await runCommand([...add, '--data', data])).toMatchObject({ code: 0, err: '' });
  killed.child.kill('SIGKILL');
  expect(await killed.ended).toBe('SIGKILL');

  // At once: it waits for what the other one has left.
  const next = await launch(data);
  expect(isAlive(postgres)).toBe(false);
  expect(next.ready.set_up_url).toBeNull();
  const grant = 'urn:ietf:params:oauth:grant-type:device_code';
  const asked = { grant_type: grant, client_id: 'cli_native', device_code: device };
  const answer = await form(`${next.ready.url}/oauth/token`, asked);
  expect(await answer.json()).toMatchObject({ error: 'authorization_pending' });

  const last = postgresOf(data);
  next.child.kill('SIGKILL');
  for (let tries = 0; isAlive(last) && tries < 200; tries += 1) await pause(50);
  expect(isAlive(last)).toBe(false);
});

test('a server that is told to end answers what is under way, and does not wait for those who stay connected', async () => {
  const data = await preparedFolder();
  const { ready, child, ended } = await launch(data);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const body = 'client_id=cli_native';
  const asked = request(`${ready.url}/oauth/device`, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length },
  });
  const status = new Promise<number | undefined>((resolve, reject) => {
    asked.once('error', reject).once('response', (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
  });
  asked.write(body.slice(0, 5));
  await pause(100);
  const at = performance.now();
  child.kill('SIGTERM');
  await pause(200);
  await expect(fetch(`${ready.url}/health`)).rejects.toThrow('fetch failed');
  asked.end(body.slice(5));
  expect(await status).toBe(200);
  expect(await ended).toBe(0);
  expect(performance.now() - at).toBeLessThan(4000);
});

test('another server of the same data is refused, and one of the same database needs the same keys', async () => {
  const data = await preparedFolder();
  const { ready } = await start(data);
  await expect(start(data, { waitMs: 0 })).rejects.toMatchObject({ kind: 'busy', code: 'TEAMSPACE_RUNNING' });

  const folder = openDataFolder(data);
  const { host, port, user, password, database } = embeddedConfig(folder.postgres, databasePassword(folder));
  const place = new URLSearchParams({ host: host ?? '', ...(port !== undefined && { port: String(port) }) });
  const databaseUrl = `postgres://${user}:${String(password)}@/${database}?${place.toString()}`;
  const other = emptyFolder();
  await expect(start(other, { databaseUrl })).rejects.toMatchObject({ kind: 'refused', code: 'KEYS_DIFFER' });
  copyFileSync(folder.keys, openDataFolder(other).keys);
  const replica = await start(other, { databaseUrl });
  expect(replica.ready.database).toBe('external');
  for (const { url } of [ready, replica.ready]) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
});
