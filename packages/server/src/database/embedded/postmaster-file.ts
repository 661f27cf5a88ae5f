import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from '@spec-kitty/local/files/disk-fault';

const PAUSE_MS = 10;

/**
 * Waits until the PostgreSQL that says it runs in a folder is gone: a server that was killed leaves one that is still
 * about to end, and another one cannot begin until then.
 *
 * @returns what it has left of what it said.
 */
export async function whenEnded(folder: string, withinMs: number): Promise<string> {
  const until = performance.now() + withinMs;
  for (;;) {
    const said = postmasterFile(folder);
    if (!runs(Number(said.split('\n')[0]), folder) || performance.now() > until) return said;
    await pause(PAUSE_MS);
  }
}

/**
 * Waits until a PostgreSQL says that it is ready; asking it would fill its log with refusals.
 *
 * @param before what {@link whenEnded} gave, which is not its word.
 * @returns why it is not ready, if it ended, or was not in time; `undefined` where it is.
 */
export async function whenReady(
  folder: string,
  before: string,
  exit: Promise<string>,
  withinMs: number,
): Promise<string | undefined> {
  let ended: string | undefined;
  void exit.then((log) => (ended = log));
  const until = performance.now() + withinMs;
  for (;;) {
    const said = postmasterFile(folder);
    // The first lines say who it is, and the eighth how it does.
    const isItsOwn = identity(said) !== identity(before);
    if (isItsOwn && said.split('\n')[7]?.trim() === 'ready') return undefined;
    if (ended !== undefined) return ended;
    if (performance.now() > until) return 'It did not say that it is ready.';
    await pause(PAUSE_MS);
  }
}

function identity(said: string): string {
  return said.split('\n').slice(0, 3).join('\n');
}

function postmasterFile(folder: string): string {
  try {
    return readFileSync(path.join(folder, 'data', 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Whether a process is, or was, a PostgreSQL of the folder, as far as the platform tells: numbers are given again. One
 * that is dead and whom its parent has not noticed counts, as it does for PostgreSQL.
 */
function runs(pid: number, folder: string): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    if (errorCode(error) !== 'EPERM') throw error;
  }
  const command = commandOf(pid);
  return command === '' || command.includes(folder);
}

/** Empty for the dead, and where the platform does not tell. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // Only Linux has this file, and the process may have gone since.
    return '';
  }
}
