import { Fault } from '@spec-kitty/core/fault';
import { listed } from '@spec-kitty/core/listed';
import { isBranchName } from '@spec-kitty/core/mission/target-branch';
import type { Backup, TrashEntry } from '@spec-kitty/core/recovery/recoverable';
import { recoveredBranches } from '@spec-kitty/core/recovery/recovered-branches';
import { shellWord } from '@spec-kitty/core/shell-word';
import { updateRefs } from '../checkout/update-refs.ts';
import { commitOf } from '../git/commit-of.ts';
import { Git } from '../git/git.ts';
import { journaledDirectory } from '../missions/journaled-missions.ts';
import type { Repository } from '../repository/repository.ts';
import { deleteBackup, listBackups } from './backups.ts';
import { folderSize } from './folder-size.ts';
import { type RestoredWorktree, restoreWorktree } from './restore-worktree.ts';
import { Trash } from './trash.ts';

/** Something that can be brought back, found by its id. */
export type Found =
  | { readonly kind: 'worktree'; readonly entry: TrashEntry }
  | { readonly kind: 'backup'; readonly backup: Backup };

/** Everything that clean-up has put away in one repository, and how it comes back. */
export class Recovery {
  readonly #repository: Repository;
  readonly #git: Git;
  readonly #trash: Trash;

  constructor(
    repository: Repository,
    env: Readonly<Record<string, string | undefined>>,
    nowMs: () => number,
  ) {
    this.#repository = repository;
    this.#git = new Git(repository.primary, env);
    this.#trash = new Trash({ repository, git: this.#git, nowMs });
  }

  /** Finishes what was broken off, so that a list has nothing half in it. */
  settle(): Promise<void> {
    return this.#trash.settle();
  }

  trash(): readonly TrashEntry[] {
    return this.#trash.list();
  }

  backups(): Promise<readonly Backup[]> {
    return listBackups(this.#git);
  }

  sizeOf({ path }: TrashEntry): number {
    return folderSize(path);
  }

  /** Directory name of a mission, from its journal; `undefined` where that does not say. */
  directoryOf(missionId: string): string | undefined {
    try {
      return journaledDirectory(this.#repository, missionId);
    } catch {
      // Without a journal.
      return undefined;
    }
  }

  /** Number of commits of a backup that no branch has. */
  async commitsOnlyIn({ commit }: Backup): Promise<number> {
    return Number(await this.#git.text(['rev-list', '--count', commit, '--not', '--branches', '--remotes']));
  }

  /** Finds a worktree in the trash, or a backup, which also answers to its whole ref. @throws Fault `NOTHING_TO_RECOVER`. */
  async find(id: string): Promise<Found> {
    const [trash, backups] = [this.trash(), await this.backups()];
    const entry = trash.find((one) => one.id === id);
    if (entry) return { kind: 'worktree', entry };
    const backup = backups.find((one) => one.id === id || one.ref === id);
    if (backup) return { kind: 'backup', backup };
    const known = [...trash, ...backups].map((one) => one.id);
    const none = 'Nothing is in the trash, and there are no backups.';
    throw new Fault('refused', 'NOTHING_TO_RECOVER', `Neither the trash nor the backups have "${id}".`, {
      hints: [
        known.length === 0 ? none : `There are: ${listed(known)}.`,
        'Run `spec-kitty recover list` to see all of them.',
      ],
      details: { id },
    });
  }

  restore(entry: TrashEntry): Promise<RestoredWorktree> {
    const ports = { repository: this.#repository, git: this.#git, trash: this.#trash };
    return restoreWorktree(ports, entry);
  }

  /** Makes a branch of a backup: of the given name, else of the first free one. @throws Fault `RESTORE_BRANCH_TAKEN`. */
  async restoreBranch(backup: Backup, branch: string | undefined): Promise<string> {
    const names =
      branch === undefined ? recoveredBranches(backup, this.directoryOf(backup.missionId)) : [branch];
    for (const name of names) {
      requireName(name);
      if ((await commitOf(this.#git, `refs/heads/${name}`)) !== undefined) continue;
      const made = { ref: `refs/heads/${name}`, value: backup.commit, expected: null };
      if (await updateRefs(this.#git, [made])) return name;
    }
    const again = `spec-kitty recover restore ${shellWord(backup.id)} --branch <name>`;
    throw new Fault('refused', 'RESTORE_BRANCH_TAKEN', `There is a branch ${names.join(' and ')} already.`, {
      hints: [`Name another: \`${again}\`.`],
      details: { id: backup.id, branch: names.at(-1) },
    });
  }

  /** Deletes for good what a plan names; a backup that was renewed meanwhile stays. */
  async erase(trash: readonly TrashEntry[], backups: readonly Backup[]): Promise<void> {
    for (const entry of trash) await this.#trash.erase(entry);
    this.#trash.sweep();
    for (const backup of backups) await deleteBackup(this.#git, backup);
  }
}

function requireName(name: string): void {
  if (isBranchName(name)) return;
  throw new Fault('usage', 'USAGE_ERROR', `A branch cannot have this name: ${name}`, {
    hints: ['Give another with --branch.'],
  });
}
