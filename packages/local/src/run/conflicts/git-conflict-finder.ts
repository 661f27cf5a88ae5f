import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { ConflictFinder } from '@spec-kitty/core/run/conflicts/conflict-finder';
import type { Git } from '../../git/git.ts';
import { withAttributesOf } from '../../merge/attributes-of.ts';
import { privateDir, type Repository } from '../../repository/repository.ts';
import { knownName, MERGE_SETTINGS } from '../../trees/merge-trees.ts';

/** So that an agent's commit is looked at while the agent still is at work, and a look costs next to nothing. */
const PAUSE_MS = 2000;

/** So many merges are made by one process; its answer comes when all are made. */
const BATCH = 500;

/** What a finder looks into. */
export interface FinderPlace {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pauseMs?: number;
}

/** Merges commits beside every checkout; what that makes of files is thrown away with the folder that it is kept in. */
export class GitConflictFinder implements ConflictFinder {
  readonly #place: FinderPlace;

  constructor(place: FinderPlace) {
    this.#place = place;
  }

  async conflicts(
    pairs: readonly (readonly [string, string])[],
    target: string,
  ): Promise<readonly (readonly string[] | null)[]> {
    const { repository, env } = this.#place;
    const objects = privateDir(repository, 'scratch', 'watch-objects');
    try {
      mkdirSync(objects, { recursive: true });
      return await withAttributesOf({ repository, env, scratch: 'watch-attributes' }, target, async (git) => {
        const found: (readonly string[] | null)[] = [];
        for (let at = 0; at < pairs.length; at += BATCH)
          found.push(...(await mergeEach(git, pairs.slice(at, at + BATCH), this.#scratch(objects))));
        return found;
      });
    } finally {
      rmSync(objects, { recursive: true, force: true });
    }
  }

  async pause(over: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#place.pauseMs ?? PAUSE_MS);
    });
    await Promise.race([time, over]);
    clearTimeout(timer);
  }

  /** A day of looking would leave a day of merged files among the repository's objects. */
  #scratch(objects: string): Readonly<Record<string, string>> {
    const own = path.join(this.#place.repository.commonDir, 'objects');
    return { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(own) };
  }
}

async function mergeEach(
  git: Git,
  pairs: readonly (readonly [string, string])[],
  env: Readonly<Record<string, string>>,
): Promise<readonly (readonly string[] | null)[]> {
  const settings = [...MERGE_SETTINGS, 'merge.renames=true'].flatMap((one) => ['-c', one]);
  const options = ['--stdin', '--name-only', '--no-messages', '--allow-unrelated-histories'];
  const stdin = pairs.map(([a, b]) => `${a} ${b}\n`).join('');
  const records = await git.records([...settings, 'merge-tree', '--write-tree', ...options], { stdin, env });
  return readAnswers(records, pairs);
}

/** For each merge whether it is clean, its tree, the files in conflict, and an empty record. */
function readAnswers(
  records: readonly string[],
  pairs: readonly (readonly [string, string])[],
): readonly (readonly string[] | null)[] {
  let at = 0;
  return pairs.map((commits) => {
    const state = records[at];
    const end = records.indexOf('', at);
    if ((state !== '0' && state !== '1') || end < 0)
      throw new Fault('refused', 'GIT_FAILED', 'git merge-tree has answered fewer merges than it was asked.');
    const files = records.slice(at + 2, end).map((name) => knownName(name, commits));
    at = end + 1;
    return state === '1' ? null : [...new Set(files)];
  });
}
