import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { LaneRequest, LaneWorkspace } from '@spec-kitty/core/ports/lane-repository';
import { BranchMover } from '../checkout/move-branch.ts';
import { updateRefs } from '../checkout/update-refs.ts';
import { diskFault } from '../files/disk-fault.ts';
import { makeFolder } from '../files/sync-folder.ts';
import { endOperation } from '@spec-kitty/core/execution-lanes/end-operation';
import { detachedBy, worktreeAdmin } from '../git/worktree-admin.ts';
import { Git } from '../git/git.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { fillSubmodules, requireLargeFiles, requireSubmodules } from './complete-checkout.ts';
import { requireClean } from './dirty-paths.ts';
import { commitOf } from '../git/commit-of.ts';
import { existingBranch, worktreeOf } from './lane-branch.ts';
import { type MergeConflict, mergeDependencies } from './merge-dependencies.ts';
import { clearInterrupted, hasWorktree } from './registered-worktrees.ts';
import type { Trash } from '../recovery/trash.ts';
import type { WorkspaceSetup } from './workspace-setup.ts';
import { lanePath, makeWorktreesFolder } from '../repository/worktrees-folder.ts';

/** What {@link LaneAllocator} works with. */
export interface AllocationPorts {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setup: WorkspaceSetup;
  readonly trash: Trash;
}

/** Creates lanes' worktrees and brings them up to their dependencies; the caller holds the lane's lock (L§5.4). */
export class LaneAllocator {
  readonly #ports: AllocationPorts;
  readonly #commonDir: string;
  readonly #git: Git;
  readonly #mover: BranchMover;

  constructor(ports: AllocationPorts) {
    this.#ports = ports;
    this.#commonDir = ports.repository.commonDir;
    this.#git = new Git(ports.repository.primary, ports.env);
    this.#mover = new BranchMover(ports);
  }

