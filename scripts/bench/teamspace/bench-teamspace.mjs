import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { build } from '../../build.mjs';
import { databaseProcesses } from '../../databases/database-processes.mjs';
import { ROOT } from '../../repository-root.mjs';
import { withBlock } from '../performance-table.mjs';
import { loadTestkit } from './load-testkit.mjs';
import { useOf } from './process-use.mjs';

const HELP = `npm run bench:teamspace -- [--seconds 10] [--connections 16] [--dry]

Measures how often a second Teamspace refreshes a session and tells who is signed in: on its embedded database, on the
PostgreSQL of this machine where one answers, and there with three servers. Writes the table in docs/performance.md, unless it
is a dry run.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '16' },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const DOCUMENT = path.join(ROOT, 'docs', 'performance.md');
const PROGRAM = path.join(ROOT, 'packages/server/bin/spec-kitty-teamspace.cjs');
const PUBLIC = 'https://teamspace.example.org';
/** Many more than connections, so that no session is refreshed again before another one is. */
const LOGINS = 500;
const WARM_UP_S = 2;
const SAMPLE_MS = 500;

/** Each would be on a machine of its own. */
const serversUse = (pids) => useOf(pids, 'Rss');
/** Its processes share most of what they have. */
const databaseUse = (pids) => useOf(pids, 'Pss');

/** Starts a server whose log goes to a file, as it would to a journal. */
async function startServer(argv, log) {
  const opened = openSync(log, 'a');
  const own = ['serve', '--listen', '127.0.0.1:0', '--public-url', PUBLIC, '--json'];
  const child = spawn(process.execPath, [PROGRAM, ...own, ...argv], { stdio: ['ignore', 'pipe', opened] });
  closeSync(opened);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then(() => reject(new Error(readFileSync(log, 'utf8').slice(-2000))));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid, url: `http://${JSON.parse(line).listen}`, stop };
}

/** One request again and again. @returns what came of it, with what servers and database used. */
async function shoot({ urls, pids, database }, request, seconds) {
  const before = { servers: serversUse(pids), database: databaseUse(database()) };
  const peak = { servers: 0, database: 0 };
  const sampling = setInterval(() => {
    peak.servers = Math.max(peak.servers, serversUse(pids).mb);
    peak.database = Math.max(peak.database, databaseUse(database()).mb);
  }, SAMPLE_MS);
  const result = await autocannon({
    url: urls,
    connections: Number(values.connections),
    duration: seconds,
    requests: [request],
  });
  clearInterval(sampling);
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0) throw new Error(`${bad} of ${result.requests.total} requests went wrong`);
  const per = (name, after) => (after.cpuMs - before[name].cpuMs) / result.requests.total;
  return {
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    peak,
    serverMs: per('servers', serversUse(pids)),
    databaseMs: per('database', databaseUse(database())),
  };
}

/** Who is signed in, asked by one login after another. */
function meRequest(logins) {
  let turn = 0;
  return {
    method: 'GET',
    path: '/api/v1/me',
    setupRequest: (request) => ({
      ...request,
      headers: {
        host: new URL(PUBLIC).host,
        authorization: `Bearer ${logins[turn++ % logins.length].access_token}`,
      },
    }),
  };
}

/** A refresh of a session that nobody else refreshes meanwhile, with the token that its last one has given. */
function refreshRequest(logins) {
  const free = logins.map(({ refresh_token: token }) => ({ token }));
  return {
    method: 'POST',
    path: '/oauth/token',
    setupRequest: (request, context) => {
      const login = free.shift();
      context.login = login;
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'cli_native',
        refresh_token: login.token,
        refresh_attempt: randomBytes(16).toString('base64url'),
      }).toString();
      const headers = { host: new URL(PUBLIC).host, 'content-type': 'application/x-www-form-urlencoded' };
      return { ...request, headers, body };
    },
    onResponse: (status, body, { login }) => {
      if (status === 200) login.token = JSON.parse(body).refresh_token;
      free.push(login);
    },
  };
}

