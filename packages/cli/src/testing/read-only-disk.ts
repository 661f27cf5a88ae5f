import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** How a folder can be made read-only here; an ordinary user takes permissions away, root needs a mount. */
export type ReadOnlyMethod = 'mount' | 'permissions' | undefined;

/** Finds out by trying: root may be without the right to mount, as in most containers. */
export function readOnlyMethod(): ReadOnlyMethod {
  if (process.platform === 'win32') return undefined;
  if (process.getuid?.() !== 0) return 'permissions';
  const probe = mkdtempSync(path.join(tmpdir(), 'spec-kitty-mount-'));
  try {
    makeReadOnly(probe, 'mount')();
    return 'mount';
  } catch {
    // Not allowed, or there is no such program.
    return undefined;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** Makes a folder with all that is in it read-only, and returns how to undo it. */
export function makeReadOnly(folder: string, method: ReadOnlyMethod): () => void {
  if (method === 'permissions') {
    setWritable(folder, false);
    return () => setWritable(folder, true);
  }
  must('mount', '--bind', folder, folder);
  must('mount', '-o', 'remount,bind,ro', folder);
  return () => must('umount', folder);
}

function setWritable(folder: string, writable: boolean): void {
  if (writable) chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) setWritable(name, writable);
  }
  if (!writable) chmodSync(folder, 0o555);
}

function must(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`, { cause: error });
}
