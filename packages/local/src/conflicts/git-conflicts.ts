import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hasLeftMarkers } from '@spec-kitty/core/conflicts/has-left-markers';
import type {
  ConflictRepository,
  OpenEnds,
  OpenResolution,
  Resolution,
  TouchingCommit,
} from '@spec-kitty/core/ports/conflict-repository';
import type { MergeDeviation } from '@spec-kitty/core/ports/merge-deviation';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { commitTree } from '../checkout/commit-tree.ts';
import { BranchMover } from '../checkout/move-branch.ts';
import { type Place, placeOf } from '../files/place-of.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { blobAt } from '../git/blob-at.ts';
import { commitOf } from '../git/commit-of.ts';
import { Git } from '../git/git.ts';
import { limitedTo } from '../git/limited-to.ts';
import { treeRenames } from '../git/tree-changes.ts';
import { withAttributesOf } from '../merge/attributes-of.ts';
import { MERGE_SETTINGS, mergeCommits, scratchCommit } from '../trees/merge-trees.ts';
import { ScratchWorktree } from '../merge/scratch-worktree.ts';
import { judgeMerge } from '../trees/judge-merge.ts';
import { keepRef } from '../recovery/keep-ref.ts';
import { uncommittedWork } from '../recovery/uncommitted-work.ts';
import type { Repository } from '../repository/repository.ts';
import { openResolutions, type RecordedResolution } from './open-resolutions.ts';

/** What {@link GitConflicts} works with. */
export interface ConflictRepositoryPorts {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** As {@link mergeCommits} merges, whatever the user's Git is set to. */
const MERGE = [...MERGE_SETTINGS.flatMap((one) => ['-c', one]), 'merge'];

/** Opens conflicts in detached worktrees below the Git directory, each with a record beside it. */
export class GitConflicts implements ConflictRepository {
  readonly #ports: ConflictRepositoryPorts;
  readonly #repository: Repository;
  readonly #mission: Pick<Mission, 'directory' | 'missionId'>;
  readonly #git: Git;
  readonly #mover: BranchMover;

  constructor(ports: ConflictRepositoryPorts, mission: Pick<Mission, 'directory' | 'missionId'>) {
    this.#ports = ports;
    this.#repository = ports.repository;
    this.#mission = mission;
    this.#git = new Git(ports.repository.primary, ports.env);
    this.#mover = new BranchMover(ports);
  }

  async touching(
    names: readonly string[],
    tip: string,
    without: readonly string[],
  ): Promise<readonly TouchingCommit[]> {
    const revisions = [tip, ...without.map((commit) => `^${commit}`)];
    const { args, options } = limitedTo(revisions, names);
    const log = ['--literal-pathspecs', 'log', '--full-history', '-z'];
    const filtered = (filter: string) =>
      this.#git.records([...log, '--format=%H', `--diff-filter=${filter}`, '--no-renames', ...args], options);
    const [adding, deleting] = [await filtered('A'), await filtered('D')];
    const fields = await this.#git.records([...log, '--format=%H%x00%an <%ae>%x00%s', ...args], options);
    const found: TouchingCommit[] = [];
    for (let at = 0; at + 1 < fields.length; at += 3) {
      const [commit = '', author = '', subject = ''] = fields.slice(at, at + 3);
      const deletes = deleting.includes(commit);
      const renames = deletes || adding.includes(commit) ? await this.#renameBy(commit, names) : null;
      found.push({ commit, author, subject, deletes: deletes && renames === null, renames });
    }
    return found;
  }

  /** To what, or from what, a commit with a parent renames one of some files. */
  async #renameBy(commit: string, names: readonly string[]): Promise<TouchingCommit['renames']> {
    const parent = await this.#git.tryText(['rev-parse', '--verify', '--quiet', `${commit}^`]);
    if (parent === undefined) return null;
    const renames = await treeRenames(this.#git, parent, commit, ['-M']);
    const [from, to] = [...renames].find((pair) => pair.some((name) => names.includes(name))) ?? [];
    return from === undefined || to === undefined ? null : { from, to };
  }

