import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '@spec-kitty/core/ports/clock';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { browserCommand } from '@spec-kitty/local/login/open-browser';
import { FileSessionStore } from '@spec-kitty/local/session/file-session-store';
import { userSessionRoot } from '@spec-kitty/local/session/open-session';
import { FaultProxy } from '@spec-kitty/testkit/oauth/fault-proxy';
import { openServer } from '@spec-kitty/testkit/oauth/open-server';
import { BROWSER_PASSWORD } from '@spec-kitty/testkit/teamspace/teamspace-under-test';
import type { ServerUnderTest } from '@spec-kitty/testkit/oauth/server-under-test';
import { onTestFinished } from 'vitest';
import { type CliRun, type CliWorld, cliWorld, runCli } from './run-cli.ts';

/** A person with a home and a browser, and a server behind a network that can go wrong. */
export interface AuthWorld extends CliWorld {
  readonly server: ServerUnderTest;
  readonly proxy: FaultProxy;
  /** Address of the server, as everybody knows it. */
  readonly issuer: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of this person's logins. */
  readonly root: string;
  readonly store: FileSessionStore;
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliRun>;
  /** Logs in by the browser. */
  logIn(): Promise<void>;
}

/** Whether a person’s browser can be stood in for: it is a script on PATH. */
export const HAS_BROWSER = process.platform !== 'win32';

/**
 * Follows whatever page it is given to its end, signs in and allows where a page asks for that, and writes down how it was
 * called.
 */
const BROWSE = `
import { appendFileSync } from 'node:fs';
const [, , seen, email, password, address, ...more] = process.argv;
appendFileSync(seen, JSON.stringify([address, ...more]) + '\\n');
const cookies = new Map();
async function ask(url, init = {}) {
  for (;;) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const set of answer.headers.getSetCookie()) cookies.set(...set.split(';')[0].split(/=(.*)/s, 2));
    const next = answer.headers.get('location');
    if (next === null) return { status: answer.status, text: await answer.text(), url };
    url = new URL(next, url).href;
    init = {};
  }
}
function send(page, fields) {
  const form = /<form[^>]*action="([^"]*)"[^>]*>([^]*?)<\\/form>/.exec(page.text.slice(page.text.indexOf('<main')));
  const decoded = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const hidden = [...form[2].matchAll(/<input[^>]*>/g)].map(([input]) =>
    ['name', 'value'].map((name) => decoded(new RegExp(name + '="([^"]*)"').exec(input)?.[1] ?? '')));
  return ask(new URL(form[1], page.url).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(page.url).origin },
    body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }).toString(),
  });
}
async function browse() {
  let page = await ask(address);
  if (page.text.includes('action="/sign-in"')) page = await send(page, { email, password });
  if (page.text.includes('value="allow"')) page = await send(page, { decision: 'allow' });
  return page;
}
const page = await browse().catch((error) => ({ status: 0, text: String(error) }));
appendFileSync(seen, JSON.stringify([page.status, page.text]) + '\\n');
`;

/** @param clock of the machine unless told: what a server says is as long as it says. */
export async function authWorld(clock: Clock = new SystemClock()): Promise<AuthWorld> {
  const world = cliWorld();
  const { base, env: own } = world.repository;
  const server = openServer();
  await server.listen();
  const proxy = new FaultProxy(() => server.origin);
  const issuer = await proxy.listen();
  server.options.issuer = issuer;
  onTestFinished(async () => {
    await proxy.close();
    await server.close();
  });
  const bin = path.join(base, 'browser');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'browse.mjs'), BROWSE);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${bin}/browse.mjs' '${bin}/seen' '${server.account.email}' '${BROWSER_PASSWORD}' "$@"\n`;
  writeFileSync(path.join(bin, browserCommand(process.platform)[0]), script, { mode: 0o755 });
  const env = { ...own, PATH: [bin, own['PATH']].join(path.delimiter), SPEC_KITTY_SAAS_URL: issuer };
  const root = userSessionRoot(env);
  const run = (argv: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runCli({ ...world, clock: { ...world.clock, nowMicros: () => clock.nowMicros() } }, argv, {
      env: { ...env, ...more },
    });
  return {
    ...world,
    server,
    proxy,
    issuer,
    env,
    root,
    store: new FileSessionStore(root, issuer, () => clock.nowMicros() / 1000),
    run,
    logIn: async () => {
      const { exitCode, stderr } = await run(['auth', 'login']);
      if (exitCode !== 0) throw new Error(stderr);
    },
  };
}
