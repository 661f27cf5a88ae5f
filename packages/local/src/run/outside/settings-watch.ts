import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OutsideChange } from '@spec-kitty/core/run/fence/outside-changes';
import { errorCode } from '../../files/disk-fault.ts';
import { makeFolder } from '../../files/sync-folder.ts';
import { writeAtomically } from '../../files/write-atomically.ts';
import type { Git } from '../../git/git.ts';

/** Files by path below the Git directory. */
export type Settings = ReadonlyMap<string, { readonly mode: number; readonly content: Buffer }>;

/** What Git obeys or executes for everybody. */
const OBEYED = ['config', 'config.worktree', 'hooks', 'info', 'objects/info/alternates'];
/** The same of each worktree. */
const OF_WORKTREE = ['config.worktree', 'commondir', 'gitdir'];
/** Lists of refs that Git writes for web servers. */
const WRITTEN = new Set(['info/refs']);

/** Reads what Git obeys in a repository: its settings, hooks and attributes. */
export function readSettings(commonDir: string): Settings {
  const names = [...OBEYED.flatMap((name) => filesAt(commonDir, name)), ...ofWorktrees(commonDir)];
  return new Map(
    names.flatMap((name) => {
      const file = path.join(commonDir, name);
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.isFile() ? [[name, { mode: found.mode & 0o777, content: contentOf(file) }]] : [];
    }),
  );
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    // What belongs to somebody else, or has gone this moment, is told by its mode alone.
    if (/^(?:EACCES|EPERM|ENOENT)$/.test(errorCode(error) ?? '')) return Buffer.alloc(0);
    throw error;
  }
}

function filesAt(commonDir: string, name: string): readonly string[] {
  const found = statSync(path.join(commonDir, name), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return WRITTEN.has(name) ? [] : [name];
  return readdirSync(path.join(commonDir, name)).flatMap((one) => filesAt(commonDir, `${name}/${one}`));
}

function ofWorktrees(commonDir: string): readonly string[] {
  const folder = path.join(commonDir, 'worktrees');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => OF_WORKTREE.map((file) => `worktrees/${name}/${file}`));
}

/** Where a Git directory is, and the folder of the attempt that is told. */
interface SettingsPlace {
  readonly commonDir: string;
  readonly folder: string;
}

/**
 * What has changed of the settings since they were read, kept as a patch. Nothing of ours executes them, so that it stops
 * nothing; but whoever uses Git there does.
 */
export async function settingsChanged(
  git: Git,
  { commonDir, folder }: SettingsPlace,
  before: Settings,
): Promise<OutsideChange | undefined> {
  const after = readSettings(commonDir);
  const files = [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => isSameWorktree(name, before, after) && !isSame(before.get(name), after.get(name)))
    .toSorted();
  if (files.length === 0) return undefined;
  const drafts = path.join(folder, 'settings');
  makeFolder(drafts);
  try {
    write(path.join(drafts, 'before'), before, files);
    write(path.join(drafts, 'after'), after, files);
    const args = ['diff', '--no-index', '--binary', '--no-prefix', '--no-renames', 'before', 'after'];
    // The repository around it may have settings by now that no Git can read.
    const env = { GIT_CEILING_DIRECTORIES: folder };
    const { stdout } = await git.at(drafts).attempt(args, { env, encoding: 'latin1' });
    const patch = path.join(folder, 'settings.patch');
    writeAtomically(patch, Buffer.from(stdout, 'latin1'));
    return { root: commonDir, files, patch };
  } finally {
    rmSync(drafts, { recursive: true, force: true });
  }
}

/** Worktrees come and go while a run works; one that Git was making at first had not all of its files yet. */
function isSameWorktree(name: string, before: Settings, after: Settings): boolean {
  const [folder, worktree] = name.split('/');
  if (folder !== 'worktrees') return true;
  const own = `${folder}/${worktree}`;
  const isMade = ['gitdir', 'commondir'].every(
    (file) => (before.get(`${own}/${file}`)?.content.length ?? 0) > 0,
  );
  return isMade && after.has(`${own}/gitdir`);
}

function isSame(one: Setting | undefined, other: Setting | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.mode === other.mode && one.content.equals(other.content);
}

type Setting = Settings extends ReadonlyMap<string, infer S> ? S : never;

function write(root: string, settings: Settings, names: readonly string[]): void {
  mkdirSync(root, { recursive: true });
  for (const name of names) {
    const setting = settings.get(name);
    if (setting === undefined) continue;
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), setting.content, { mode: setting.mode | 0o600 });
  }
}
