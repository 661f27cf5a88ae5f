import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Fixture } from '../fault-fixture.ts';
import { MAIN } from '../judge/repository-facts.ts';

/** A file that only somebody else's commit adds to the target, and its line. */
export const GAINED = { name: 'gained.txt', text: 'gained meanwhile\n' };

/** Does what a fetch into the target or a commit in its checkout does. @returns whether it could be done. */
export function commitOnTarget(fixture: Fixture): boolean {
  const { root } = fixture;
  const git = (input: string | undefined, ...args: string[]): string | undefined => {
    const env = { ...fixture.env, GIT_INDEX_FILE: path.join(root, '.git', 'index-of-somebody') };
    const { status, stdout } = spawnSync('git', args, { cwd: root, env, input, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const head = spawnSync('git', ['symbolic-ref', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim();
  try {
    if (head === MAIN) return commitInCheckout(fixture);
    const before = git(undefined, 'rev-parse', MAIN);
    const blob = git(GAINED.text, 'hash-object', '-w', '--stdin');
    if (before === undefined || blob === undefined) return false;
    git(undefined, 'read-tree', before);
    git(undefined, 'update-index', '--add', '--cacheinfo', `100644,${blob},${GAINED.name}`);
    const tree = git(undefined, 'write-tree');
    const commit = tree && git(undefined, 'commit-tree', tree, '-p', before, '-m', 'Gained');
    return !!commit && git(undefined, 'update-ref', MAIN, commit, before) !== undefined;
  } finally {
    rmSync(path.join(root, '.git', 'index-of-somebody'), { force: true });
  }
}

/** Git refuses while the product holds the index; then nothing stays. */
function commitInCheckout({ root, env }: Fixture): boolean {
  const run = (...args: string[]) => spawnSync('git', args, { cwd: root, env }).status === 0;
  const file = path.join(root, GAINED.name);
  if (existsSync(path.join(root, '.git', 'index.lock'))) return false;
  writeFileSync(file, GAINED.text);
  if (
    run('add', '--', GAINED.name) &&
    run('commit', '--quiet', '--message', 'Gained', '--only', '--', GAINED.name)
  )
    return true;
  run('rm', '--quiet', '--cached', '--', GAINED.name);
  rmSync(file);
  return false;
}
