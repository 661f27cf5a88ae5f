import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from '../files/disk-fault.ts';
import { hasFields, isObject, isText, isTextOrNull, readRecord } from '../files/read-record.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { contentsOf, isBeginning, statAt, treeIds } from './checkout-content.ts';
import { copyIndex, type HeldIndex } from './index-git.ts';
import type { CheckoutMove } from './move-checkout.ts';

/** What of a checkout is kept: its root, and for each path that a move changes the name of its copy, if it was there. */
interface Manifest {
  readonly root: string;
  readonly files: Readonly<Record<string, string | null>>;
}

/** Keeps the files and the index of a checkout as they are before a move, byte for byte, to undo it. */
export class SavedCheckout {
  readonly #folder: string;

  /** @param folder of its own, which need not exist. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Root of the checkout; `undefined` when nothing was kept to its end, and so nothing was changed yet. */
  get root(): string | undefined {
    return this.#manifest()?.root;
  }

  /** Files are linked, not copied, where that is possible: Git replaces a file, so the old one stays as it is. */
  save(git: HeldIndex, changed: readonly string[]): void {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    copyIndex(git.file, this.#index);
    const files: Record<string, string | null> = Object.create(null);
    for (const [number, file] of changed.entries()) {
      const found = statAt(git, file);
      const isFile = found?.isFile() === true || found?.isSymbolicLink() === true;
      files[file] = isFile ? String(number) : null;
      if (isFile) linkOrCopy(path.join(git.directory, file), path.join(this.#folder, String(number)));
    }
    writeAtomically(this.#manifestFile, JSON.stringify({ root: git.directory, files }));
  }

  /**
   * Makes the checkout what it was. What somebody has written since into one of the files stays.
   *
   * @returns the paths that stayed.
   */
  async restore(git: HeldIndex, move: CheckoutMove): Promise<readonly string[]> {
    const manifest = this.#manifest();
    if (!manifest) return [];
    const theirs = await changedSince(git, move, Object.keys(manifest.files));
    const files = Object.entries(manifest.files).filter(([file]) => !theirs.has(file));
    // What goes first: a folder may become a file again.
    for (const [file, copy] of files) if (copy === null) remove(git.directory, file);
    for (const [file, copy] of files) if (copy !== null) this.#putBack(copy, path.join(git.directory, file));
    await this.#restoreIndex(git, move);
    return [...theirs];
  }

  /** As a whole where nobody has staged anything else since, so that it is the same to the byte. */
  async #restoreIndex(git: HeldIndex, { before, changed }: CheckoutMove): Promise<void> {
    const ours = new Set(changed);
    const others = async (): Promise<string> => {
      const entries = await git.records(['ls-files', '--stage', '-z']);
      return entries.filter((entry) => !ours.has(entry.slice(entry.indexOf('\t') + 1))).join('\0');
    };
    const now = path.join(this.#folder, 'index-now');
    copyIndex(git.file, now);
    const staged = await others();
    if (existsSync(this.#index)) git.reset(this.#index);
    if ((await others()) === staged) return;
    git.reset(now);
    const stdin = changed.join('\0');
    const options = ['--staged', `--source=${before}`, '--pathspec-from-file=-', '--pathspec-file-nul'];
    await git.run(['--literal-pathspecs', 'restore', ...options], { stdin });
  }

  #putBack(copy: string, file: string): void {
    const kept = path.join(this.#folder, copy);
    // A file that may not be changed was copied, and never moved: replacing it would fail, and with it all the rest.
    if (isSame(kept, file) || isEqual(kept, file)) return;
    mkdirSync(path.dirname(file), { recursive: true });
    if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true) rmdirSync(file);
    else rmSync(file, { force: true });
    linkOrCopy(kept, file);
  }

  #manifest(): Manifest | undefined {
    return readRecord(this.#manifestFile, {
      check: isManifest,
      hints: [
        `What it belongs to cannot be undone, only finished; the files that it lists are beside it, and their old versions under the refs that \`git for-each-ref refs/spec-kitty/backup\` shows.`,
      ],
    });
  }

  get #manifestFile(): string {
    return path.join(this.#folder, 'manifest.json');
  }

  get #index(): string {
    return path.join(this.#folder, 'index');
  }
}

function isManifest(value: unknown): value is Manifest {
  return hasFields(value, {
    root: isText,
    files: (found) => isObject(found) && Object.values(found ?? {}).every(isTextOrNull),
  });
}

/** Paths that have neither their old nor their new content, nor a torn beginning of that. */
async function changedSince(
  git: HeldIndex,
  { before, after }: CheckoutMove,
  files: readonly string[],
): Promise<ReadonlySet<string>> {
  const [old, wanted] = [await treeIds(git, before), await treeIds(git, after)];
  const contents = await contentsOf(git, files);
  const theirs = new Set<string>();
  for (const file of files) {
    const content = contents.get(file);
    if (content?.kind !== 'file' || [old.get(file), wanted.get(file)].includes(content.id)) continue;
    if (!(await isBeginning(git, file, after))) theirs.add(file);
  }
  const ours = new Set(files.filter((file) => !theirs.has(file)));
  for (const file of files)
    if (contents.get(file)?.kind === 'other' && !holdsOnly(git.directory, file, ours)) theirs.add(file);
  return theirs;
}

/** Whether there is a folder in which is nothing but these files. */
function holdsOnly(root: string, folder: string, files: ReadonlySet<string>): boolean {
  if (!lstatSync(path.join(root, folder)).isDirectory()) return false;
  return readdirSync(path.join(root, folder), { withFileTypes: true }).every((entry) => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? holdsOnly(root, name, files) : files.has(name);
  });
}

/** Removes a file and the folders that it leaves empty, as Git does. */
function remove(root: string, file: string): void {
  const target = path.join(root, file);
  if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true) return;
  rmSync(target, { force: true });
  for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) {
    try {
      rmdirSync(path.join(root, folder));
    } catch {
      // Not empty, or not there: the ones above it are not empty either, or looked at by the next file.
      return;
    }
  }
}

function linkOrCopy(from: string, to: string): void {
  const found = lstatSync(from);
  if (found.isSymbolicLink()) {
    symlinkSync(readlinkSync(from, 'buffer'), to);
    return;
  }
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error) ?? '')) throw error;
    copyFileSync(from, to);
    utimesSync(to, found.atime, found.mtime);
  }
}

/** Whether two names are of one file. */
function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((file) => lstatSync(file, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

/** Whether two plain files have the same content and permissions. */
function isEqual(a: string, b: string): boolean {
  const [one, other] = [a, b].map((file) => lstatSync(file, { throwIfNoEntry: false }));
  if (!one?.isFile() || !other?.isFile() || one.mode !== other.mode || one.size !== other.size) return false;
  return readFileSync(a).equals(readFileSync(b));
}
