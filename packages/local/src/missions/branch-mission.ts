import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type MissionIdentity, resolveHandle } from '@spec-kitty/core/mission/resolve-handle';
import type { Mission, MissionFiles } from '@spec-kitty/core/ports/mission-store';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { readLogCopies } from '../event-log/log-copies.ts';
import { logCopies } from '../event-log/journaled-event-log.ts';
import { Git } from '../git/git.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { parseMeta } from './parse-meta.ts';

/**
 * Opens a mission that the journal knows but the checkout does not have, from whichever branch holds its files.
 *
 * A mission whose files are on no branch, because they were stashed before their first commit, still answers
 * with what its events say.
 */
export async function openFromBranch(
  repository: Repository,
  handle: string,
  present: readonly string[],
): Promise<Mission | undefined> {
  const known = journaled(repository).filter(({ directory }) => !present.includes(directory));
  const resolved = resolveHandle(handle, () => known);
  if (!('found' in resolved) || resolved.found.missionId === undefined) return undefined;
  const { directory, missionId } = resolved.found;

  const git = new Git(repository.primary);
  const branch = await branchWith(git, `kitty-specs/${directory}/meta.json`);
  const files = branch === undefined ? NO_FILES : await branchFiles(git, branch, `kitty-specs/${directory}`);
  const text = files.read('meta.json');
  const meta: MissionMeta = text === undefined ? { mission_id: missionId } : parseMeta(Buffer.from(text), `kitty-specs/${directory}/meta.json`);
  return { directory, missionId, meta: { target_branch: branch, ...meta } as MissionMeta, checkedOut: false, files };
}

const NO_FILES: MissionFiles = { read: () => undefined, list: () => [] };

/** Missions by the slug in the first row of their journal that has one. */
function journaled(repository: Repository): readonly MissionIdentity[] {
  const folder = privateDir(repository, 'journal');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const missionId = path.basename(name, '.jsonl');
    const { union } = readLogCopies(logCopies(repository, { missionId, directory: '.absent' }));
    const directory = /"mission_slug": ?"([^"/\\]+)"/.exec(union)?.[1];
    return directory === undefined || directory.startsWith('.') ? [] : [{ directory, missionId }];
  });
}

/** The first branch, local ones before remote ones, that has a file. */
async function branchWith(git: Git, file: string): Promise<string | undefined> {
  const refs = await git.lines(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes']);
  const ours = refs.filter((ref) => !ref.startsWith('refs/heads/kitty/'));
  const asked = await git.text(['cat-file', '--batch-check=%(objecttype)'], { stdin: ours.map((ref) => `${ref}:${file}\n`).join('') });
  const answers = asked.split('\n');
  return ours.find((_, index) => answers[index] === 'blob')?.replace(/^refs\/(?:heads|remotes)\//, '');
}

/** All texts of a folder in a branch, read at once. */
async function branchFiles(git: Git, branch: string, root: string): Promise<MissionFiles> {
  const names = (await git.records(['ls-tree', '-r', '-z', '--name-only', branch, '--', `${root}/`])).filter((name) => /\.(?:md|json|yaml)$/.test(name));
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name.slice(root.length + 1), (await git.run(['cat-file', 'blob', `${branch}:${name}`])).stdout);
  return {
    read: (file) => texts.get(file),
    list: (folder) =>
      [...texts.keys()].filter((name) => path.posix.dirname(name) === folder).map((name) => path.posix.basename(name)),
  };
}
