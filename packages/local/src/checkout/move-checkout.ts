import type { Stats } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import { shellPaths, shellWord } from '@spec-kitty/core/shell-word';
import { knownAbsent } from '../files/known-absent.ts';
import { listFolder } from '../files/list-folder.ts';
import type { Git } from '../git/git.ts';
import { worktreesOf } from '../git/list-worktrees.ts';
import { treeChanges } from '../git/tree-changes.ts';
import {
  contentsOf,
  folderInTheWay,
  indexEntries,
  isBeginning,
  lookAt,
  statAt,
  treeEntries,
  treeIds,
} from './checkout-content.ts';
import type { IndexGit } from './index-git.ts';
import { indexInfo } from './index-info.ts';
import { putPaths } from './put-paths.ts';

/** A move of a checkout from one commit to another; all other paths stay as they are. */
export interface CheckoutMove {
  readonly before: string;
  readonly after: string;
  /** Paths that differ between the two commits and are to be moved. */
  readonly changed: readonly string[];
}

/** Roots of all worktrees, the primary checkout included, that have a branch checked out, or are among others. */
export async function checkoutsOf(
  git: Git,
  branch: string,
  among: readonly string[] = [],
): Promise<readonly string[]> {
  return (await worktreesOf(git, branch, among)).filter(({ prunable }) => !prunable).map(({ root }) => root);
}

/**
 * Makes sure that moving a checkout loses nothing: no path that changes may differ from the old commit, in the
 * index or on disk, nor exist there without being tracked. A path that has its new content already is fine.
 *
 * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES` naming the paths.
 */
export async function verifyCheckout(git: Git, move: CheckoutMove): Promise<void> {
  await git.attempt(['update-index', '-q', '--refresh']);
  const tracked = await treeIds(git, move.before);
  const affected = new Set(move.changed);
  const leaves = (file: string) => affected.has(file) && tracked.has(file);
  const differing = await differingFrom(git, move.before, affected);
  const folderAt = remembered((folder) => lookAt(git.directory, folder));
  const isAbsent = knownAbsent(git.directory);
  const untracked = new Map<string, readonly string[]>();
  for (const file of move.changed) {
    const found = tracked.has(file) ? [] : inTheWay(git.directory, file, { leaves, folderAt, isAbsent });
    if (found.length > 0) untracked.set(file, found);
  }
  const unwatched = await unwatchedAmong(git, affected);
  const suspects = [...new Set([...differing, ...untracked.keys(), ...unwatched.keys()])];
  if (suspects.length === 0) return;

  const wanted = await treeIds(git, move.after);
  const contents = await contentsOf(git, suspects);
  const onDisk = suspects.filter((file) => {
    const content = contents.get(file);
    const fine = [wanted.get(file), ...(unwatched.has(file) ? [tracked.get(file)] : [])];
    if (content?.kind === 'absent') return wanted.has(file) && !unwatched.has(file);
    return content?.kind !== 'file' || !fine.includes(content.id);
  });
  const staged = await differingFrom(git, move.before, affected, '--cached');
  const stagedElse =
    staged.length === 0 ? [] : await differingFrom(git, move.after, new Set(staged), '--cached');
  const lost = [...new Set([...onDisk, ...stagedElse].flatMap((file) => untracked.get(file) ?? [file]))];
  if (lost.length === 0) return;
  const unseen = [...lookAgain(git.directory, lost, unwatched), ...(await ignoredAmong(git, lost))];
  throw wouldLose(git.directory, lost, [...unseen, PUT_ASIDE]);
}

/** Of files that Git ignores, `git status` shows nothing either. */
async function ignoredAmong(git: Git, lost: readonly string[]): Promise<readonly string[]> {
  const stdin = lost.map((file) => `${file}\0`).join('');
  const { stdout } = await git.attempt(['check-ignore', '-z', '--stdin'], { stdin, encoding: 'escaped' });
  const ignored = stdout.split('\0').filter((file) => file !== '');
  if (ignored.length === 0) return [];
  const command = `git -C ${shellWord(git.directory)} status --ignored -- ${shellPaths(ignored)}`;
  return [`Git ignores ${few(ignored)}; it shows them by \`${command}\`.`];
}

/** Paths that Git was told not to look at (`assume-unchanged`, `skip-worktree`), so that it would miss a change. */
async function unwatchedAmong(git: Git, among: ReadonlySet<string>): Promise<Unwatched> {
  const records = await git.records(['ls-files', '-v', '-z']);
  const found = records
    .filter((record) => /^[a-zS] /.test(record))
    .map(
      (record) => [record.slice(2), record.startsWith('S') ? 'skip-worktree' : 'assume-unchanged'] as const,
    );
  return new Map(found.filter(([file]) => among.has(file)));
}

/** By path, what Git was told of it. */
type Unwatched = ReadonlyMap<string, 'assume-unchanged' | 'skip-worktree'>;

/** Of these paths `git status` shows nothing, and `git commit` takes nothing. */
function lookAgain(root: string, lost: readonly string[], unwatched: Unwatched): readonly string[] {
  return (['assume-unchanged', 'skip-worktree'] as const).flatMap((mark) => {
    const files = lost.filter((file) => unwatched.get(file) === mark);
    if (files.length === 0) return [];
    const command = `git -C ${shellWord(root)} update-index --no-${shellWord(mark)} -- ${shellPaths(files)}`;
    return [`Git was told not to look at ${few(files)}; have it look again: \`${command}\`.`];
  });
}

