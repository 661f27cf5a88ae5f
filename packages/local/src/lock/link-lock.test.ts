import fs, { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockContract } from '@spec-kitty/testkit/lock-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkLock, linkMethod } from './link-lock.ts';
import { holderRecord } from './process-identity.ts';

lockContract({ open: linkLock, module: '@spec-kitty/local/lock/link-lock', exportName: 'linkLock' });

describe('linkLock and holders that are gone', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'link-lock-'));
    file = path.join(folder, 'a');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const [T1, T2, T3] = ['1', '2', '3'].map((digit) => digit.repeat(16));
  /** Same process number as ours, but it started at another time: a number that was given out again. */
  const dead = (token: string | undefined) =>
    JSON.stringify({ ...holderRecord('dead'), startTime: '1', token });
  const alive = (token: string | undefined) => JSON.stringify({ ...holderRecord('alive'), token });
  const take = () => linkMethod().tryTake(file, holderRecord('test'));

  test('takes over from a dead holder and leaves nothing of it', () => {
    writeFileSync(`${file}.link`, dead(T1));
    const release = take();
    expect(release).toBeDefined();
    expect(readdirSync(folder)).toEqual(['a.link']);
    release?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('takes over when the one who was taking over died as well', () => {
    writeFileSync(`${file}.link`, dead(T1));
    writeFileSync(`${file}.link.${T1}`, dead(T2));
    writeFileSync(`${file}.link.${T2}`, dead(T3));
    expect(take()).toBeDefined();
    expect(readdirSync(folder)).toEqual(['a.link']);
  });

  test('leaves a take-over by somebody alive alone', () => {
    const record = dead(T1);
    writeFileSync(`${file}.link`, record);
    writeFileSync(`${file}.link.${T1}`, alive(T2));
    expect(take()).toBeUndefined();
    expect(readFileSync(`${file}.link`, 'utf8')).toBe(record);
  });

  test('releases only what is its own', () => {
    const release = take();
    writeFileSync(`${file}.link`, alive(T1));
    release?.();
    expect(existsSync(`${file}.link`)).toBe(true);
  });

  test.each(['linkSync', 'unlinkSync'] as const)(
    'another process that overtakes at its first %s never makes it two holders',
    (name) => {
      writeFileSync(`${file}.link`, dead(T1));
      const original: (...args: never[]) => void = fs[name];
      let overtaken: (() => void) | undefined;
      let calls = 0;
      const restore = () => {
        Object.assign(fs, { [name]: original });
        syncBuiltinESMExports();
      };
      Object.assign(fs, {
        [name]: (...args: never[]) => {
          restore();
          calls += 1;
          overtaken = take();
          original(...args);
        },
      });
      syncBuiltinESMExports();
      const mine = take();
      restore();
      expect(calls).toBe(1);
      expect([mine, overtaken].filter(Boolean)).toHaveLength(1);
      (mine ?? overtaken)?.();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test.each([
    [
      'on another machine',
      JSON.stringify({ pid: 1, host: 'elsewhere', since: 'S', purpose: 'merge', token: T1 }),
      'on elsewhere',
    ],
    [
      'on a machine of the same name',
      JSON.stringify({ ...holderRecord('merge'), machineId: undefined, bootId: 'another', token: T1 }),
      'merge (process',
    ],
    [
      'in another container',
      JSON.stringify({ ...holderRecord('merge'), pid: 999_999, pidNamespace: 'pid:[1]', token: T1 }),
      'process 999999',
    ],
    ['that cannot be read', 'not a record', 'unreadable record'],
  ])('a holder %s is named and never stolen from', async (_, record, named) => {
    const locks = { folder, waitMs: 50 };
    writeFileSync(`${file}.link`, record);
    const failure: unknown = await linkLock(locks)
      .hold('a', 'test', async () => 1)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'LOCK_BUSY',
      hints: [expect.any(String), expect.stringContaining(`${file}.link`)],
    });
    expect(String(failure)).toContain(named);
    expect(readFileSync(`${file}.link`, 'utf8')).toBe(record);
  });
});
