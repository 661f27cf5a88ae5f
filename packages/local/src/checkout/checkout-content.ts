import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { isEscaped } from '../files/escaped-text.ts';
import { placeOf } from '../files/place-of.ts';
import { blobAt } from '../git/blob-at.ts';
import type { Git } from '../git/git.ts';
import type { Entry } from '../git/tree-changes.ts';
import { mayHaveMarks } from '../repository/index-marks.ts';

/** Object ids of a commit's files, links among them, by path. */
export async function treeIds(git: Git, commit: string): Promise<ReadonlyMap<string, string>> {
  const entries = await treeEntries(git, commit);
  return new Map([...entries].map(([file, entry]) => [file, entry.slice(entry.indexOf(' ') + 1)]));
}

/** Files of a commit, links and submodules among them, by path. */
export async function treeEntries(
  git: Git,
  commit: string,
): Promise<ReadonlyMap<string, NonNullable<Entry>>> {
  const records = await git.records(['ls-tree', '-r', '-z', commit]);
  return new Map(
    records.map((record) => {
      const tab = record.indexOf('\t');
      const [mode, , id] = record.slice(0, tab).split(' ');
      return [record.slice(tab + 1), `${mode} ${id}`];
    }),
  );
}

/** What is at a path of a checkout: nothing, or the object id of its content; `other` for a folder or device. */
export type Content = { readonly kind: 'absent' | 'other' } | { readonly kind: 'file'; readonly id: string };

/** Looks at paths of a checkout; contents are taken as Git would store them. */
export async function contentsOf(git: Git, files: readonly string[]): Promise<ReadonlyMap<string, Content>> {
  const contents = new Map<string, Content>();
  const plain: string[] = [];
  for (const file of files) {
    const found = statAt(git, file);
    if (found?.isFile()) plain.push(file);
    else if (found?.isSymbolicLink()) {
      const stdin = readlinkSync(placeOf(git.directory, file), { encoding: 'buffer' });
      contents.set(file, { kind: 'file', id: await git.text(['hash-object', '--stdin'], { stdin }) });
    } else contents.set(file, { kind: found ? 'other' : 'absent' });
  }
  for (const [at, id] of (await hashes(git, plain)).entries())
    contents.set(plain[at] ?? '', { kind: 'file', id });
  return contents;
}

/** A name with a newline cannot be given on standard input. */
async function hashes(git: Git, files: readonly string[]): Promise<readonly string[]> {
  if (files.length === 0) return [];
  if (files.some((file) => file.includes('\n'))) return git.lines(['hash-object', '--', ...files]);
  return git.lines(['hash-object', '--stdin-paths'], { stdin: files.map((file) => `${file}\n`).join('') });
}

/** Whether a file is what is left of one that was being written: the beginning of its content in a commit. */
export async function isBeginning(git: Git, file: string, commit: string): Promise<boolean> {
  if (!statAt(git, file)?.isFile()) return false;
  const whole = await checkedOut(git, file, commit);
  return whole?.startsWith(readFileSync(placeOf(git.directory, file), 'latin1')) === true;
}

/** Content of a file as Git writes it; as it is stored, where the name cannot be said in a command. */
async function checkedOut(git: Git, file: string, commit: string): Promise<string | undefined> {
  if (isEscaped(file)) return blobAt(git, commit, file);
  const whole = await git.attempt(['cat-file', '--filters', `${commit}:${file}`], { encoding: 'latin1' });
  return whole.exitCode === 0 ? whole.stdout : undefined;
}

/** Looks at a path; a file where one of its folders should be means that it is not there. */
export function statAt(git: Git, file: string): Stats | undefined {
  try {
    return lstatSync(placeOf(git.directory, file), { throwIfNoEntry: false });
  } catch {
    // ENOTDIR.
    return undefined;
  }
}

/** Looks at a path whose folders are there. */
export function lookAt(root: string, name: string): Stats | undefined {
  return lstatSync(placeOf(root, name), { throwIfNoEntry: false });
}

/** What is where one of a path's folders must be and is no folder, by its path; a link to a folder is none either. */
export function folderInTheWay(
  root: string,
  file: string,
  folderAt = (folder: string) => lookAt(root, folder),
): string | undefined {
  for (let end = file.indexOf('/'); end > 0; end = file.indexOf('/', end + 1)) {
    const folder = file.slice(0, end);
    const found = folderAt(folder);
    if (!found) return undefined;
    if (!found.isDirectory()) return folder;
  }
  return undefined;
}

/** Entries of an index, by path: `<mode> <object id>`, or all stages of a path that is not merged. */
export async function indexEntries(git: Git): Promise<ReadonlyMap<string, NonNullable<Entry>>> {
  const entries = new Map<string, string>();
  for (const record of await git.records(['ls-files', '--stage', '-z'])) {
    const tab = record.indexOf('\t');
    const [file, found] = [record.slice(tab + 1), record.slice(0, tab).replace(/ 0$/, '')];
    entries.set(file, entries.has(file) ? `${entries.get(file)}, ${found}` : found);
  }
  return entries;
}

/**
 * Paths of a checkout that Git was told not to look at (`assume-unchanged`, `skip-worktree`), and that are not as the index has
 * them: `git status` shows nothing of it. What a sparse checkout leaves out is not there, and no change.
 */
export async function unwatchedChanges(git: Git): Promise<readonly string[]> {
  if (!mayHaveMarks(git.directory)) return [];
  const marks = new Map<string, boolean>();
  for (const record of await git.records(['ls-files', '-v', '-z']))
    if (/^[a-zS] /.test(record)) marks.set(record.slice(2), /^[a-rt-z]/.test(record));
  if (marks.size === 0) return [];
  const staged = await indexEntries(git);
  const contents = await contentsOf(git, [...marks.keys()]);
  return [...marks].flatMap(([file, mustBeThere]) => {
    const content = contents.get(file);
    const differs =
      content?.kind === 'file'
        ? content.id !== staged.get(file)?.split(' ')[1]
        : content?.kind === 'absent' && mustBeThere;
    return differs ? [file] : [];
  });
}
