import { existsSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { Git } from '../git/git.ts';

/**
 * Fills a new worktree's submodules from the repository's own clones, so that no network is needed.
 *
 * @throws Fault `SUBMODULE_NOT_INITIALISED` naming the first one that has no local clone.
 */
export async function prepareSubmodules(primary: Git, lane: Git, commonDir: string): Promise<void> {
  if (!existsSync(path.join(lane.directory, '.gitmodules'))) return;
  const paths = await lane.records(['config', '--file', '.gitmodules', '-z', '--get-regexp', String.raw`^submodule\..*\.path$`]);
  for (const record of paths) {
    const [key = '', location = ''] = record.split('\n');
    const name = key.slice('submodule.'.length, -'.path'.length);
    if (!(await lane.ok(['rev-parse', '--verify', '--quiet', `HEAD:${location}`]))) continue;
    const clone = path.join(commonDir, 'modules', name);
    const active = await primary.tryText(['config', `submodule.${name}.url`]);
    if (!existsSync(clone)) throw missingSubmodule(location, active);
    await lane.run([
      '-c', `submodule.${name}.url=${clone}`,
      '-c', 'protocol.file.allow=always',
      'submodule', '--quiet', 'update', '--init', '--checkout', '--', location,
    ]);
  }
}

function missingSubmodule(location: string, url: string | undefined): Fault {
  return new Fault('refused', 'SUBMODULE_NOT_INITIALISED', `The submodule has no local clone, so the lane would lack it: ${location}`, {
    hints: [`Run \`git submodule update --init -- ${location}\` in the primary checkout, then try again.`],
    details: { submodule: location, url: url ?? null },
  });
}

/**
 * Refuses a lane whose tree needs Git LFS where LFS is not set up: its files would be pointers.
 *
 * @throws Fault `LFS_NOT_INSTALLED` naming the attributes file.
 */
export async function requireLargeFiles(git: Git, commit: string): Promise<void> {
  const found = await git.attempt(['grep', '-l', '-z', '-e', 'filter=lfs', commit, '--', '.gitattributes', '**/.gitattributes']);
  const file = found.stdout.split('\0')[0]?.slice(commit.length + 1);
  if (!file || (await git.tryText(['config', 'filter.lfs.smudge']))) return;
  throw new Fault('refused', 'LFS_NOT_INSTALLED', `Files are kept in Git LFS, which is not set up here: ${file}`, {
    hints: ['Install Git LFS and run `git lfs install`, then try again.'],
    details: { file },
  });
}
