import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TrashEntry, TrashRecord } from '@spec-kitty/core/recovery/recoverable';
import { trashName } from '@spec-kitty/core/recovery/trash-name';
import { containedPath } from '../files/contained-path.ts';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { makeFolder, syncFolder } from '../files/sync-folder.ts';
import type { Git } from '../git/git.ts';
import { isAdminOf } from '../git/worktree-admin.ts';
import { openLock } from '../lock/open-lock.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { keepWorktreeCommits } from './keep-unreachable.ts';
import { isUnwritten, readRecord, writeRecord } from './trash-record.ts';
import { makeWorktreesFolder, requireFolder } from '../repository/worktrees-folder.ts';

/** What {@link Trash} works with. */
export interface TrashPorts {
  readonly repository: Repository;
  readonly git: Git;
  readonly nowMs: () => number;
  /** A test breaks off here. */
  readonly rename?: (from: string, to: string) => void;
}

/** What a caller knows of the folder that it throws away. */
export type Discarded = Omit<TrashRecord, 'version' | 'removed_at'>;

/** Name of the folder itself in an entry. */
export const TREE = 'worktree';

/** Name of what Git keeps for the worktree. */
export const ADMIN = 'admin';

/** Begins the name of an entry that is being deleted. */
const ERASING = '.erasing-';

/** The folder is in use, is a mount point, or may not be moved: it stays where it is. */
const UNMOVABLE = new Set(['EACCES', 'EBUSY', 'EPERM', 'EXDEV', 'ENOTEMPTY']);

/**
 * `.worktrees/.trash/`: one entry for each folder that was moved out of the way, with its record.
 *
 * Into the trash the folder goes first and what Git keeps for it second; back it is the other way round. So a kill leaves
 * a record without a folder, which means that nothing was moved, or a folder without what Git keeps, which the next
 * {@link settle} takes as well.
 */
export class Trash {
  readonly #ports: TrashPorts;

  constructor(ports: TrashPorts) {
    this.#ports = ports;
  }

  get #worktrees(): string {
    return path.join(this.#ports.repository.commonDir, 'worktrees');
  }

  /** Moves a folder into the trash with what Git keeps for it; answers with the entry's id, or `undefined` where it cannot be moved. */
  async put(root: string, discarded: Discarded): Promise<string | undefined> {
    const id = await this.take(root, discarded);
    await this.settle();
    return id;
  }