/** @param argv of each server. @param database ids of its processes, where they are this server's alone. */
async function measureOne(testkit, { name, argv, count, data, config, database }) {
  const log = path.join(data, 'requests.log');
  const servers = [await startServer(argv, log)];
  while (servers.length < count) servers.push(await startServer(argv, log));
  try {
    const world = { urls: servers.map(({ url }) => url), pids: servers.map(({ pid }) => pid), database };
    await pause(1000);
    const rest = { servers: serversUse(world.pids).mb, database: databaseUse(database()).mb };
    const logins = await testkit.logIn(config(), data, LOGINS);
    const seconds = Number(values.seconds);
    await shoot(world, meRequest(logins), WARM_UP_S);
    const me = await shoot(world, meRequest(logins), seconds);
    const refresh = await shoot(world, refreshRequest(logins), seconds);
    return { name, rest, me, refresh };
  } finally {
    for (const { stop } of servers) await stop();
  }
}

async function onEmbedded(testkit) {
  const data = await testkit.makeDataFolder();
  const folder = testkit.openDataFolder(data);
  try {
    return await measureOne(testkit, {
      name: 'embedded PostgreSQL, one server',
      argv: ['--data', data],
      count: 1,
      data,
      config: () => testkit.embeddedConfig(folder.postgres, testkit.databasePassword(folder)),
      database: () => databaseProcesses(folder.postgres),
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function onInstalled(testkit, count) {
  const postgres = await testkit.openInstalledPostgres();
  const data = mkdtempSync(path.join(tmpdir(), 'bench-teamspace-'));
  try {
    const config = await postgres.database();
    const { host, port, user, password, database } = config;
    const url = `postgres://${user}:${password}@${host}:${port}/${database}`;
    return await measureOne(testkit, {
      name: `external PostgreSQL, ${count === 1 ? 'one server' : `${count} servers`}`,
      argv: ['--data', data, '--database-url', url],
      count,
      data,
      config: () => config,
      database: () => [],
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
    await postgres.close();
  }
}

/** Whole ones where more would say nothing. */
function ms(value) {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

function textOf(results, installed) {
  const size = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GB of memory`;
  const rows = results.flatMap(({ name, rest, me, refresh }) =>
    Object.entries({ '`GET /api/v1/me`': me, refresh }).map(([what, one]) =>
      [
        '',
        name,
        what,
        Math.round(one.perSecond),
        `${ms(one.p50)} ms`,
        `${ms(one.p99)} ms`,
        `${one.serverMs.toFixed(2)} ms`,
        rest.database > 0 ? `${one.databaseMs.toFixed(2)} ms` : '–',
        `${Math.round(rest.servers)} / ${Math.round(one.peak.servers)} MB`,
        rest.database > 0 ? `${Math.round(rest.database)} / ${Math.round(one.peak.database)} MB` : '–',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  );
  return [
    `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${size}; ${values.connections} connections for ${values.seconds} s each, ${LOGINS} sessions.`,
    `Load of the machine before: ${startLoad}.${installed ? '' : ' No PostgreSQL of this machine answered, so that there is nothing about one.'}`,
    '',
    '| on | asked | per second | p50 | p99 | CPU of servers per request | of the database | memory of servers, at rest / most | of the database |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
}

const startLoad = loadavg()[0].toFixed(1);

async function bench() {
  await build();
  const testkit = await loadTestkit();
  const installed = await testkit.hasInstalledPostgres();
  const results = [await onEmbedded(testkit)];
  if (installed) for (const count of [1, 3]) results.push(await onInstalled(testkit, count));
  const text = textOf(results, installed);
  console.log(text);
  if (!values.dry)
    writeFileSync(DOCUMENT, withBlock(readFileSync(DOCUMENT, 'utf8'), text, 'bench:teamspace'));
}

if (values.help) console.log(HELP);
else await bench();
