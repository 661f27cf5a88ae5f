import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ROOT } from '../repository-root.mjs';

const HELP = `npm run bench:databases -- [--kills 200] [--only embedded|pglite]

Compares the PostgreSQL that Teamspace brings with PGlite: how long they take to open, what they take of memory, how much
they read and commit, and whether what they have acknowledged survives SIGKILL of every process at a random moment.
PGlite is not installed with the project: name a folder that has it with PGLITE_MODULES.`;

const WORKER = path.join(ROOT, 'scripts/databases/database-worker.mjs');

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** Starts a worker on a folder; its lines are told one by one. */
function start(kind, folder, mode) {
  const child = spawn(process.execPath, [WORKER, kind, folder, mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = createInterface({ input: child.stdout });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  return { child, lines, exit };
}

async function ask(kind, folder, mode) {
  const { lines, exit } = start(kind, folder, mode);
  let last;
  for await (const line of lines) last = line;
  await exit;
  return JSON.parse(last);
}

/** Every process that works in a folder, the database's too. */
function killAll(child, folder) {
  spawnSync('pkill', ['-9', '-f', folder]);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It was among those that were killed.
  }
}

async function killOnce(kind, folder, acknowledged) {
  const { child, lines, exit } = start(kind, folder, 'write');
  let count = 0;
  const due = 20 + Math.floor(Math.random() * 200);
  for await (const line of lines) {
    acknowledged.add(line);
    count += 1;
    if (count === due) break;
  }
  killAll(child, folder);
  await exit;
}

async function measure(kind) {
  const base = mkdtempSync(path.join(tmpdir(), 'measure-database-'));
  chmodSync(base, 0o711);
  const folder = path.join(base, 'data');
  try {
    const first = await ask(kind, folder, 'open');
    const speed = await ask(kind, folder, 'speed');
    const acknowledged = new Set();
    const kills = Number(values.kills);
    for (let done = 0; done < kills; done += 1) await killOnce(kind, folder, acknowledged);
    const { ids } = await ask(kind, folder, 'read');
    const there = new Set(ids);
    const lost = [...acknowledged].filter((id) => !there.has(id));
    return {
      kind,
      first_open_ms: first.open_ms,
      first_open_mb: first.mb,
      ...speed,
      kills,
      acknowledged: acknowledged.size,
      lost: lost.length,
    };
  } finally {
    spawnSync('pkill', ['-9', '-f', base]);
    rmSync(base, { recursive: true, force: true });
  }
}

if (values.help) console.log(HELP);
else
  for (const kind of values.only ? [values.only] : ['embedded', 'pglite'])
    console.log(JSON.stringify(await measure(kind), null, 2));
