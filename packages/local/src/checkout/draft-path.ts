import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../files/disk-fault.ts';

let counter = 0;

const HOUR_MS = 3_600_000;

/** Names a file that nobody else uses, in a folder that is created when needed and rid of what killed processes left. */
export function draftPath(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  clearAbandoned(folder);
  counter += 1;
  return path.join(folder, `${name}.${process.pid}-${counter}`);
}

/** Removes an index that was a draft, with the lock file that a killed Git may have left beside it. */
export function removeDraft(file: string): void {
  try {
    rmSync(file, { force: true });
    rmSync(`${file}.lock`, { force: true });
  } catch {
    // It lies in a folder of ours; a later draft clears it.
  }
}

/** Removes all drafts of a name, with what killed Gits left beside them: whoever calls it has the lock of that name. */
export function clearDrafts(folder: string, name: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const found of names) if (found.startsWith(`${name}.`)) removeDraft(path.join(folder, found));
}

/** By process and by age: one that runs in another container looks dead from here, and one that sleeps looks old. */
function clearAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /\.(\d+)-\d+(?:\.lock|\.tmp)?$/.exec(name)?.[1];
    const file = path.join(folder, name);
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (pid !== undefined && age > HOUR_MS && !runs(Number(pid))) removeDraft(file);
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Any other refusal means that there is such a process, and that it belongs to somebody else.
    return errorCode(error) !== 'ESRCH';
  }
}
