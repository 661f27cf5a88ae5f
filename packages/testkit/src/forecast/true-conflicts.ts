import { spawnSync } from 'node:child_process';

/** A repository on disk, with the environment in which Git is called there. */
export interface MadeRepository {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Makes the repository of a scenario. */
export function importHistory({ root, env }: MadeRepository, history: string): void {
  const { status, stderr } = spawnSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: root,
    env,
    input: history,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`git fast-import failed with ${status}: ${stderr}`);
}

/** Merges two branches for good and all, and names the paths in conflict; the truth that a forecast is held against. */
export function conflictsBetween({ root, env }: MadeRepository, a: string, b: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync(
    'git',
    ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', a, b],
    { cwd: root, env, encoding: 'utf8' },
  );
  if (status === 0) return [];
  if (status === 1)
    return stdout
      .split('\0')
      .slice(1)
      .filter((path) => path !== '');
  throw new Error(`git merge-tree failed with ${status}: ${stderr}`);
}
