import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleSession } from '@spec-kitty/testkit/oauth/example-session';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileSessionStore } from './file-session-store.ts';
import { requireRoom } from './session-drafts.ts';

const ISSUER = 'https://team.example';

/** A disk of half a megabyte. @returns whether there is one. */
function mountSmall(folder: string): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'tmpfs', folder]);
  return status === 0;
}

function unmount(folder: string): void {
  spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
}

function canMount(): boolean {
  const probe = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
  const can = mountSmall(probe);
  unmount(probe);
  return can;
}

const CAN_MOUNT = canMount();

describe.skipIf(!CAN_MOUNT)(
  'a disk that fills up while the server answers [needs the right to mount]',
  () => {
    let disk: string;
    beforeEach(() => {
      disk = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
      mountSmall(disk);
    });
    afterEach(() => unmount(disk));

    const store = () => new FileSessionStore(path.join(disk, 'auth'), ISSUER, () => Date.now());
    const old = exampleSession(ISSUER, 'old');
    const rotated = { ...exampleSession(ISSUER, 'new').tokens, sessionId: old.tokens.sessionId };

    function fill(): void {
      const handle = openSync(path.join(disk, 'filler'), 'w');
      expect(() => {
        for (;;) writeSync(handle, Buffer.alloc(4096));
      }).toThrow('ENOSPC');
      fsyncSync(handle);
      closeSync(handle);
    }

    test('S-09: keeps the token that the server has rotated: the note of the refresh has kept room for it', () => {
      store().login(old);
      store().note(old, 1, 'attempt');
      fill();
      expect(store().swap(old, 1, rotated)).toBe(true);
      const stored = store().read();
      if (stored.kind !== 'ok') throw new Error(stored.kind);
      expect(stored.session.tokens.refresh.equals(rotated.refresh)).toBe(true);
      store().forgetNote();
      expect(readdirSync(store().folder).toSorted()).toEqual(['session.json', 'state.json']);
    });

    test('S-09: that was full before says so before anything is sent', () => {
      store().login(old);
      fill();
      expect(() => store().note(old, 1, 'attempt')).toThrow('There is no space left to write');
      expect(() => store().swap(old, 1, rotated)).toThrow('There is no space left to write');
      expect(store().read()).toMatchObject({ kind: 'ok', epoch: 1 });
      expect(() => requireRoom([store().folder])).toThrow('There is no space left to write');
      expect(readdirSync(store().folder).toSorted()).toEqual(['session.json', 'state.json']);
    });
  },
);
