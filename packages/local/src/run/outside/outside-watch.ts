import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { OutsideChange } from '@spec-kitty/core/run/fence/outside-changes';
import type { CheckoutOwner } from '../../checkout/hold-index.ts';
import { writeAtomically } from '../../files/write-atomically.ts';
import { Git } from '../../git/git.ts';
import { worktreeRoots } from '../../git/worktree-admin.ts';
import { type CheckoutLook, lookAtCheckout, patchBetween } from './look-at-checkout.ts';

/** A look is a process of Git, which mostly waits for the disk. */
const AT_ONCE = 4;

/** An attempt that could change what it should not. */
interface Watched {
  readonly workspace: string;
  /** Folder of the attempt, for what is found. */
  readonly folder: string;
  readonly found: OutsideChange[];
  isOver: boolean;
}

/**
 * Looks for changes in checkouts in which no attempt works, between one look and the next: what is found is told to each
 * attempt that ran meanwhile. Looks that are asked for at the same time are one.
 */
export class OutsideWatch {
  readonly #owner: CheckoutOwner;
  readonly #objects: string;
  readonly #watched = new Map<string, Watched>();
  #last: ReadonlyMap<string, CheckoutLook> = new Map();
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param folder for contents that are not committed, so that a patch can be made of what they were. */
  constructor(owner: CheckoutOwner, folder: string) {
    this.#owner = owner;
    this.#objects = path.join(folder, 'outside-objects');
  }

  /** Watches for an attempt that is about to begin. */
  async enter(attempt: string, place: Pick<Watched, 'workspace' | 'folder'>): Promise<void> {
    await this.look();
    this.#watched.set(attempt, { ...place, found: [], isOver: false });
  }

  /** Ends it, with what has changed since. */
  async leave(attempt: string): Promise<readonly OutsideChange[]> {
    const one = this.#watched.get(attempt);
    if (!one) return [];
    one.isOver = true;
    await this.look();
    return one.found.toSorted((a, b) => a.root.localeCompare(b.root));
  }

  /** What has been found so far while an attempt ran. */
  found(attempt: string): readonly OutsideChange[] {
    return this.#watched.get(attempt)?.found ?? [];
  }

  /** Whether a file lies in a checkout that is not the one of an attempt, and not in the Git directory. */
  isOutside(attempt: string, file: string): boolean {
    const own = this.#watched.get(attempt)?.workspace;
    const { commonDir } = this.#owner.repository;
    const around = [...this.#roots(), commonDir].filter((root) => file.startsWith(`${root}${path.sep}`));
    const [deepest] = around.toSorted((a, b) => b.length - a.length);
    return deepest !== undefined && deepest !== own && deepest !== commonDir;
  }

  /** Looks once, from now on. */
  look(): Promise<void> {
    const begin = (): Promise<void> => {
      this.#next = undefined;
      this.#running = this.#round();
      return this.#running;
    };
    // What kept the look before from being kept was told to whoever asked for that.
    this.#next ??= this.#running.then(begin, begin);
    return this.#next;
  }

  #roots(): readonly string[] {
    const { primary, commonDir } = this.#owner.repository;
    return [primary, ...worktreeRoots(commonDir)];
  }

  async #round(): Promise<void> {
    const watched = [...this.#watched];
    const over = watched.filter(([, { isOver }]) => isOver).map(([id]) => id);
    const busy = new Set(watched.map(([, { workspace }]) => workspace));
    const looks = new Map<string, CheckoutLook>();
    const roots = this.#roots().filter((root) => !busy.has(root));
    for (let at = 0; at < roots.length; at += AT_ONCE)
      await Promise.all(
        roots.slice(at, at + AT_ONCE).map(async (root) => {
          const after = await this.#lookAt(
            root,
            watched.map(([, one]) => one),
          );
          if (after) looks.set(root, after);
        }),
      );
    this.#last = looks;
    for (const id of over) this.#watched.delete(id);
  }

  /** Tells those that are watched what has changed in a checkout since the last look at it. */
  async #lookAt(root: string, watched: readonly Watched[]): Promise<CheckoutLook | undefined> {
    const before = this.#last.get(root);
    const subject = { owner: this.#owner, root, objects: this.#objects };
    const after = await lookAtCheckout(subject, before).catch(unseen);
    if (!before || !after || after.changed.length === 0 || watched.length === 0) return after;
    const git = new Git(this.#owner.repository.primary, this.#owner.env);
    const { patch, files } = await patchBetween(subject, git, { before, after });
    if (files.length > 0) for (const one of watched) one.found.push(saved(one, { root, files, patch }));
    return after;
  }
}

/** A checkout that cannot be looked at now, as one that is being made, begins anew when it can. */
function unseen(error: unknown): undefined {
  if (!(error instanceof Fault) || error.code === 'DISK_FULL') throw error;
  return undefined;
}

function saved(
  { folder, found }: Watched,
  {
    root,
    files,
    patch,
  }: { readonly root: string; readonly files: readonly string[]; readonly patch: string },
): OutsideChange {
  if (patch === '') return { root, files, patch: null };
  const file = path.join(folder, `outside-${found.length + 1}.patch`);
  writeAtomically(file, Buffer.from(patch, 'latin1'));
  return { root, files, patch: file };
}
