import path from 'node:path';
import { GitLanes } from '@spec-kitty/local/lanes/git-lanes';
import { findRepository } from '@spec-kitty/local/repository/repository';
import { type TempRepository, tempRepository } from './temp-repository.ts';

/** Lanes of a repository whose preparation is only counted. */
export interface LaneWorld {
  readonly repository: TempRepository;
  readonly lanes: GitLanes;
  /** Roots of the worktrees that were prepared, in order; one that fails is not in it. */
  readonly prepared: string[];
  /** What the next preparation does besides. */
  preparing: ((worktree: string) => Promise<void> | void) | undefined;
  /** Absolute path of a lane's worktree. */
  readonly path: (folder: string) => string;
  /** The lanes as seen from a checkout that lies elsewhere. */
  readonly open: (root: string) => Promise<GitLanes>;
}

/** A repository with one commit on `main`, removed when the running test has finished. */
export async function laneWorld(
  files: Readonly<Record<string, string>> = { 'a.txt': 'a\n' },
): Promise<LaneWorld> {
  const repository = tempRepository();
  repository.commit('first', files);
  const prepared: string[] = [];
  const setup = {
    requireAllowed: async () => undefined,
    run: async (worktree: string) => {
      await world.preparing?.(worktree);
      prepared.push(worktree);
    },
  };
  const open = async (root: string) =>
    new GitLanes(await findRepository(root), setup, { env: repository.env, nowMs: Date.now, cwd: root });
  const world: LaneWorld = {
    repository,
    lanes: await open(repository.root),
    prepared,
    preparing: undefined,
    path: (folder) => path.join(repository.root, '.worktrees', folder),
    open,
  };
  return world;
}
