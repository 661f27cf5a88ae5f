import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kernelLock, loadNativeLock } from './kernel-lock.ts';
import { linkLock } from './link-lock.ts';
import type { HolderRecord } from './lock-method.ts';
import { forceRelease, lockState } from './lock-state.ts';
import { holderRecord } from './process-identity.ts';

const NOW = Date.now();
const OLD = new Date(NOW - 120_000).toISOString();
const LONG = { since: OLD, upSince: String(uptime() - 120) };
const NATIVE = loadNativeLock() ? '' : ' [skipped: no native library for this platform]';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lock-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockFile = () => path.join(folder, 'refresh.lock');
const linkFile = () => path.join(folder, 'refresh.link');
const state = () => lockState(folder, 'refresh');
const release = (olderThanMs = 60_000) => forceRelease(folder, 'refresh', { olderThanMs, nowMs: NOW });

/** A record of this process, with differences. */
function record(change: Partial<HolderRecord> = {}): string {
  return JSON.stringify({ ...holderRecord('refresh the session'), token: '1'.repeat(16), ...change });
}
/** This process's number, taken by a program that started at another time. */
const REUSED = { startTime: '1' };
const FAR = { host: 'elsewhere' };

/** What is in the folder, names and contents. */
function contents() {
  return readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]);
}

describe('looking at a lock', () => {
  test.runIf(process.platform === 'linux' && NATIVE === '')(
    'neither a clock that was set ahead makes a lock older, nor a record names a holder that is none',
    async () => {
      await kernelLock({ folder }).hold('refresh', 'refresh the session', async () => {
        const own = readFileSync(lockFile(), 'utf8');
        // Taken a moment ago, at a time that a clock which was set on since now takes for an hour ago.
        const since = new Date(Date.now() - 3_600_000).toISOString();
        writeFileSync(lockFile(), JSON.stringify({ ...(JSON.parse(own) as HolderRecord), since }));
        expect(Date.now() - (state().sinceMs ?? 0)).toBeLessThan(60_000);
        expect(state()).toMatchObject({ state: 'held', verdict: 'alive', isProven: true });
        // Somebody who runs, and does not have it open.
        writeFileSync(lockFile(), JSON.stringify(holderRecord('refresh the session', process.ppid)));
        expect(state()).toMatchObject({ state: 'held', verdict: 'alive', isProven: false });
      });
    },
  );

  test('without any file it is free, and none is made', () => {
    expect(state()).toMatchObject({ state: 'free', holder: null, sinceMs: null });
    expect(lockState(path.join(folder, 'missing'), 'refresh').state).toBe('free');
    expect(contents()).toEqual([]);
  });

  test.each([...(NATIVE === '' ? [['the kernel', kernelLock] as const] : []), ['links', linkLock] as const])(
    'U-13: held by %s, it has a holder who runs, and is free again afterwards',
    async (_, open) => {
      if (open === kernelLock && NATIVE) return;
      await open({ folder }).hold('refresh', 'refresh the session', async () => {
        const before = contents();
        expect(state()).toMatchObject({
          state: 'held',
          verdict: 'alive',
          holder: { pid: process.pid },
          releasable: false,
        });
        expect(contents()).toEqual(before);
        expect(release(-1)).toBe(false);
        expect(contents()).toEqual(before);
      });
      expect(state()).toMatchObject({ state: 'free' });
    },
  );

  test('L-14: a number that another program has by now is no holder', () => {
    writeFileSync(linkFile(), record(REUSED));
    expect(state()).toMatchObject({ state: 'abandoned_record', verdict: 'dead' });
  });

  test.runIf(process.platform === 'linux')(
    'L-15: nobody holds a lock since before the machine started [Linux only]',
    () => {
      writeFileSync(linkFile(), record({ bootId: 'before', machineId: holderRecord('x').machineId ?? 'm' }));
      expect(state().state).toBe(holderRecord('x').machineId === undefined ? 'held' : 'abandoned_record');
    },
  );

  test('L-16: a holder on another machine is named, held by, and released by age alone', () => {
    writeFileSync(linkFile(), record({ ...FAR, since: new Date(NOW).toISOString() }));
    expect(state()).toMatchObject({
      state: 'held',
      verdict: 'unknown',
      releasable: true,
      holder: { host: 'elsewhere' },
    });
    expect(release()).toBe(false);
    writeFileSync(linkFile(), record({ ...FAR, ...LONG }));
    expect(release()).toBe(true);
    expect(contents()).toEqual([]);
  });

  test.each(['', '{', '[]', 'null', '{"pid":"7"}', '{"pid":7}'])('L-17: the record %j is none', (text) => {
    writeFileSync(lockFile(), text);
    expect(state()).toMatchObject({ state: 'free', holder: null });
    rmSync(lockFile());
    // There the file itself is the lock.
    writeFileSync(linkFile(), text);
    utimesSync(linkFile(), NOW / 1000 - 120, NOW / 1000 - 120);
    expect(state()).toMatchObject({ state: 'held', holder: null, releasable: true });
    expect(Math.round((NOW - (state().sinceMs ?? 0)) / 1000)).toBe(120);
    expect(release()).toBe(true);
    expect(contents()).toEqual([]);
  });

  test.each([
    ['without an offset, which is one in UTC', '2026-01-05T12:00:00', Date.UTC(2026, 0, 5, 12)],
    ['in the future', '2126-01-05T12:00:00Z', Date.UTC(2126, 0, 5, 12)],
  ])('L-17: a time %s', (_, since, expected) => {
    writeFileSync(linkFile(), record({ ...FAR, since }));
    expect(state().sinceMs).toBe(expected);
  });

  test('L-17: a time that cannot be read is that of the file', () => {
    writeFileSync(linkFile(), record({ ...FAR, since: 'yesterday' }));
    utimesSync(linkFile(), 1000, 1000);
    expect(state().sinceMs).toBe(1_000_000);
  });

  test('L-17: something else in the place of the file is no lock', () => {
    mkdirSync(lockFile());
    mkdirSync(linkFile());
    expect(state()).toMatchObject({ state: 'free' });
  });

  test('L-18: what the file system says of a release is not taken for a holder', () => {
    mkdirSync(linkFile());
    expect(() => release()).toThrow('EISDIR');
  });
});

