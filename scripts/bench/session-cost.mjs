import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../repository-root.mjs';

const PROCESSES = 20;
const HOLDS = 200;

/** In milliseconds (H-02, L-28 of the acceptance ids). */
const BUDGETS = { read: 5, hold: 50 };

/** Each mode is a short process that counts the passwords it stretches and prints what it took. */
const PROGRAM = `
import crypto from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { FileSessionStore } from '@spec-kitty/local/session/file-session-store';
import { SessionKeeper } from '@spec-kitty/local/session/session-keeper';
import { exampleSession } from '@spec-kitty/testkit/oauth/example-session';

let stretched = 0;
for (const name of ['scryptSync', 'pbkdf2Sync']) {
  const original = crypto[name];
  crypto[name] = (...args) => { stretched += 1; return original(...args); };
}
syncBuiltinESMExports();

const [mode = '', root = ''] = process.argv.slice(2);
const ISSUER = 'https://teamspace.example';
const store = new FileSessionStore(root, ISSUER, () => Date.now());
const took = [];
async function time(body: () => unknown) {
  const start = performance.now();
  await body();
  took.push(performance.now() - start);
}
const salt = root + '.salt';
const sealed = root + '.sealed';
/** The store of the predecessor: a password of what everybody knows, stretched for each read (A§2.2). */
function withPassword() {
  return crypto.scryptSync('host:0', readFileSync(salt), 32, { N: 2 ** 14, r: 8, p: 1 });
}

if (mode === 'set up') {
  store.login(exampleSession(ISSUER, 'bench'));
  writeFileSync(salt, crypto.randomBytes(16));
  const cipher = crypto.createCipheriv('aes-256-gcm', withPassword(), Buffer.alloc(12));
  const text = Buffer.concat([cipher.update('x'.repeat(1000)), cipher.final()]);
  writeFileSync(sealed, Buffer.concat([cipher.getAuthTag(), text]));
} else if (mode === 'read') {
  await time(() => { if (store.read().kind !== 'ok') throw new Error('no session'); });
} else if (mode === 'password') {
  await time(() => {
    const bytes = readFileSync(sealed);
    const decipher = crypto.createDecipheriv('aes-256-gcm', withPassword(), Buffer.alloc(12));
    decipher.setAuthTag(bytes.subarray(0, 16));
    decipher.update(bytes.subarray(16));
    decipher.final();
  });
} else {
  const clock = { nowMicros: () => Date.now() * 1000 };
  const lock = new SessionKeeper({ root, issuer: ISSUER, clock, log: () => undefined }).lock();
  for (let turn = 0; turn < ${HOLDS}; turn += 1)
    await time(() => lock.hold('refresh', 'bench', () => Promise.resolve()));
}
process.stdout.write(JSON.stringify({ took, stretched }));
`;

function p95(values) {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1];
}

async function bundled(folder) {
  const input = path.join(folder, 'entry.ts');
  const file = path.join(folder, 'entry.mjs');
  writeFileSync(input, PROGRAM);
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: ['fs-native-extensions'],
    logLevel: 'silent',
  });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}

/** What a short process pays for the session, beside a store with a password. @returns text, and whether it is within its bounds. */
export async function sessionCost() {
  const cache = path.join(ROOT, 'node_modules', '.cache', 'testkit');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'bench-'));
  try {
    const file = await bundled(folder);
    const root = path.join(folder, 'auth');
    const ask = (mode) =>
      JSON.parse(execFileSync(process.execPath, [file, mode, root], { encoding: 'utf8' }));
    const many = (mode) => {
      const runs = Array.from({ length: PROCESSES }, () => ask(mode));
      return {
        p95: p95(runs.flatMap(({ took }) => took)),
        stretched: runs.reduce((sum, one) => sum + one.stretched, 0),
      };
    };
    ask('set up');
    const [read, password] = [many('read'), many('password')];
    const hold = p95(ask('hold').took);
    const text = [
      `Reading the session in ${PROCESSES} short processes: p95 ${read.p95.toFixed(2)} ms (≤ ${BUDGETS.read} ms), ${read.stretched} passwords stretched.`,
      `In a store with a password: p95 ${password.p95.toFixed(2)} ms, ${password.stretched} stretched; ${(password.p95 / read.p95).toFixed(0)} times as long.`,
      `Taking and freeing the lock of refreshes, ${HOLDS} times with nobody else: p95 ${hold.toFixed(2)} ms (≤ ${BUDGETS.hold} ms).`,
    ].join('\n');
    return { text, kept: read.stretched === 0 && read.p95 <= BUDGETS.read && hold <= BUDGETS.hold };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
