import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { tokensOf } from '@spec-kitty/core/session/token-answer';
import type { BundledEntry } from '@spec-kitty/testkit/bundle-entry';
import { OAuthServer } from '@spec-kitty/testkit/oauth/oauth-server';
import { bundleSessionWorker, SessionWorld } from '@spec-kitty/testkit/oauth/session-world';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A short share of `npm run soak:auth`, which sets these. */
const PROCESSES = Number(process.env['SPEC_KITTY_SOAK_PROCESSES'] ?? 8);
const SECONDS = Number(process.env['SPEC_KITTY_SOAK_SECONDS'] ?? 6);
const LIFETIME_S = Number(process.env['SPEC_KITTY_SOAK_LIFETIME_S'] ?? 1);
const EVIDENCE = process.env['SPEC_KITTY_SOAK_EVIDENCE'];

/** Outcomes with which a command goes on. */
const GOOD = new Set([
  'fresh',
  'refreshed',
  'adopted_newer',
  'lock_timeout_adopted',
  'stale_rejection_preserved',
  'kept_valid',
  'read ok',
]);

let program: BundledEntry;
let world: SessionWorld;
let other: OAuthServer;

beforeAll(async () => {
  program = await bundleSessionWorker();
  world = await SessionWorld.open(program);
  other = new OAuthServer();
  await other.listen();
});
afterAll(async () => {
  await other.close();
  await world.dispose();
  program.dispose();
});

/** Logs in at both servers, for the same user. */
async function logIn(): Promise<void> {
  const session = await world.login();
  const tokens = tokensOf(other.grant(), Date.now());
  if (!tokens) throw new Error('The server gave no tokens');
  world.keeper({ issuer: other.origin }).store.login({ ...session, issuer: other.origin, tokens });
}

/** What was run, and on what: kept with the figures, which say little without it. */
function ranOn() {
  const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'packages') === '' ? '' : ', with uncommitted changes';
  return {
    commit: `${git('rev-parse', 'HEAD')}${changed}`,
    platform: `Node ${process.versions.node} on ${process.platform} ${process.arch}, ${cpus().length} CPUs`,
  };
}

function writeEvidence(folder: string, figures: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'soak-auth.json'), `${JSON.stringify(figures, null, 2)}\n`);
  const rows = Object.entries(figures).map(([name, value]) => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return `| ${name.replaceAll('_', ' ')} | ${shown} |`;
  });
  const text = [
    '# Soak of the session',
    '',
    'Written by `npm run soak:auth`; `soak-auth.json` has the same as data. Processes share two logins at two servers that',
    'rotate tokens and end a login whose spent token comes back. Tokens stand for ones of 60 seconds, shortened by the',
    'compression, and so does the time. `busy` counts commands that waited for the lock in vain, to be run again; `logouts`',
    'counts every other one that ended without a usable session.',
    '',
    '| | |',
    '| --- | ---: |',
    ...rows,
    '',
  ];
  writeFileSync(path.join(folder, 'soak-auth.md'), text.join('\n'));
}

test(
  'L-31: processes that work for a while with tokens that expire again and again refresh once for each, and nobody is logged out',
  { timeout: (SECONDS + 600) * 1000 },
  async () => {
    for (const { options } of [world.server, other])
      Object.assign(options, { accessLifetimeS: LIFETIME_S, graceMs: -1 });
    await logIn();
    const processes = await world.start(PROCESSES);
    const started = performance.now();
    const answers = await Promise.all(
      processes.map((one, at) =>
        one.ask({
          do: 'soak',
          issuers: [world.issuer, other.origin],
          forMs: SECONDS * 1000,
          lifetimeMs: LIFETIME_S * 1000,
          seed: `soak ${at}`,
        }),
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    const outcomes: Record<string, number> = {};
    let commands = 0;
    for (const one of answers) {
      if (one === 'killed') throw new Error('A process ended');
      commands += Number(one.token);
      for (const [name, count] of Object.entries(JSON.parse(one.outcome) as Record<string, number>))
        outcomes[name] = (outcomes[name] ?? 0) + count;
    }
    const servers = await Promise.all(
      [world.server, other].map(async (server) => {
        const sent = server.calls('/oauth/token').map(({ form }) => form['refresh_token'] ?? '');
        return { refreshes: sent.length, sent, thefts: await server.thefts() };
      }),
    );
    const [here, there] = servers.map(({ sent }) => new Set(sent));
    const figures = {
      processes: PROCESSES,
      seconds: Math.round(seconds),
      access_lifetime_s: LIFETIME_S,
      compression: 60 / LIFETIME_S,
      commands,
      expiries_at_most: servers.length * Math.ceil(seconds / (LIFETIME_S * 0.9) + 1),
      refreshes: servers.reduce((sum, { refreshes }) => sum + refreshes, 0),
      refresh_tokens_sent_twice: servers.reduce((sum, { sent }) => sum + sent.length - new Set(sent).size, 0),
      tokens_sent_to_another_issuer: [...(here ?? [])].filter((token) => there?.has(token)).length,
      busy: outcomes['busy'] ?? 0,
      logouts: Object.entries(outcomes)
        .filter(([name]) => !GOOD.has(name) && name !== 'busy')
        .reduce((sum, [, n]) => sum + n, 0),
      reuse_detected: servers.reduce((sum, { thefts }) => sum + thefts, 0),
      outcomes,
    };
    console.log(JSON.stringify(figures));
    if (EVIDENCE) writeEvidence(EVIDENCE, { ...ranOn(), ...figures });
    expect(figures).toMatchObject({
      refresh_tokens_sent_twice: 0,
      tokens_sent_to_another_issuer: 0,
      logouts: 0,
      reuse_detected: 0,
    });
    expect(figures.refreshes).toBeLessThanOrEqual(figures.expiries_at_most);
    expect(figures.refreshes).toBeGreaterThan(seconds / LIFETIME_S / 2);
    expect(figures.commands).toBeGreaterThan(PROCESSES);
  },
);