describe.skipIf(NATIVE !== '')(`L-19: releasing the kernel’s lock${NATIVE}`, () => {
  test('missing: there is nothing to release', () => {
    expect(release()).toBe(false);
    expect(contents()).toEqual([]);
  });

  test('fresh: whoever left it may have done so a moment ago', () => {
    writeFileSync(lockFile(), record(REUSED));
    expect(release()).toBe(false);
    expect(readFileSync(lockFile(), 'utf8')).not.toBe('');
  });

  test('stale and free: the record goes, the file stays', () => {
    writeFileSync(lockFile(), record(LONG));
    expect(state()).toMatchObject({
      state: 'abandoned_record',
      verdict: 'dead',
      holder: { pid: process.pid },
    });
    expect(release()).toBe(true);
    expect(contents()).toEqual([['refresh.lock', '']]);
    expect(state().state).toBe('free');
  });

  test.each<readonly [string, object, string]>([
    ['another host', { ...FAR, bootId: 'another' }, 'unknown'],
    ['another host that tells no more', { ...FAR, bootId: undefined }, 'unknown'],
    ...(process.platform === 'linux' ? [['another container of this machine', FAR, 'dead'] as const] : []),
  ])('free here, with the record of %s', (_, change, verdict) => {
    writeFileSync(lockFile(), record({ ...change, ...LONG }));
    expect(state()).toMatchObject({ state: 'abandoned_record', verdict });
  });

  test('stale and held: a holder keeps it, however old the record is', async () => {
    await kernelLock({ folder }).hold('refresh', 'test', async () => {
      writeFileSync(lockFile(), record({ since: OLD }));
      expect(state()).toMatchObject({ state: 'held', holder: { pid: process.pid } });
      expect(release()).toBe(false);
      expect(readFileSync(lockFile(), 'utf8')).not.toBe('');
    });
  });

  test('changed between looking and acting: what is there then counts', () => {
    writeFileSync(lockFile(), record({ since: OLD }));
    expect(state().state).toBe('abandoned_record');
    writeFileSync(lockFile(), record({ since: new Date(NOW).toISOString() }));
    expect(release()).toBe(false);
  });
});

describe('L-19: releasing a lock by link', () => {
  test.each([
    ['fresh', { ...FAR, since: new Date(NOW).toISOString() }, false],
    ['stale, and its holder runs', { since: OLD }, false],
    ['stale, and its holder is dead', { ...REUSED, ...LONG }, true],
    ['stale, and nobody can see its holder', { ...FAR, ...LONG }, true],
  ])('%s', (_, change, released) => {
    writeFileSync(linkFile(), record(change));
    expect(release()).toBe(released);
    expect(readdirSync(folder)).toEqual(released ? [] : ['refresh.link']);
  });

  test('changed between looking and acting: what is there then counts', () => {
    writeFileSync(linkFile(), record({ ...FAR, ...LONG }));
    expect(state().releasable).toBe(true);
    writeFileSync(linkFile(), record({ ...FAR, since: new Date(NOW).toISOString(), token: '2'.repeat(16) }));
    expect(release()).toBe(false);
  });
});

test.skipIf(NATIVE !== '')(`U-13: a holder that was killed leaves a free lock${NATIVE}`, async () => {
  writeFileSync(lockFile(), '');
  // The addon itself, as child processes of tests have no TypeScript.
  const script = `
    const { openSync, writeSync } = require('node:fs');
    const native = require(${JSON.stringify(nativeFile())});
    const handle = openSync(${JSON.stringify(lockFile())}, 'r+');
    native.tryLock(handle, 0, 0, true);
    writeSync(handle, process.argv[1]);
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['-e', script, record({ pid: 1, ...LONG })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  // The record is another's: whoever has the lock is not the dead one in it.
  expect(state()).toMatchObject({ state: 'held', verdict: 'unknown', releasable: false });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(state()).toMatchObject({ state: 'abandoned_record' });
});

function nativeFile(): string {
  return path.resolve(
    `node_modules/fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`,
  );
}
