import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ROOT } from '../repository-root.mjs';
import { databaseProcesses } from './database-processes.mjs';

const HELP = `npm run bench:databases -- [--kills 200] [--only embedded|pglite] [--seed TEXT] [--no-speed]

Compares the PostgreSQL that Teamspace brings with PGlite: how long they take to open, what they take of memory, how much
they read and commit, and whether what they have acknowledged survives SIGKILL of every process at a random moment, in both of its tables.
PGlite is not installed with the project: name a folder that has it with PGLITE_MODULES.`;

const WORKER = path.join(ROOT, 'scripts/databases/database-worker.mjs');

const { values } = parseArgs({
  allowNegative: true,
  options: {
    kills: { type: 'string', default: '200' },
    only: { type: 'string' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    speed: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

/** Starts a worker on a folder; its lines are told one by one. */
function start(kind, folder, mode) {
  const child = spawn(process.execPath, [WORKER, kind, folder, mode], {
    // One that writes loses its database before it is killed itself, and says so.
    stdio: ['pipe', 'pipe', mode === 'write' ? 'ignore' : 'inherit'],
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

/** Every process that works in a folder, the database's first. */
function killAll(child, folder) {
  for (const pid of [...databaseProcesses(folder), child.pid])
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // Processes of PostgreSQL end by themselves when the first of them has.
      if (error.code !== 'ESRCH') throw error;
    }
}

/** After how many acknowledged commits the kill comes. */
function due(turn) {
  const chance = createHash('sha256').update(`${values.seed} ${turn}`).digest();
  return 20 + (chance.readUInt32BE(0) % 200);
}

async function killOnce(kind, folder, turn, acknowledged) {
  const { child, lines, exit } = start(kind, folder, 'write');
  let count = 0;
  for await (const line of lines) {
    acknowledged.add(line);
    count += 1;
    // What was told up to the kill is read to the end, and counts.
    if (count === due(turn)) killAll(child, folder);
  }
  await exit;
  if (count < due(turn)) throw new Error(`The writer ended by itself after ${count} commits`);
}

async function durability(kind, folder) {
  const acknowledged = new Set();
  const kills = Number(values.kills);
  for (let turn = 0; turn < kills; turn += 1) {
    await killOnce(kind, folder, turn, acknowledged);
    if (turn % 50 === 49) console.error(`${kind}: ${turn + 1} of ${kills} kills`);
  }
  const read = await ask(kind, folder, 'read');
  const [one, other] = [new Set(read.acknowledged), new Set(read.acknowledged_too)];
  return {
    seed: values.seed,
    kills,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !one.has(id)).length,
    half: [...new Set([...one, ...other])].filter((id) => one.has(id) !== other.has(id)).length,
    unacknowledged: [...one].filter((id) => !acknowledged.has(id)).length,
  };
}

async function measure(kind) {
  const base = mkdtempSync(path.join(tmpdir(), 'measure-database-'));
  chmodSync(base, 0o711);
  const folder = path.join(base, 'data');
  try {
    const first = await ask(kind, folder, 'open');
    return {
      kind,
      first_open_ms: first.open_ms,
      first_open_mb: first.mb,
      ...(values.speed && (await ask(kind, folder, 'speed'))),
      ...(await durability(kind, folder)),
    };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (values.help) console.log(HELP);
else
  for (const kind of values.only ? [values.only] : ['embedded', 'pglite'])
    console.log(JSON.stringify(await measure(kind), null, 2));
