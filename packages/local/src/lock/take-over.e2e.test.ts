import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type BundledEntry, bundleEntry } from '@spec-kitty/testkit/bundle-entry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holderRecord } from './process-identity.ts';

const ROUNDS = 1000;

let program: BundledEntry;
let folder = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  program = await bundleEntry(`
    import { runLockWorker } from '@spec-kitty/testkit/lock-worker';
    import { linkLock } from '@spec-kitty/local/lock/link-lock';
    await runLockWorker(linkLock, process.argv.slice(2));
  `);
  folder = mkdtempSync(path.join(tmpdir(), 'take-over-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  program.dispose();
});

function start(locks: string, count: string) {
  const child = spawn(process.execPath, [program.file, 'inherit', locks, count], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (): Promise<unknown> => {
    child.stdin.write('go\n');
    return (await lines.next()).value;
  };
}

// A lock of the kernel has no dead holder: it is free as soon as its process has ended.
test('L-20: two processes that race to take over one dead lock, 1,000 times, are never two holders', async () => {
  const locks = path.join(folder, 'locks');
  const count = path.join(folder, 'count');
  mkdirSync(locks);
  writeFileSync(count, '0');
  const { pid } = spawnSync(process.execPath, ['--version']);
  const racers = [start(locks, count), start(locks, count)];
  for (let round = 0; round < ROUNDS; round += 1) {
    const token = round.toString(16).padStart(16, '0');
    // Its number may have been given out again: then it is another process that started at another time.
    const dead = { ...holderRecord('dead'), pid, startTime: '1', token };
    writeFileSync(path.join(locks, 'count.link'), JSON.stringify(dead));
    expect(await Promise.all(racers.map((race) => race()))).toEqual(['+', '+']);
  }
  expect(readFileSync(count, 'utf8')).toBe(String(2 * ROUNDS));
  expect(readdirSync(locks)).toEqual([]);
});
