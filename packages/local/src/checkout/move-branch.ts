import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Remains } from '@spec-kitty/core/ports/integration';
import { shellWord } from '@spec-kitty/core/shell-word';
import { hasFields, isObject, isText, isTexts, readRecord } from '../files/read-record.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { commitOf } from '../git/commit-of.ts';
import { Git } from '../git/git.ts';
import { requireBranchFree } from '../git/require-branch-free.ts';
import { privateDir } from '../repository/repository.ts';
import { branchMoved } from './branch-moved.ts';
import { type CheckoutOwner, freeIndex, holdIndexes, withIndexCopy } from './hold-index.ts';
import type { HeldIndex } from './index-git.ts';
import {
  checkoutsOf,
  type CheckoutMove,
  requireUnchangedSince,
  resumeCheckout,
  setCheckout,
  verifyCheckout,
} from './move-checkout.ts';
import { SavedCheckout } from './saved-checkout.ts';
import { type RefChange, updateRefs } from './update-refs.ts';

/** A branch that goes to another commit, and every checkout of it with it. */
export interface BranchMove extends CheckoutMove {
  readonly branch: string;
  /** Paths of which only the index follows in the primary checkout: somebody else writes their files there. */
  readonly indexOnly: readonly string[];
  /** Refs that are made before anything else changes, and keep commits that must not be lost. */
  readonly keeps?: Readonly<Record<string, string>>;
}

/** A move that has begun, with what its caller wanted to know in case it must be finished later. */
export interface MoveRecord {
  readonly move: BranchMove;
  readonly note: string;
}

/** How far a recorded move has come: whether the branch has moved yet, has gone on from there, or goes its own way. */
export type MoveStage = 'begun' | 'moved' | 'continued' | 'astray';

/**
 * Moves a branch and its checkouts so that an interruption at any point loses nothing.
 *
 * All checkouts are held and verified; the move is recorded; refs keep what must not be lost; the checkouts get the new
 * content, index and files, while what was there is kept aside; then the branch moves in one step. Whatever fails in
 * between is undone at once. After a kill {@link resume} goes on, and {@link abort} undoes it to the byte.
 */
export class BranchMover {
  readonly #owner: CheckoutOwner;
  readonly #git: Git;

  constructor(owner: CheckoutOwner) {
    this.#owner = owner;
    this.#git = new Git(owner.repository.primary, owner.env);
  }

  /**
   * Moves a branch. The record stays until {@link forget}, for work that follows and belongs to the move.
   *
   * @param name of the record; the caller holds a lock that makes it the only one to use it.
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES`, `TARGET_MOVED`, or as {@link requireFree}; nothing is changed then.
   */
  async run(name: string, move: BranchMove, note = ''): Promise<void> {
    await this.#hold(move, async (gits) => {
      await this.requireFree(move.branch);
      for (const git of gits) await verifyCheckout(git, await this.#moveIn(git, move));
      // Undone, it takes only what it has made itself.
      const known = await this.#kept(move.keeps);
      const missing = Object.entries(move.keeps ?? {}).filter(([ref, value]) => known.get(ref) !== value);
      const keeps = Object.fromEntries(missing);
      const record: MoveRecord = { move: { ...move, keeps }, note };
      writeAtomically(this.file(name), JSON.stringify(record));
      try {
        await this.#keep(name, record.move, known);
        for (const [number, git] of gits.entries())
          this.#saved(name, number).save(git, await this.#allPaths(git, move));
        for (const git of gits) await follow(git, await this.#moveIn(git, move), setCheckout);
        await this.#advance(name, move);
      } catch (error) {
        await this.#undo(name, record.move, gits, { atOnce: true }).catch(() => undefined);
        throw error;
      }
    });
  }