  list(): readonly OpenResolution[] {
    return openResolutions(this.#repository, this.#mission);
  }

  /** The record comes last: a folder without one was never told of, and is cleared by the next start. */
  async open(resolution: Resolution): Promise<OpenResolution & { readonly again: boolean }> {
    const scratch = this.#scratch(resolution);
    // One of a folder that is gone would make a half-made folder look like a whole one.
    const again = existsSync(this.#file(resolution));
    rmSync(this.#file(resolution), { force: true });
    const worktree = await scratch.open(resolution.lane);
    const args = [...MERGE, '--no-commit', '--no-ff', '--quiet', await this.#met(resolution)];
    const merged = await worktree.attempt(args);
    if (merged.exitCode !== 0 && merged.exitCode !== 1) throw worktree.failure(args, merged);
    const tracked = await worktree.records(['ls-files', '-z']);
    // A name that Git suggests another for is not there, and cannot be staged.
    const there = resolution.paths.filter((name) =>
      tracked.some((file) => `${file}/`.startsWith(`${name}/`)),
    );
    const paths = [...new Set([...there, ...(await unmergedPaths(worktree))])].toSorted();
    this.#record({ ...resolution, paths });
    return { ...resolution, paths, folder: scratch.root, again };
  }

  async openEnds(resolution: OpenResolution): Promise<OpenEnds> {
    const worktree = this.#git.at(resolution.folder);
    const unmerged = await unmergedPaths(worktree);
    const changed = await worktree.records(['diff', '--name-only', '--no-renames', '-z']);
    const added = await worktree.records(['ls-files', '--others', '--exclude-standard', '-z']);
    const unstaged = [...new Set([...changed, ...added])].filter((file) => !unmerged.includes(file));
    const marked = await this.#marked(resolution, new Set([...unmerged, ...unstaged]));
    return { unmerged, marked, unstaged };
  }

  /** Files with markers, which may have been moved with them. @param open those that are not staged as they are. */
  async #marked(resolution: OpenResolution, open: ReadonlySet<string>): Promise<readonly string[]> {
    const { folder, lane, met, paths } = resolution;
    const worktree = this.#git.at(folder);
    const other = await this.#met(resolution);
    const { tree } = await this.#asTarget(resolution, (git) => mergeCommits(git, lane, other));
    const commits = [lane, ...met.map(({ commit }) => commit)];
    const files = new Set([...paths, ...(await stagedBeside(worktree, [tree, ...commits]))]);
    const had = new Map<string, readonly string[]>();
    for (const file of files)
      had.set(file, await Promise.all(commits.map((commit) => this.#show(commit, file))));
    const merged = await Promise.all(paths.map((file) => this.#show(tree, file)));
    const written = merged.join('\n');
    const marked: string[] = [];
    for (const file of files) {
      // What is staged is what is committed, whatever the checkout makes of it.
      const text = open.has(file) ? textAt(placeOf(folder, file)) : await blobAt(worktree, '', file);
      const sides = (paths.includes(file) && had.get(file)) || [...had.values()].flat();
      if (hasLeftMarkers(text ?? '', { sides, written })) marked.push(file);
    }
    return marked;
  }

  async commit({ laneId, folder, lane, met }: OpenResolution, message: string): Promise<string> {
    const worktree = this.#git.at(folder);
    const head = await commitOf(worktree, 'HEAD');
    if (head !== undefined && head !== lane) await keepRef(this.#git, this.#backup(laneId), head);
    const tree = await worktree.text(['write-tree']);
    const tips = await this.#git.lines(['merge-base', '--independent', ...met.map(({ commit }) => commit)]);
    const order = met.map(({ commit }) => commit).filter((commit) => tips.includes(commit));
    return commitTree(this.#git, { tree, parents: [lane, ...new Set(order)], message });
  }

  async judge(resolution: OpenResolution, commit: string): Promise<MergeDeviation> {
    const judged = await this.#asTarget(resolution, (git) => judgeMerge(git, commit));
    if (!judged) throw new Error(`Not a merge of related commits: ${commit}`);
    const open = (file: string): boolean => !resolution.paths.includes(file);
    return { ...judged, besides: judged.besides.filter(open), dropped: judged.dropped.filter(open) };
  }

  async advance(
    { folder: _folder, ...resolution }: OpenResolution,
    commit: string,
    { folder, branch }: { readonly folder: string; readonly branch: string },
  ): Promise<void> {
    const { lane: before } = resolution;
    const changed = await this.#git.records([
      'diff-tree',
      '-r',
      '--name-only',
      '--no-renames',
      '-z',
      before,
      commit,
    ]);
    this.#record({ ...resolution, commit });
    await this.#mover.run(moveName(folder), { branch, before, after: commit, changed, indexOnly: [] });
    await this.#mover.forget(moveName(folder));
  }

  async settle({ folder }: { readonly folder: string }, undo: boolean): Promise<void> {
    const name = moveName(folder);
    if (undo && (await this.#mover.pending(name))?.stage === 'begun') await this.#mover.abort(name);
    await this.#mover.settle(name);
  }

  async keep({ laneId, folder }: OpenResolution): Promise<string> {
    const work = { of: `the conflicts of ${laneId}`, command: 'conflicts abort' };
    const ref = this.#backup(laneId);
    await keepRef(this.#git, ref, await uncommittedWork(this.#ports, folder, work));
    return ref.slice(BACKUPS.length);
  }

  /** The record goes last, so that an interrupted removal is done again. */
  drop(resolution: OpenResolution): void {
    this.#scratch(resolution).remove();
    rmSync(this.#file(resolution), { force: true });
  }

  /** A commit of everything that the lane meets, merged as `merge` does. */
  async #met(resolution: Resolution): Promise<string> {
    const [first = '', ...more] = resolution.met.map(({ commit }) => commit);
    if (more.length === 0) return first;
    return this.#asTarget(resolution, async (git) => {
      let tip = first;
      for (const next of more) {
        const { tree } = await mergeCommits(git, tip, next);
        tip = await scratchCommit(git, tree, [tip, next]);
      }
      return tip;
    });
  }

  /** Runs a merge by the attributes of the target, as far as it is one of the sides. */
  #asTarget<T>({ lane, met }: Resolution, body: (git: Git) => Promise<T>): Promise<T> {
    const side = met.find(({ laneId }) => laneId === null) ?? met[0];
    return withAttributesOf(this.#ports, side?.commit ?? lane, body);
  }

  async #show(commit: string, file: string): Promise<string> {
    return (await blobAt(this.#git, commit, file)) ?? '';
  }

  #record(resolution: Resolution): void {
    const file = this.#file(resolution);
    mkdirSync(path.dirname(file), { recursive: true });
    const record: RecordedResolution = { missionId: this.#mission.missionId, resolution };
    writeAtomically(file, JSON.stringify(record));
  }

  #backup(laneId: string): string {
    return `${BACKUPS}${this.#mission.missionId}/${laneId}-resolution`;
  }

  #file(resolution: Resolution): string {
    return `${this.#scratch(resolution).root}.json`;
  }

  #scratch({ laneId }: Resolution): ScratchWorktree {
    const name = `${this.#mission.directory}-${laneId}`;
    return new ScratchWorktree(this.#git, this.#repository.commonDir, name, 'conflicts');
  }
}

/** The name under which a claim moves the lane, too: whichever comes next finishes what was interrupted. */
function moveName(folder: string): string {
  return `lane-${folder}`;
}

async function unmergedPaths(git: Git): Promise<readonly string[]> {
  const records = await git.records(['ls-files', '--unmerged', '-z']);
  return [...new Set(records.map((record) => record.slice(record.indexOf('\t') + 1)))];
}

/** Files that are staged otherwise than any of some trees has them. */
async function stagedBeside(git: Git, trees: readonly string[]): Promise<readonly string[]> {
  const differ = ['diff-index', '--cached', '--name-only', '--no-renames', '-z'];
  let files: readonly string[] | undefined;
  for (const tree of trees) {
    const these = new Set(await git.records([...differ, tree]));
    files = files?.filter((file) => these.has(file)) ?? [...these];
  }
  return files ?? [];
}

/** Empty for what is no plain file: a link or a folder has no markers. */
function textAt(file: Place): string {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'latin1') : '';
}
