import path from 'node:path';
import type { Mission, MissionFiles } from '@spec-kitty/core/ports/mission-store';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { decodeText } from '../files/decode-text.ts';
import { Git } from '../git/git.ts';
import { listBranches } from '../git/list-branches.ts';
import type { Repository } from '../repository/repository.ts';
import type { JournaledMission } from './journaled-missions.ts';
import { parseMeta } from './parse-meta.ts';
import { readBlobs } from '../trees/read-blobs.ts';

/**
 * Opens a mission that the journal knows but the checkout does not have, from a branch that holds its files: its
 * target if that one does.
 *
 * A mission whose files are on no branch, because they were stashed before their first commit, still answers
 * with what its events say.
 */
export async function openFromBranch(
  { primary }: Repository,
  { directory, missionId }: JournaledMission,
): Promise<Mission> {
  const git = new Git(primary);
  const root = `kitty-specs/${directory}`;
  const branches = await branchesWith(git, `${root}/meta.json`);
  const [first] = branches;
  if (first === undefined) {
    return {
      directory,
      missionId,
      meta: { mission_id: missionId },
      checkedOut: false,
      branch: undefined,
      lastCommit: await commitWith(git, `${root}/meta.json`),
      files: NO_FILES,
    };
  }
  const found = await readBranch(git, first, root);
  const target = targetBranch(found.meta);
  const better = branches.find((ref) => ref !== first && shortName(ref) === target);
  const { meta, files } = better === undefined ? found : await readBranch(git, better, root);
  const branch = shortName(better ?? first);
  return { directory, missionId, meta, checkedOut: false, branch, files };
}

/** Of several missions those whose files some branch has, by directory name; one process more for all of them. */
export async function onSomeBranch(
  { primary }: Repository,
  directories: readonly string[],
): Promise<ReadonlySet<string>> {
  if (directories.length === 0) return new Set();
  const git = new Git(primary);
  const refs = await listBranches(git);
  const asked = directories.flatMap((directory) => refs.map((ref) => ({ directory, ref })));
  const stdin = asked.map(({ directory, ref }) => `${ref}:kitty-specs/${directory}/meta.json\n`).join('');
  const answers = await git.lines(['cat-file', '--batch-check=%(objecttype)'], { stdin });
  return new Set(asked.filter((_, index) => answers[index] === 'blob').map(({ directory }) => directory));
}

const NO_FILES: MissionFiles = { read: () => undefined, list: () => [] };

/** Branches that have a file, local ones before remote ones; our own branches carry no missions. */
async function branchesWith(git: Git, file: string): Promise<readonly string[]> {
  return revisionsWith(git, await listBranches(git), file);
}

/** How far back to look: the state in question is seconds old as a rule, and every command asks for it. */
const REMEMBERED = 500;

/**
 * A commit at hand that has a file, the youngest first: what was stashed, what was checked out, tags, and what we keep.
 *
 * The whole history is not searched, because reading a board must not take seconds.
 */
async function commitWith(git: Git, file: string): Promise<string | undefined> {
  const reflog = async (ref: string) => {
    const args = ['log', '--walk-reflogs', `--max-count=${REMEMBERED}`, '--format=%H', ref, '--'];
    // Without a stash there is no such ref, and without a commit no HEAD.
    const { exitCode, stdout } = await git.attempt(args);
    return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  };
  // Untracked files are in the third parent of what was stashed.
  const stashed = (await reflog('refs/stash')).flatMap((commit) => [`${commit}^3`, commit]);
  const kept = await git.lines(['for-each-ref', '--format=%(refname)', 'refs/tags', 'refs/spec-kitty']);
  const [found] = await revisionsWith(git, [...stashed, ...(await reflog('HEAD')), ...kept], file);
  return found === undefined ? undefined : git.text(['rev-parse', '--verify', found]);
}

async function revisionsWith(
  git: Git,
  revisions: readonly string[],
  file: string,
): Promise<readonly string[]> {
  const stdin = revisions.map((revision) => `${revision}:${file}\n`).join('');
  const answers = await git.lines(['cat-file', '--batch-check=%(objecttype)'], { stdin });
  return revisions.filter((_, index) => answers[index] === 'blob');
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, '');
}

async function readBranch(
  git: Git,
  ref: string,
  root: string,
): Promise<{ meta: MissionMeta; files: MissionFiles }> {
  const blobs = await readTree(git, ref, root);
  const read = (file: string) => {
    const bytes = blobs.get(file);
    return bytes && decodeText(bytes, `${shortName(ref)}:${root}/${file}`);
  };
  const list = (folder: string) =>
    [...blobs.keys()]
      .filter((name) => path.posix.dirname(name) === folder)
      .map((name) => path.posix.basename(name));
  return {
    meta: parseMeta(blobs.get('meta.json'), `${shortName(ref)}:${root}/meta.json`),
    files: { read, list },
  };
}

/** All plain files of a folder in a commit with a name that we might ask for, in two processes. */
async function readTree(git: Git, ref: string, root: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = (await git.records(['ls-tree', '-r', '-z', ref, '--', `${root}/`])).flatMap((record) => {
    const [, oid, name] = /^100[0-7]{3} blob ([0-9a-f]+)\t(.+\.(?:md|json|yaml))$/s.exec(record) ?? [];
    return oid === undefined || name === undefined ? [] : [{ oid, name: name.slice(root.length + 1) }];
  });
  const contents = await readBlobs(
    git,
    entries.map(({ oid }) => oid),
  );
  return new Map(entries.map(({ name }, at) => [name, Buffer.from(contents[at] ?? '', 'latin1')]));
}