  /** Makes sure that no worktree is in the way of a move. @throws Fault `BRANCH_IN_USE` or `CHECKOUT_MISSING`. */
  requireFree(branch: string): Promise<void> {
    return requireBranchFree(this.#git, this.#owner.repository, branch);
  }

  /**
   * Looks whether every checkout could follow, and changes nothing.
   *
   * @param own paths that are only known once the move is made; the primary checkout gets them from somebody else.
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES`, or as {@link requireFree}.
   */
  async verify(move: BranchMove, own: readonly string[] = []): Promise<void> {
    await this.requireFree(move.branch);
    for (const root of await checkoutsOf(this.#git, move.branch)) {
      await withIndexCopy(this.#owner, root, (git) => {
        const changed = this.#isPrimary(git) ? move.changed : [...move.changed, ...own];
        return verifyCheckout(git, { ...move, changed });
      });
    }
  }

  /** What is recorded of a move; `undefined` when there is none. */
  async pending(name: string): Promise<(MoveRecord & { readonly stage: MoveStage }) | undefined> {
    const record = this.#read(name);
    return record && { ...record, stage: await this.#stage(record.move) };
  }

  /**
   * Finishes a move that was interrupted; `undefined` when there is none.
   * @param hints what to do about files changed since, where they stop it; else they stay, as changes of somebody's.
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES`; `TARGET_MOVED` when the branch has gone elsewhere meanwhile; only {@link abort} is left then.
   */
  async resume(name: string, hints?: readonly string[]): Promise<MoveRecord | undefined> {
    await freeIndex(this.#owner, this.#owner.repository.primary);
    const { move, note = '', stage } = (await this.pending(name)) ?? {};
    if (!move) return undefined;
    if (stage === 'begun') await this.requireFree(move.branch);
    if (stage === 'astray') throw branchMoved(move.branch, move.before);
    // A branch that has gone on since took its checkouts along.
    if (stage !== 'continued')
      await this.#hold(
        move,
        async (gits) => {
          const [ours, others] = await this.#divide(gits, move);
          if (stage === 'begun' && hints)
            for (const git of ours) await requireUnchangedSince(git, await this.#moveIn(git, move), hints);
          await this.#restore(name, move, others);
          for (const git of ours) await follow(git, await this.#moveIn(git, move), resumeCheckout);
          if (stage !== 'begun') return;
          await this.#keep(name, move, await this.#kept(move.keeps));
          await this.#advance(name, move);
        },
        name,
      );
    return { move, note };
  }

  /**
   * Undoes a move: files and index of its checkouts become what they were, then the branch, and the refs that it made
   * go. What somebody has written, committed or switched to since stays as it is; then the refs stay, too.
   *
   * @throws Fault `TARGET_MOVED` when the branch has gone on from where the move brought it.
   */
  async abort(name: string): Promise<Remains | undefined> {
    await freeIndex(this.#owner, this.#owner.repository.primary);
    const pending = await this.pending(name);
    if (!pending) return undefined;
    const { move, stage } = pending;
    if (stage === 'continued') throw branchMoved(move.branch, move.before);
    return this.#hold(move, (gits) => this.#undo(name, move, gits), name);
  }

  /** Finishes a move that was interrupted, and ends it. One whose branch somebody has taken elsewhere is given up. */
  async settle(name: string): Promise<void> {
    if ((await this.pending(name))?.stage === 'astray') await this.abort(name);
    else await this.resume(name);
    await this.forget(name);
  }

  /** Ends a move: nothing that belongs to it is left to do. */
  async forget(name: string): Promise<void> {
    try {
      const pin = pinOf(name);
      if ((await commitOf(this.#git, pin)) !== undefined)
        await updateRefs(this.#git, [{ ref: pin, value: undefined }]);
      rmSync(this.#folder(name), { recursive: true, force: true });
      rmSync(this.file(name), { force: true });
    } catch {
      // Then the next run finishes once more what is finished.
    }
  }

  /**
   * Holds every checkout of the branch; one that has come or gone meanwhile stops it.
   *
   * @param name of a recorded move: those that it began to change are held as well, whatever they have checked out now.
   */
  async #hold<T>(
    { branch, before }: BranchMove,
    body: (gits: readonly HeldIndex[]) => Promise<T>,
    name?: string,
  ): Promise<T> {
    const begun = name === undefined ? [] : this.#allSaved(name).flatMap(({ root }) => root ?? []);
    const find = async () => (await checkoutsOf(this.#git, branch, begun)).toSorted();
    const roots = await find();
    return holdIndexes(this.#owner, roots, async (gits) => {
      if ((await find()).join('\n') !== roots.join('\n')) throw branchMoved(branch, before);
      return body(gits);
    });
  }

  /** Checkouts that have the branch checked out, and those that have left it since a move of it began. */
  async #divide(
    gits: readonly HeldIndex[],
    { branch }: BranchMove,
  ): Promise<readonly [readonly HeldIndex[], readonly HeldIndex[]]> {
    const roots = new Set(await checkoutsOf(this.#git, branch));
    return [gits.filter((git) => roots.has(git.directory)), gits.filter((git) => !roots.has(git.directory))];
  }

  async #stage({ branch, before, after }: BranchMove): Promise<MoveStage> {
    const tip = await commitOf(this.#git, `refs/heads/${branch}`);
    if (tip === before && before !== after) return 'begun';
    if (tip === undefined) return 'astray';
    if (tip === after) return 'moved';
    return (await this.#git.ok(['merge-base', '--is-ancestor', after, tip])) ? 'continued' : 'astray';
  }

  /** What the move is in one checkout: in any but the primary one, every path is moved like the others. */
  async #moveIn(git: Git, move: BranchMove): Promise<BranchMove> {
    if (move.indexOnly.length === 0 || this.#isPrimary(git)) return move;
    return { ...move, changed: await this.#allPaths(git, move), indexOnly: [] };
  }

  async #allPaths(git: Git, { before, after, changed, indexOnly }: BranchMove): Promise<readonly string[]> {
    if (indexOnly.length === 0) return changed;
    const options = ['--name-only', '--no-renames', '-z', before, after, '--', ...indexOnly];
    return [...new Set([...changed, ...(await git.records(['--literal-pathspecs', 'diff', ...options]))])];
  }

  #isPrimary({ directory }: Git): boolean {
    return path.resolve(directory) === this.#owner.repository.primary;
  }

  /** Before anything changes: from here on no clean-up of Git takes the commits away, nor what a ref kept before. */
  async #keep(name: string, { after, keeps = {} }: BranchMove, known: Refs): Promise<void> {
    const changes: RefChange[] = [{ ref: pinOf(name), value: after }];
    for (const [ref, value] of Object.entries(keeps)) {
      const earlier = known.get(ref);
      if (earlier === value) continue;
      if (earlier !== undefined) changes.push({ ref: `${ref}-${earlier.slice(0, 12)}`, value: earlier });
      changes.push({ ref, value });
    }
    await updateRefs(this.#git, changes);
  }

  /** Values of those of a move's refs that there are. */
  async #kept(keeps: BranchMove['keeps'] = {}): Promise<Refs> {
    const refs = Object.keys(keeps);
    if (refs.length === 0) return new Map();
    const lines = await this.#git.lines(['for-each-ref', '--format=%(objectname) %(refname)', ...refs]);
    return new Map(
      lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]),
    );
  }

  async #advance(name: string, { branch, before, after }: BranchMove): Promise<void> {
    const changes: readonly RefChange[] = [
      { ref: `refs/heads/${branch}`, value: after, expected: before },
      { ref: pinOf(name), value: undefined, expected: after },
    ];
    try {
      if (await updateRefs(this.#git, changes)) return;
    } catch (error) {
      // A Git that died may have moved it all the same.
      if ((await commitOf(this.#git, `refs/heads/${branch}`)) === after) return;
      throw error;
    }
    throw branchMoved(branch, before);
  }

  /** Files first: as long as the branch is ahead, an interruption here can still be made good either way. */
  async #undo(
    name: string,
    move: BranchMove,
    gits: readonly HeldIndex[],
    { atOnce = false } = {},
  ): Promise<Remains> {
    const { branch, before, after, keeps = {} } = move;
    const left = await this.#restore(name, move, gits, { atOnce });
    if (await this.#isMoved(move))
      await updateRefs(this.#git, [{ ref: `refs/heads/${branch}`, value: before, expected: after }]);
    const tip = (await commitOf(this.#git, `refs/heads/${branch}`)) ?? null;
    if (atOnce || (left.length === 0 && tip === before)) await this.#dropRefs(keeps);
    await this.forget(name);
    return { tip, left };
  }

  async #dropRefs(keeps: Readonly<Record<string, string>>): Promise<void> {
    const known = await this.#kept(keeps);
    const made = Object.entries(keeps).filter(([ref, value]) => known.get(ref) === value);
    const changes = made.map(([ref]) => ({ ref, value: undefined }));
    if (changes.length > 0) await updateRefs(this.#git, changes);
  }

  async #isMoved({ branch, before, after }: BranchMove): Promise<boolean> {
    return before !== after && (await commitOf(this.#git, `refs/heads/${branch}`)) === after;
  }

  /**
   * Makes checkouts what they were before a move, as far as nobody has changed them since; names what stays.
   *
   * @param atOnce whether they have been held since the move began, so that nobody has.
   */
  async #restore(
    name: string,
    move: BranchMove,
    gits: readonly HeldIndex[],
    { atOnce = false } = {},
  ): Promise<Remains['left']> {
    const saved = new Map(this.#allSaved(name).map((one) => [one.root, one]));
    const [ours] = await this.#divide(gits, move);
    const moved = await this.#isMoved(move);
    const left = [];
    for (const git of gits) {
      const goesBack = moved && ours.includes(git);
      const head = atOnce || goesBack ? move.before : ((await commitOf(git, 'HEAD')) ?? move.before);
      const paths = await this.#restoreOne(git, move, { saved: saved.get(git.directory), head, goesBack });
      git.publish();
      // In the primary checkout the move does not write these.
      const others = this.#isPrimary(git) ? paths.filter((file) => !isBelow(file, move.indexOnly)) : paths;
      if (others.length > 0) left.push({ checkout: git.directory, paths: others });
    }
    return left;
  }

  async #restoreOne(
    git: HeldIndex,
    move: BranchMove,
    {
      saved,
      head,
      goesBack,
    }: { readonly saved: SavedCheckout | undefined; readonly head: string; readonly goesBack: boolean },
  ): Promise<readonly string[]> {
    const { before, after } = move;
    const changed = await this.#allPaths(git, move);
    if (saved) return saved.restore(git, { before, after, changed }, head);
    // A checkout that somebody has made since has the branch as the move left it.
    return goesBack ? resumeCheckout(git, { before: after, after: before, changed }) : [];
  }

  #saved(name: string, number: number): SavedCheckout {
    return new SavedCheckout(path.join(this.#folder(name), String(number)));
  }

  #allSaved(name: string): readonly SavedCheckout[] {
    const folder = this.#folder(name);
    return existsSync(folder) ? readdirSync(folder).map((number) => this.#saved(name, Number(number))) : [];
  }

  #read(name: string): MoveRecord | undefined {
    const file = this.file(name);
    const hints = [
      `Compare each checkout of the branch with it, by \`git status\`; what was there before is kept in ${this.#folder(name)}`,
      `When everything is as you want it, run \`rm ${shellWord(file)}\`.`,
    ];
    return readRecord(file, { check: isMoveRecord, hints });
  }

  /** Where a move is recorded. */
  file(name: string): string {
    return `${this.#folder(name)}.json`;
  }

  #folder(name: string): string {
    return privateDir(this.#owner.repository, 'moves', name);
  }
}

function isMoveRecord(value: unknown): value is MoveRecord {
  const move = {
    branch: isText,
    before: isText,
    after: isText,
    changed: isTexts,
    indexOnly: isTexts,
    keeps: (keeps: unknown) => keeps === undefined || isObject(keeps),
  };
  return hasFields(value, { note: isText, move: (given) => hasFields(given, move) });
}

type Refs = ReadonlyMap<string, string>;

/** Keeps the commit that a branch is about to move to. */
function pinOf(name: string): string {
  return `refs/spec-kitty/moving/${name}`;
}

function isBelow(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => file === folder || file.startsWith(`${folder}/`));
}

async function follow(
  git: HeldIndex,
  move: BranchMove,
  set: (git: HeldIndex, move: CheckoutMove) => Promise<unknown>,
): Promise<void> {
  await set(git, move);
  const reset = ['--literal-pathspecs', 'reset', '--quiet', '--no-refresh', move.after, '--'];
  if (move.indexOnly.length > 0) await git.run([...reset, ...move.indexOnly]);
  git.publish();
}