async function differingFrom(
  git: Git,
  commit: string,
  among: ReadonlySet<string>,
  ...options: string[]
): Promise<readonly string[]> {
  const found = await git.records(['diff-index', '--name-only', '--no-renames', '-z', ...options, commit]);
  return found.filter((file) => among.has(file));
}

/** Gives the paths of a checkout, index and files, the content of the commit it moves to. Repeatable. */
export async function setCheckout(git: IndexGit, { before, after, changed }: CheckoutMove): Promise<void> {
  const among = new Set(changed);
  const changes = [...(await treeChanges(git, before, after))].filter(([file]) => among.has(file));
  await putPaths(git, new Map(changes));
  // Git only warns when it cannot remove a file.
  const left = changes.flatMap(([file, { now }]) =>
    now === undefined && statAt(git, file)?.isDirectory() === false ? [file] : [],
  );
  if (left.length > 0) throw cannotRemove(git.directory, left);
}

/**
 * Goes on with a move that was interrupted.
 *
 * Files that are as before, as after, missing, or the torn beginning of the new content come from the move itself.
 * Whatever else is there now, on disk or staged, somebody has made since: it stays, as a change of theirs.
 *
 * @returns the paths that stayed.
 */
export async function resumeCheckout(git: IndexGit, move: CheckoutMove): Promise<readonly string[]> {
  const { theirs, follow } = await changedSince(git, move);
  const kept = new Set(theirs);
  await setCheckout(git, { ...move, changed: move.changed.filter((file) => !kept.has(file)) });
  await git.run(['update-index', '-z', '--index-info'], { stdin: indexInfo(follow) });
  return theirs;
}

/**
 * Makes sure that nobody has changed what an interrupted move is to change: with the branch moved, it would look as if they
 * took the merge back. @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES` naming the paths.
 */
export async function requireUnchangedSince(
  git: IndexGit,
  move: CheckoutMove,
  hints: readonly string[],
): Promise<void> {
  const { theirs } = await changedSince(git, move);
  if (theirs.length > 0) throw wouldLose(git.directory, theirs, hints);
}

/** What somebody has made of paths since a move was interrupted, and those of which the index goes along all the same. */
async function changedSince(git: IndexGit, move: CheckoutMove) {
  const { before, after, changed } = move;
  const [old, wanted, contents, staged] = [
    await treeEntries(git, before),
    await treeEntries(git, after),
    await contentsOf(git, changed),
    await indexEntries(git),
  ];
  const moved = new Set(changed);
  // What the move itself has put where a folder was, or a file, is judged by its own content.
  const leaves = (file: string) => moved.has(file) && (old.has(file) || wanted.has(file));
  const isStaged = (file: string) =>
    staged.has(file) && ![old.get(file), wanted.get(file)].includes(staged.get(file));
  const theirs: string[] = [];
  for (const file of changed) {
    const content = contents.get(file);
    const ids = [old, wanted].map((tree) => tree.get(file)?.split(' ')[1]);
    const isFine =
      !isStaged(file) &&
      (content?.kind === 'file'
        ? ids.includes(content.id) || (await isBeginning(git, file, after))
        : inTheWay(git.directory, file, { leaves }).length === 0);
    if (!isFine) theirs.push(file);
  }
  const follow = theirs.filter((file) => wanted.has(file) && !isStaged(file));
  return { theirs, follow: new Map(follow.map((file) => [file, wanted.get(file)])) };
}

/** What a move has in its way: what it takes away itself is none of it. */
interface Obstacles {
  readonly leaves: (file: string) => boolean;
  /** What is where a folder must be. */
  readonly folderAt?: (folder: string) => Stats | undefined;
  /** Whether nothing is there, as far as that is known without a look. */
  readonly isAbsent?: (file: string) => boolean;
}

/** A folder with more in it is named itself. */
const MOST_NAMED = 10;

/** What is where a new file must be, or where one of its folders must be. */
function inTheWay(root: string, file: string, { leaves, folderAt, isAbsent }: Obstacles): readonly string[] {
  const folder = folderInTheWay(root, file, folderAt);
  if (folder !== undefined) return leaves(folder) ? [] : [folder];
  if (isAbsent?.(file)) return [];
  const found = lookAt(root, file);
  if (!found?.isDirectory()) return found === undefined ? [] : [file];
  const inside = filesBelow(root, file).filter((below) => !leaves(below));
  return inside.length > MOST_NAMED ? [file] : inside;
}

/** Asks once for each name: thousands of new files share their folders. */
function remembered<T>(ask: (name: string) => T): (name: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (name) => {
    const one = known.get(name) ?? { answer: ask(name) };
    known.set(name, one);
    return one.answer;
  };
}

function filesBelow(root: string, folder: string): readonly string[] {
  return listFolder(root, folder).flatMap(({ file, isFolder }) =>
    isFolder ? filesBelow(root, file) : [file],
  );
}

function cannotRemove(root: string, files: readonly string[]): Fault {
  return new Fault('refused', 'READ_ONLY', `This user may not remove ${files.join(', ')} in ${root}`, {
    hints: ['Make them and their folders writable, then run the command again.'],
    details: { checkout: root, paths: files },
  });
}

const PUT_ASIDE = 'Commit them or put them aside, then run the command again. Nothing was changed.';

function wouldLose(root: string, lost: readonly string[], hints: readonly string[]): Fault {
  return new Fault(
    'refused',
    'CHECKOUT_WOULD_LOSE_CHANGES',
    `The checkout has changes of its own in ${few(lost)}: ${root}`,
    {
      hints,
      details: { checkout: root, paths: lost },
    },
  );
}
