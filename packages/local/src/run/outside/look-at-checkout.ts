import { existsSync, mkdirSync, type Stats } from 'node:fs';
import path from 'node:path';
import { changedBetween, type Fingerprints } from '@spec-kitty/core/run/fence/outside-changes';
import { statAt } from '../../checkout/checkout-content.ts';
import { draftPath, removeDraft } from '../../checkout/draft-path.ts';
import type { CheckoutOwner } from '../../checkout/hold-index.ts';
import { copyIndex, IndexGit } from '../../checkout/index-git.ts';
import type { Git } from '../../git/git.ts';
import { worktreeAdmin } from '../../git/worktree-admin.ts';
import { privateDir } from '../../repository/repository.ts';
import { checkoutState } from '../../lanes/checkout-state.ts';

/** A checkout at one moment. */
export interface CheckoutLook {
  readonly commit: string | null;
  /** What is not committed. */
  readonly files: Fingerprints;
  /** Everything in it, but for what is ignored or too large: a tree, or the commit where it has just that. */
  readonly tree: string;
  /** What has changed since the look before, as far as can be told without reading it. */
  readonly changed: readonly string[];
}

/** A checkout to look at. */
export interface LookSubject {
  readonly owner: CheckoutOwner;
  readonly root: string;
  /** Folder for contents: the repository's own objects stay as they are. */
  readonly objects: string;
}

/** Larger files are compared by size and time alone. */
const MOST_BYTES = 8 * 1024 * 1024;
/** As many as a command line takes on every system. */
const PATHS_A_CALL = 100;

/**
 * Looks at a checkout and keeps what is not committed there; nothing in the checkout or its index changes.
 *
 * @returns `undefined` while some Git is changing the checkout.
 */
export async function lookAtCheckout(
  subject: LookSubject,
  before: CheckoutLook | undefined,
): Promise<CheckoutLook | undefined> {
  const { owner, root } = subject;
  const { primary, primaryGitDir, commonDir } = owner.repository;
  const gitDir = root === primary ? primaryGitDir : worktreeAdmin(commonDir, root);
  if (gitDir === undefined) return undefined;
  const isBusy = (): boolean => existsSync(path.join(gitDir, 'index.lock'));
  if (isBusy()) return undefined;
  const look = await onCopy(subject, gitDir, async (git): Promise<CheckoutLook> => {
    const { commit, dirty } = await checkoutState(git);
    // A repository inside this one is somebody else's.
    const paths = dirty.filter((file) => !file.endsWith('/'));
    const looked = new Map(
      [...(before?.files.keys() ?? []), ...paths].map((file) => [file, statAt(git, file)]),
    );
    const now = new Map([...looked].map(([file, found]) => [file, fingerprint(found)]));
    const files = new Map(paths.map((file) => [file, now.get(file) ?? '']));
    const changed = changedBetween(before?.files ?? new Map(), now);
    if (before && commit === before.commit && changed.length === 0) return { ...before, files, changed };
    const kept = paths.filter((file) => isKept(looked.get(file)));
    const isCommit = paths.length === 0 && commit !== null;
    return { commit, files, tree: isCommit ? commit : await treeWith(git, kept, subject), changed };
  });
  return isBusy() ? undefined : look;
}

/** What of the given paths differs between two looks, as a patch and by name; those that are too large by name alone. */
export async function patchBetween(
  { owner, root, objects }: LookSubject,
  git: Git,
  { before, after }: { readonly before: CheckoutLook; readonly after: CheckoutLook },
): Promise<{ readonly patch: string; readonly files: readonly string[] }> {
  const env = storing(objects, owner.repository.commonDir);
  const { changed } = after;
  const parts: string[] = [];
  const names: string[] = [];
  for (let at = 0; at < changed.length; at += PATHS_A_CALL) {
    const paths = changed.slice(at, at + PATHS_A_CALL).map((file) => `:(top,literal)${file}`);
    const trees = ['--no-renames', '--no-textconv', before.tree, after.tree, '--', ...paths];
    const { stdout } = await git.run(['diff', '--binary', '--full-index', ...trees], {
      env,
      encoding: 'latin1',
    });
    parts.push(stdout);
    names.push(...(await git.records(['diff', '--name-only', '-z', ...trees], { env })));
  }
  const large = changed.filter((file) => !names.includes(file) && !isKept(statAt(git.at(root), file)));
  return { patch: parts.join(''), files: [...names, ...large].toSorted() };
}

/** As for every look of ours, since Git would write the index again; but for one process less. */
async function onCopy<T>(
  { owner, root }: LookSubject,
  gitDir: string,
  body: (git: IndexGit) => Promise<T>,
): Promise<T> {
  const copy = draftPath(privateDir(owner.repository, 'tmp'), 'look');
  try {
    copyIndex(path.join(gitDir, 'index'), copy);
    return await body(new IndexGit(root, owner.env, copy));
  } finally {
    removeDraft(copy);
  }
}

function isKept(found: Stats | undefined): boolean {
  return found === undefined || ((found.isFile() || found.isSymbolicLink()) && found.size <= MOST_BYTES);
}

function fingerprint(found: Stats | undefined): string {
  return found === undefined ? 'absent' : `${found.mode} ${found.size} ${found.mtimeMs} ${found.ino}`;
}

async function treeWith(
  git: IndexGit,
  paths: readonly string[],
  { owner, objects }: LookSubject,
): Promise<string> {
  mkdirSync(objects, { recursive: true });
  const env = storing(objects, owner.repository.commonDir);
  const stdin = paths.map((file) => `${file}\0`).join('');
  if (stdin !== '') await git.run(['update-index', '--add', '--remove', '-z', '--stdin'], { stdin, env });
  return git.text(['write-tree'], { env });
}

function storing(objects: string, commonDir: string): Readonly<Record<string, string>> {
  return { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(commonDir, 'objects') };
}