  /** The first half of {@link put}, for several folders: {@link settle} does the second for all of them. */
  async take(root: string, discarded: Discarded): Promise<string | undefined> {
    makeWorktreesFolder(this.#ports.repository.primary);
    return this.locked('remove a worktree', async () => {
      const entry = this.#newEntry(discarded);
      try {
        this.rename(root, path.join(entry, TREE));
      } catch (error) {
        if (!UNMOVABLE.has(errorCode(error) ?? '')) throw error;
        rmSync(entry, { recursive: true });
        return undefined;
      }
      syncFolder(path.dirname(root));
      syncFolder(entry);
      return path.basename(entry);
    });
  }

  /** Has Git forget a worktree whose folder is gone; what its reflog alone leads to gets backups named after the folder. */
  async forget(admin: string, folder: string): Promise<void> {
    await keepWorktreeCommits(this.#ports.git, [{ admin, name: `forgotten/${folder}` }]);
    rmSync(admin, { recursive: true, force: true });
  }

  /** Finishes or undoes what a killed process has begun; costs a look where there is nothing. */
  async settle(): Promise<void> {
    if (this.#names().some((name) => this.#isHalf(this.#at(name))))
      await this.locked('settle the trash', () => this.#settleAll());
  }

  /** Everything in the trash, the oldest first. */
  list(): readonly TrashEntry[] {
    return this.#names()
      .map((id) => this.#entry(id))
      .toSorted((a, b) => a.removedAtMs - b.removedAtMs || (a.id < b.id ? -1 : 1));
  }

  /** Deletes an entry for good. */
  async erase({ path: entry }: TrashEntry): Promise<void> {
    const aside = path.join(path.dirname(entry), `${ERASING}${path.basename(entry)}`);
    await this.locked('delete from the trash', async () => renameSync(entry, aside));
    remove(aside);
  }

  /** Deletes the rest of what a killed {@link erase} has begun to delete. */
  sweep(): void {
    for (const name of this.#children()) if (name.startsWith(ERASING)) remove(this.#at(name));
  }

  /** One change of the trash at a time. */
  locked<T>(purpose: string, body: () => Promise<T>): Promise<T> {
    const lock = openLock({ folder: privateDir(this.#ports.repository, 'locks') });
    return lock.hold('trash', purpose, body);
  }

  /** Moves a file or folder. */
  rename(from: string, to: string): void {
    (this.#ports.rename ?? renameSync)(from, to);
  }

  #newEntry(discarded: Discarded): string {
    const now = this.#ports.nowMs();
    const name = trashName(discarded.folder, now);
    requireFolder(this.#at());
    try {
      makeFolder(this.#at());
    } catch (error) {
      throw diskFault(error, this.#at());
    }
    for (let nth = 1; ; nth++) {
      const entry = this.#at(nth === 1 ? name : `${name}-${nth}`);
      try {
        mkdirSync(entry);
      } catch (error) {
        if (errorCode(error) === 'EEXIST') continue;
        throw diskFault(error, entry);
      }
      writeRecord(entry, { version: 1, removed_at: new Date(now).toISOString(), ...discarded });
      return entry;
    }
  }

  #isHalf(entry: string): boolean {
    const record = readRecord(entry);
    if (record === undefined) return isUnwritten(entry);
    const hasTree = existsSync(path.join(entry, TREE));
    return !hasTree || (record.admin !== null && !existsSync(path.join(entry, ADMIN)));
  }

  async #settleAll(): Promise<void> {
    const halves = this.#names()
      .map((name) => this.#at(name))
      .filter((entry) => this.#isHalf(entry));
    const left = halves.flatMap((entry) => this.#leftBehind(entry) ?? []);
    await keepWorktreeCommits(this.#ports.git, left);
    for (const { admin, entry } of left) this.move(admin, path.join(entry, ADMIN));
  }

  /** What Git still keeps where it kept it; what else is half of an entry is settled at once. */
  #leftBehind(entry: string): { entry: string; admin: string; name: string } | undefined {
    const record = readRecord(entry);
    if (record === undefined) {
      // Broken off before its record was written, or after it was deleted.
      rmSync(entry, { recursive: true });
      return undefined;
    }
    if (!existsSync(path.join(entry, TREE))) {
      // Nothing was moved, or everything is back.
      rmSync(entry, { recursive: true });
      return undefined;
    }
    if (record.admin === null) return undefined;
    const admin = path.join(this.#worktrees, record.admin);
    if (this.#isAbandoned(admin, record))
      return { entry, admin, name: `${record.mission_id}/${record.lane_id}` };
    // Somebody has had Git forget the worktree, and the name may soon be another's.
    writeRecord(entry, { ...record, admin: null });
    return undefined;
  }

  /** Whether a folder of Git is that of a worktree that has gone to the trash, and not of one in its place. */
  #isAbandoned(admin: string, { folder }: TrashRecord): boolean {
    const root = path.join(this.#ports.repository.primary, '.worktrees', folder);
    return isAdminOf(admin, root) && !existsSync(root) && !existsSync(path.join(admin, 'locked'));
  }

  /** Moves a folder also to another disk: the Git directory may be on another than the checkout. */
  move(from: string, to: string): void {
    try {
      this.rename(from, to);
    } catch (error) {
      if (errorCode(error) !== 'EXDEV') throw error;
      const copy = `${to}.copy`;
      cpSync(from, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      renameSync(copy, to);
      rmSync(from, { recursive: true, force: true });
    }
    syncFolder(path.dirname(to));
  }

  #entry(id: string): TrashEntry {
    const entry = this.#at(id);
    const record = readRecord(entry);
    return {
      id,
      path: entry,
      removedAtMs: record === undefined ? lstatSync(entry).ctimeMs : Date.parse(record.removed_at),
      record,
      complete: record !== undefined && !this.#isHalf(entry) && isLinked(record),
    };
  }

  #names(): readonly string[] {
    return this.#children().filter((name) => !name.startsWith('.'));
  }

  #children(): readonly string[] {
    const folder = this.#at();
    requireFolder(folder);
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  #at(...names: readonly string[]): string {
    return containedPath(this.#ports.repository.primary, ['.worktrees', '.trash', ...names].join('/'));
  }
}

/** A leftover never was a worktree; any other without what Git keeps for it is only a folder. */
function isLinked({ admin, reason }: TrashRecord): boolean {
  return admin !== null || reason === 'leftover';
}

function remove(entry: string): void {
  try {
    rmSync(entry, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw diskFault(error, entry);
  }
}
