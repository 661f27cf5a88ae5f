import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Lock } from '@spec-kitty/core/ports/lock';

/** Opens the lock under test, in a child process as in the suite. */
export type OpenLock = (options: { readonly folder: string; readonly waitMs?: number }) => Lock;

/**
 * Entry of the child processes of `lockContract`.
 *
 * `count FOLDER FILE TIMES` adds to the number in a file, printing `+` for each time acknowledged and
 * `overlap` when somebody else is inside; `hold FOLDER` takes the lock `held`, prints `held` and keeps
 * it until its standard input ends; `inherit FOLDER FILE` adds once for each line that it is given.
 *
 * @public imported by source that the suite generates.
 */
export async function runLockWorker(
  open: OpenLock,
  [mode, folder = '', file = '', times = '0']: string[],
): Promise<void> {
  const lock = open({ folder, waitMs: 30_000 });
  if (mode === 'hold') {
    await lock.hold('held', 'worker hold', async () => {
      process.stdout.write('held\n');
      for await (const _ of process.stdin) continue;
    });
    return;
  }
  if (mode === 'inherit') {
    for await (const _ of createInterface({ input: process.stdin })) {
      await lock.hold('count', 'worker inherit', () => addOne(file));
      process.stdout.write('+\n');
    }
    return;
  }
  for (let done = 0; done < Number(times); done += 1) {
    await lock.hold('count', 'worker count', () => addOne(file));
    process.stdout.write('+');
  }
}

/** Reads, waits and writes, so that two at once would lose one; a mark says that somebody is inside. */
async function addOne(file: string): Promise<void> {
  const mark = `${file}.inside`;
  try {
    writeFileSync(mark, String(process.pid), { flag: 'wx' });
  } catch {
    // Somebody died in here, or is in here: only the second is wrong.
    if (await isStaying(Number(readFileSync(mark, 'utf8')))) process.stdout.write('overlap');
    writeFileSync(mark, String(process.pid));
  }
  const count = Number(readFileSync(file, 'utf8'));
  await pause(1);
  writeFileSync(`${file}.new`, String(count + 1));
  renameSync(`${file}.new`, file);
  rmSync(mark);
}

/** A killed process is let go of by the kernel while it is still seen to run, though it never runs again. */
async function isStaying(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 500; waited += 5) {
    if (!isRunning(pid)) return false;
    await pause(5);
  }
  return true;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Gone, or no /proc to tell a zombie by: then an overlap shows in the count alone.
    return false;
  }
}
