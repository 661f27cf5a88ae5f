import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeAtomically } from '../files/write-atomically.ts';
import { commitOf } from '../git/commit-of.ts';
import { Git } from '../git/git.ts';
import { privateDir } from '../repository/repository.ts';
import { branchMoved } from './branch-moved.ts';
import { type CheckoutOwner, freeIndex, holdIndexes } from './hold-index.ts';
import {
  checkoutsOf,
  type CheckoutMove,
  resumeCheckout,
  setCheckout,
  verifyCheckout,
} from './move-checkout.ts';
import { updateRefs } from './update-refs.ts';

/** A branch that goes to another commit, and every checkout of it with it. */
export interface BranchMove extends CheckoutMove {
  readonly branch: string;
  /** Paths of which only the index follows in the primary checkout: somebody else writes their files there. */
  readonly indexOnly: readonly string[];
  /** Ref that gets the branch's old tip when the branch moves, and not before. */
  readonly keptAs?: string;
}

/** A move that has begun, with what its caller wanted to know in case it must be finished later. */
export interface MoveRecord {
  readonly move: BranchMove;
  readonly note: string;
}

/**
 * Moves a branch and its checkouts so that an interruption at any point loses nothing and can be made good.
 *
 * First all checkouts are held and verified, and the move is recorded. Then the branch moves, in one step: that is the
 * moment at which it has happened. Then the checkouts follow. A move that cannot be finished is taken back; after one
 * that was killed, {@link resume} lets the checkouts follow.
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
   * @throws Fault `CHECKOUT_WOULD_LOSE_CHANGES` or `TARGET_MOVED`; nothing is changed then.
   */
  async run(name: string, move: BranchMove, note = ''): Promise<void> {
    const roots = await checkoutsOf(this.#git, move.branch);
    await holdIndexes(this.#owner, roots, async (gits) => {
      const now = await checkoutsOf(this.#git, move.branch);
      if (now.toSorted().join('\n') !== roots.toSorted().join('\n'))
        throw branchMoved(move.branch, move.before);
      for (const git of gits) await verifyCheckout(git, await this.#moveIn(git, move));
      const record: MoveRecord = { move, note };
      writeAtomically(this.#file(name), JSON.stringify(record));
      await this.#advance(name, move);
      try {
        for (const git of gits) await follow(git, await this.#moveIn(git, move), setCheckout);
      } catch (error) {
        await this.#takeBack(name, move, gits);
        throw error;
      }
    });
  }

  /** Finishes a move that was interrupted; `undefined` when there is none, or it had not happened yet. */
  async resume(name: string): Promise<MoveRecord | undefined> {
    await freeIndex(this.#owner, this.#owner.repository.primary);
    const record = this.#read(name);
    if (!record) return undefined;
    const { move } = record;
    const tip = await commitOf(this.#git, `refs/heads/${move.branch}`);
    const happened =
      tip !== undefined && (await this.#git.ok(['merge-base', '--is-ancestor', move.after, tip]));
    if (!happened) {
      this.forget(name);
      return undefined;
    }
    // A branch that has gone on since took its checkouts along.
    if (tip === move.after) {
      const roots = await checkoutsOf(this.#git, move.branch);
      await holdIndexes(this.#owner, roots, async (gits) => {
        for (const git of gits) await follow(git, await this.#moveIn(git, move), resumeCheckout);
      });
    }
    return record;
  }

  /** Ends a move: nothing that belongs to it is left to do. */
  forget(name: string): void {
    try {
      rmSync(this.#file(name), { force: true });
    } catch {
      // Then the next run finishes once more what is finished.
    }
  }

  /** What the move is in one checkout: in any but the primary one, every path is moved like the others. */
  async #moveIn({ directory }: Git, move: BranchMove): Promise<BranchMove> {
    const { before, after, changed, indexOnly } = move;
    if (indexOnly.length === 0 || path.resolve(directory) === this.#owner.repository.primary) return move;
    const args = [
      '--literal-pathspecs',
      'diff',
      '--name-only',
      '--no-renames',
      '-z',
      before,
      after,
      '--',
      ...indexOnly,
    ];
    return {
      ...move,
      changed: [...new Set([...changed, ...(await this.#git.records(args))])],
      indexOnly: [],
    };
  }

  async #advance(name: string, move: BranchMove): Promise<void> {
    const { branch, before, after, keptAs } = move;
    const kept = keptAs === undefined ? [] : [{ ref: keptAs, value: before }];
    let moved = false;
    try {
      const advance = { ref: `refs/heads/${branch}`, value: after, expected: before };
      moved = await updateRefs(this.#git, [...kept, advance]);
    } catch (error) {
      // A Git that died may have moved it all the same.
      if ((await commitOf(this.#git, `refs/heads/${branch}`)) === after) return;
      this.forget(name);
      throw error;
    }
    if (moved) return;
    this.forget(name);
    throw branchMoved(move.branch, move.before);
  }

  async #takeBack(name: string, move: BranchMove, gits: readonly Git[]): Promise<void> {
    const { branch, before, after } = move;
    const back = { ...move, before: after, after: before };
    try {
      // Files first: as long as the branch is ahead, an interruption here is made good by going forward.
      for (const git of gits) await follow(git, await this.#moveIn(git, back), setCheckout);
      await updateRefs(this.#git, [{ ref: `refs/heads/${branch}`, value: before, expected: after }]);
      this.forget(name);
    } catch {
      // What stopped the move stops this, too. The record stays, and the next run goes forward.
    }
  }

  #read(name: string): MoveRecord | undefined {
    const file = this.#file(name);
    if (!existsSync(file)) return undefined;
    const record: MoveRecord = JSON.parse(readFileSync(file, 'utf8'));
    return record;
  }

  #file(name: string): string {
    return privateDir(this.#owner.repository, 'moves', `${name}.json`);
  }
}

async function follow(
  git: Git,
  move: BranchMove,
  set: (git: Git, move: CheckoutMove) => Promise<unknown>,
): Promise<void> {
  await set(git, move);
  if (move.indexOnly.length > 0)
    await git.run(['--literal-pathspecs', 'reset', '--quiet', move.after, '--', ...move.indexOnly]);
}
