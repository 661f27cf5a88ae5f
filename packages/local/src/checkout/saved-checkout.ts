import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
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
import { listFolder } from '../files/list-folder.ts';
import { knownAbsent } from '../files/known-absent.ts';
import { type Place, placeOf } from '../files/place-of.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import {
  type Content,
  contentsOf,
  folderInTheWay,
  indexEntries,
  isBeginning,
  statAt,
  treeEntries,
} from './checkout-content.ts';
import type { HeldIndex } from './index-git.ts';
import { indexInfo } from './index-info.ts';
import { whosePath } from './whose-path.ts';
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
    git.keep(this.#index);
    const files: Record<string, string | null> = Object.create(null);
    const isAbsent = knownAbsent(git.directory);
    for (const [number, file] of changed.entries()) {
      const found = isAbsent(file) ? undefined : statAt(git, file);
      const isFile = found?.isFile() === true || found?.isSymbolicLink() === true;
      files[file] = isFile ? String(number) : null;
      if (isFile) linkOrCopy(placeOf(git.directory, file), path.join(this.#folder, String(number)));
    }
    writeAtomically(this.#manifestFile, JSON.stringify({ root: git.directory, files }));
  }

  /**
   * Makes the checkout what it was, as far as its HEAD still has the paths as they were before the move: what somebody
   * has written or staged since stays, and so does what a commit took along.
   *
   * @param head commit that the checkout is on, once the move is undone.
   * @returns the paths that are still as the move left them, or as somebody has made them since.
   */
  async restore(git: HeldIndex, move: CheckoutMove, head: string): Promise<readonly string[]> {
    const manifest = this.#manifest();
    if (!manifest) return [];
    const { left, alone } = await this.#judge(git, move, { head, files: manifest.files });
    const files = Object.entries(manifest.files).filter(([file]) => !left.has(file) && !alone.has(file));
    // What goes first: a folder may become a file again.
    for (const [file, copy] of files) if (copy === null) remove(git.directory, file);
    for (const [file, copy] of files) {
      if (copy === null) continue;
      if (folderInTheWay(git.directory, file) === undefined) this.#putBack(copy, git.directory, file);
      else left.add(file);
    }
    await this.#restoreIndex(git, move, alone);
    return [...left];
  }

  /** Which paths somebody has taken over: in files, which are `left`, and by a commit or in the index, `alone`. */
  async #judge(
    git: HeldIndex,
    move: CheckoutMove,
    { head, files }: { readonly head: string; readonly files: Manifest['files'] },
  ): Promise<{ readonly left: Set<string>; readonly alone: ReadonlySet<string> }> {
    const [old, wanted] = [await treeEntries(git, move.before), await treeEntries(git, move.after)];
    const heads = head === move.before ? old : await treeEntries(git, head);
    const [staged, kept] = [await indexEntries(git), await this.#keptEntries(git)];
    const contents = await contentsOf(git, Object.keys(files));
    const left = new Set<string>();
    const alone = new Set<string>();
    for (const [file, copy] of Object.entries(files)) {
      const whose = whosePath({
        was: old.get(file),
        becomes: wanted.get(file),
        head: heads.get(file),
        staged: staged.get(file),
        kept: kept.get(file),
        content: contents.get(file),
      });
      if (whose === 'move') continue;
      if (whose === 'edited' && (this.#isKept(git, file, copy) || (await isBeginning(git, file, move.after))))
        continue;
      if (whose !== 'edited') alone.add(file);
      if (whose !== 'another') left.add(file);
    }
    for (const file of inFolders(git.directory, contents, left)) if (!alone.has(file)) left.add(file);
    return { left, alone };
  }

  #isKept(git: HeldIndex, file: string, copy: string | null): boolean {
    if (copy === null) return false;
    const [kept, now] = [path.join(this.#folder, copy), placeOf(git.directory, file)];
    return isSame(kept, now) || isEqual(kept, now);
  }

  async #keptEntries(git: HeldIndex): Promise<ReadonlyMap<string, string>> {
    return existsSync(this.#index) ? indexEntries(git.over(this.#index)) : new Map();
  }

  /** As a whole where nobody has staged or committed anything since, so that it is the same to the byte. */
  async #restoreIndex(
    git: HeldIndex,
    { before, changed }: CheckoutMove,
    alone: ReadonlySet<string>,
  ): Promise<void> {
    const ours = new Set(changed);
    const [now, kept] = [await indexEntries(git), await this.#keptEntries(git)];
    const others = [...new Set([...now.keys(), ...kept.keys()])].filter((file) => !ours.has(file));
    if (
      existsSync(this.#index) &&
      alone.size === 0 &&
      others.every((file) => now.get(file) === kept.get(file))
    )
      return git.reset(this.#index);
    const old = existsSync(this.#index) ? kept : await treeEntries(git, before);
    const back = changed.filter((file) => !alone.has(file));
    await git.run(['update-index', '-z', '--index-info'], {
      stdin: indexInfo(new Map(back.map((file) => [file, old.get(file)]))),
    });
  }

  #putBack(copy: string, root: string, name: string): void {
    const kept = path.join(this.#folder, copy);
    const file = placeOf(root, name);
    // A file that may not be changed was copied, and never moved: replacing it would fail, and with it all the rest.
    if (isSame(kept, file) || isEqual(kept, file)) return;
    mkdirSync(placeOf(root, path.dirname(name)), { recursive: true });
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

/** Paths at which is a folder, or something else that is no file, with more in it than the other paths. */
function inFolders(
  root: string,
  contents: ReadonlyMap<string, Content>,
  without: ReadonlySet<string>,
): readonly string[] {
  const ours = new Set([...contents.keys()].filter((file) => !without.has(file)));
  return [...contents]
    .filter(([file, { kind }]) => kind === 'other' && !holdsOnly(root, file, ours))
    .map(([file]) => file);
}

/** Whether there is a folder in which is nothing but these files. */
function holdsOnly(root: string, folder: string, files: ReadonlySet<string>): boolean {
  if (!lstatSync(placeOf(root, folder)).isDirectory()) return false;
  return listFolder(root, folder).every(({ file, isFolder }) =>
    isFolder ? holdsOnly(root, file, files) : files.has(file),
  );
}

/** Removes a file and the folders that it leaves empty, as Git does. */
function remove(root: string, file: string): void {
  const target = placeOf(root, file);
  if (folderInTheWay(root, file) !== undefined) return;
  if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true) return;
  rmSync(target, { force: true });
  for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) {
    try {
      rmdirSync(placeOf(root, folder));
    } catch {
      // Not empty, or not there: the ones above it are not empty either, or looked at by the next file.
      return;
    }
  }
}

function linkOrCopy(from: Place, to: Place): void {
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
function isSame(a: Place, b: Place): boolean {
  const [one, other] = [a, b].map((file) => lstatSync(file, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

/** Whether two plain files have the same content and permissions. */
function isEqual(a: Place, b: Place): boolean {
  const [one, other] = [a, b].map((file) => lstatSync(file, { throwIfNoEntry: false }));
  if (!one?.isFile() || !other?.isFile() || one.mode !== other.mode || one.size !== other.size) return false;
  return readFileSync(a).equals(readFileSync(b));
}
