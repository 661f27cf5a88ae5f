import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadNativeLock, lockedRange } from './kernel-lock.ts';
import { firstWorking, openLock } from './open-lock.ts';
import { holderRecord } from './process-identity.ts';
import { WaitingLock } from './waiting-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusing = (code: string) => ({
  tryTake: () => {
    throw Object.assign(new Error(code), { code });
  },
  readHolder: () => undefined,
});

test.skipIf(!loadNativeLock())('uses the lock of the kernel [where its library loads]', async () => {
  await openLock({ folder }).hold('a', 'test', async () => expect(readdirSync(folder)).toEqual(['a.lock']));
});

test('a kernel that is short of locks for a moment is asked again', async () => {
  let calls = 0;
  const method = firstWorking({
    ...refusing('ENOLCK'),
    tryTake: () => {
      calls += 1;
      if (calls < 4) throw Object.assign(new Error('ENOLCK'), { code: 'ENOLCK' });
      return () => undefined;
    },
  });
  await new WaitingLock({ folder }, method).hold('a', 'test', async () => undefined);
  expect([calls, readdirSync(folder)]).toEqual([4, []]);
});

test('a kernel that never has a lock to give is given up', async () => {
  const lock = new WaitingLock({ folder }, firstWorking(refusing('ENOLCK')));
  await lock.hold('a', 'test', async () => expect(readdirSync(folder)).toEqual(['a.link']));
});

test.each([undefined, refusing('EINVAL')])('uses links where the kernel has no such lock', (method) => {
  const lock = firstWorking(method);
  const release = lock.tryTake(path.join(folder, 'a'), holderRecord('test'));
  expect(readdirSync(folder)).toEqual(['a.link']);
  expect(lock.readHolder(path.join(folder, 'a'))).toMatchObject({ pid: process.pid, purpose: 'test' });
  expect(lock.abandonedFile?.('a')).toBe('a.link');
  release?.();
});

test('other failures are not a reason to use another lock', () => {
  expect(() => firstWorking(refusing('EIO')).tryTake(path.join(folder, 'a'), holderRecord('test'))).toThrow(
    'EIO',
  );
});

test('Windows locks where no record is, macOS the whole file', () => {
  expect(lockedRange('win32')).toEqual({ offset: 2 ** 30, length: 1 });
  expect([lockedRange('darwin'), lockedRange('linux')]).toEqual([
    { offset: 0, length: 0 },
    { offset: 0, length: 0 },
  ]);
});
