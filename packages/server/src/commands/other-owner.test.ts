import { chmodSync, chownSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDataFolder } from '@spec-kitty/testkit/teamspace/test-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../testing/run-command.ts';

const SERVICE = 65_534;

function folderOf(owner: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'other-owner-'));
  chmodSync(folder, 0o711);
  chownSync(folder, owner, owner);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What in a data folder belongs to somebody else than its service; its programs are only read. */
function strangers(data: string, inside = ''): readonly string[] {
  return readdirSync(path.join(data, inside)).flatMap((name) => {
    const at = path.join(inside, name);
    if (name.startsWith('program-')) return [];
    const facts = lstatSync(path.join(data, at));
    return [
      ...(facts.uid === SERVICE ? [] : [`${at} of ${facts.uid}`]),
      ...(facts.isDirectory() ? strangers(data, at) : []),
    ];
  });
}

test.skipIf(process.geteuid?.() !== 0)(
  'what root does in the folder of a service leaves it to the service (run as root)',
  async () => {
    const source = await makeDataFolder();
    onTestFinished(() => rmSync(source, { recursive: true, force: true }));
    const backup = path.join(folderOf(0), 'backup');
    expect(await runCommand(['key', 'rotate', '--data', source])).toMatchObject({ code: 0, err: '' });
    expect(await runCommand(['backup', backup, '--data', source])).toMatchObject({ code: 0, err: '' });

    const data = folderOf(SERVICE);
    expect(await runCommand(['restore', backup, '--data', data])).toMatchObject({ code: 0, err: '' });
    expect(await runCommand(['key', 'rotate', '--data', data])).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(data).toSorted()).toEqual(
      expect.arrayContaining(['database-password', 'keys.json', 'postgres']),
    );
    expect(strangers(data)).toEqual([]);
    expect(lstatSync(path.join(data, 'keys.json')).mode & 0o777).toBe(0o600);
  },
);