  async allocate(request: LaneRequest): Promise<LaneWorkspace> {
    const root = this.#path(request.folder);
    await this.#git.requireVersion();
    await this.#finishInterrupted(request.folder);
    const created = !hasWorktree(this.#commonDir, root);
    if (created) await this.#ports.setup.requireAllowed();
    // `git clean -x` takes away what keeps Git from seeing it.
    else makeWorktreesFolder(this.#ports.repository.primary);
    const existing = (await existingBranch(this.#git, request.branches))?.branch;
    const branch = created
      ? (existing ?? request.branches[0] ?? '')
      : await this.#expectBranch(request, root);
    if (created) await this.#requireFree(branch);
    const tip = await commitOf(this.#git, `refs/heads/${branch}`);
    const start = tip ?? (await this.#begin(request));
    const merged = await mergeDependencies(this.#git, start, request.dependencies);
    if (created) await this.#add(request.folder, { branch, from: tip, to: merged.tip });
    else if (merged.conflict || merged.tip !== start) {
      await requireClean(this.#git.at(root));
      await this.#advance(request.folder, { branch, from: start, to: merged.tip });
    }
    if (merged.conflict) throw dependencyConflict(root, merged.conflict, await this.#withoutLane(request));
    await this.#prepare(request.folder);
    return { path: root, branch, head: merged.tip, created };
  }

  async #finishInterrupted(folder: string): Promise<void> {
    await clearInterrupted(this.#ports.trash, this.#commonDir, this.#path(folder));
    await this.#mover.settle(moveName(folder));
  }

  /** A conflict that the work of the lane has no part in would be met by the merge of the mission, too. */
  async #withoutLane({ base, dependencies }: LaneRequest): Promise<MergeConflict | undefined> {
    const from = await commitOf(this.#git, `refs/heads/${base}`);
    return from === undefined ? undefined : (await mergeDependencies(this.#git, from, dependencies)).conflict;
  }

  async #begin({ start, base }: LaneRequest): Promise<string> {
    if (start !== undefined) return start;
    const from = await commitOf(this.#git, `refs/heads/${base}`);
    if (from) return from;
    throw new Fault(
      'refused',
      'TARGET_NOT_FOUND',
      `The branch that the lane starts from does not exist: ${base}`,
      {
        hints: await this.#createHints(base),
        details: { branch: base },
      },
    );
  }

  /** A branch can only be made from a commit. */
  async #createHints(base: string): Promise<readonly string[]> {
    const remote = await commitOf(this.#git, `refs/remotes/origin/${base}`);
    if (remote === undefined && !(await commitOf(this.#git, 'HEAD')))
      return [
        'Make a first commit with `git commit --allow-empty -m "First commit"`, then run the command again.',
      ];
    const from = remote === undefined ? '' : ` ${shellWord(`origin/${base}`)}`;
    const create = `Create it with \`git branch ${shellWord(base)}${from}\`.`;
    const renamed = 'If the branch has another name now, correct target_branch in meta.json.';
    return remote === undefined ? [renamed, create] : [create, renamed];
  }

  /** Git lets one worktree at a time have a branch, and would only say so after the lane has begun. */
  async #requireFree(branch: string): Promise<void> {
    const user = await worktreeOf(this.#git, branch);
    if (user === undefined) return;
    const sentence = `The lane's branch, ${branch}, is checked out elsewhere: ${user.root}`;
    throw new Fault('refused', 'LANE_CHECKED_OUT_ELSEWHERE', sentence, {
      hints: [
        user.prunable
          ? 'That worktree is gone: run `git worktree prune`, then run the command again.'
          : 'Switch to another branch there, then run the command again.',
      ],
      details: { branch, checkout: user.root },
    });
  }

  /** Makes the worktree of a lane, and its branch where there is none. */
  async #add(
    folder: string,
    { branch, from, to }: { branch: string; from: string | undefined; to: string },
  ): Promise<void> {
    await requireLargeFiles(this.#git, to);
    await requireSubmodules(this.#git, to, this.#commonDir);
    makeWorktreesFolder(this.#ports.repository.primary);
    this.#markUnprepared(folder);
    // `worktree add -b` would write the configuration file, where simultaneous claims collide.
    if (
      from !== to &&
      !(await updateRefs(this.#git, [{ ref: `refs/heads/${branch}`, value: to, expected: from ?? null }]))
    ) {
      throw laneMoved(branch);
    }
    await this.#git.run(['worktree', 'add', '--quiet', '--', this.#path(folder), branch]);
  }

  /** Outside the worktree and before it is there, so that only what this product makes is ever prepared. */
  #markUnprepared(folder: string): void {
    const mark = this.#unprepared(folder);
    try {
      makeFolder(path.dirname(mark));
      writeFileSync(mark, '');
    } catch (error) {
      throw diskFault(error, mark);
    }
  }

  /** Repeated until it has succeeded once. */
  async #prepare(folder: string): Promise<void> {
    const mark = this.#unprepared(folder);
    if (!existsSync(mark)) return;
    const root = this.#path(folder);
    await fillSubmodules(this.#git.at(root), this.#commonDir);
    await this.#ports.setup.run(root);
    try {
      rmSync(mark, { force: true });
    } catch (error) {
      throw diskFault(error, mark);
    }
  }

  /** Brings a lane that has a worktree forward, with the worktree. */
  async #advance(
    folder: string,
    { branch, from, to }: { branch: string; from: string; to: string },
  ): Promise<void> {
    if (from === to) return;
    const changed = await this.#git.records(['diff', '--name-only', '--no-renames', '-z', from, to]);
    await this.#mover.run(moveName(folder), { branch, before: from, after: to, changed, indexOnly: [] });
    await this.#mover.forget(moveName(folder));
  }

  /** A worktree on an unexpected branch holds somebody's work: it is never switched. */
  async #expectBranch({ branches }: LaneRequest, root: string): Promise<string> {
    const found = await this.#git.at(root).tryText(['symbolic-ref', '-q', '--short', 'HEAD']);
    if (found !== undefined && branches.includes(found)) return found;
    const lane = (await existingBranch(this.#git, branches))?.branch;
    const admin = worktreeAdmin(this.#ports.repository.commonDir, root);
    const by = admin === undefined ? null : detachedBy(admin);
    const hints = by
      ? [`A ${by} is under way there. ${endOperation(root, by)}; then run the command again.`]
      : wayBack(root, { lane, found, name: branches[0] ?? '' });
    throw new Fault(
      'refused',
      'LANE_BRANCH_MISMATCH',
      `The lane's worktree is on ${found ?? 'a detached HEAD'}: ${root}`,
      {
        hints,
        details: { expected: branches, found: found ?? null, workspace_path: root },
      },
    );
  }

  #path(folder: string): string {
    return lanePath(this.#ports.repository.primary, folder);
  }

  #unprepared(folder: string): string {
    return privateDir(this.#ports.repository, 'unprepared', folder);
  }
}

/** How a worktree gets back to its lane, so that nothing committed there is left without a branch. */
function wayBack(
  root: string,
  at: { readonly lane: string | undefined; readonly found: string | undefined; readonly name: string },
): readonly string[] {
  if (at.lane === undefined)
    return [
      at.found === undefined
        ? `The lane's branch is gone; make it from what is there: \`git -C ${shellWord(root)} switch --create ${shellWord(at.name)}\`.`
        : `The lane's branch is gone; if this is it under another name, name it back: \`git -C ${shellWord(root)} branch -m ${shellWord(at.name)}\`.`,
    ];
  const kept = shellWord(`${at.lane}-kept`);
  return [
    at.found === undefined
      ? `Commit what is there and keep it: \`git -C ${shellWord(root)} branch ${kept}\`; then go back: \`git -C ${shellWord(root)} switch ${shellWord(at.lane)}\`. To have it on the lane, run \`git -C ${shellWord(root)} merge ${kept}\` there.`
      : `Commit what is there, then go back: \`git -C ${shellWord(root)} switch ${shellWord(at.lane)}\`.`,
  ];
}

/** Name under which a lane's move to its dependencies is recorded; only the holder of the lane's lock uses it. */
function moveName(folder: string): string {
  return `lane-${folder}`;
}

function laneMoved(branch: string): Fault {
  return new Fault('refused', 'LANE_MOVED', `Somebody else moved the lane's branch meanwhile: ${branch}`, {
    hints: ['Run the command again.'],
    details: { branch },
  });
}

/** @param shared what conflicts without the lane as well. */
function dependencyConflict(
  root: string,
  { wp, commit, paths }: MergeConflict,
  shared: MergeConflict | undefined,
): Fault {
  const byHand = `by hand with \`git -C ${shellWord(root)} merge ${commit}\`, then run the command again.`;
  return new Fault(
    'refused',
    'DEPENDENCY_LANE_MERGE_CONFLICT',
    `${wp}, which this package depends on, conflicts with its lane in: ${paths.join(', ')}.`,
    {
      hints: shared?.resolve
        ? [
            `Resolve it once, for the merge of the mission as well: \`${shared.resolve}\`. When that is approved, run the command again.`,
            `If that finds no conflict, merge it ${byHand}`,
          ]
        : [`Merge it ${byHand}`],
      details: { dependency: wp, commit, conflicts: paths, workspace_path: root },
    },
  );
}
