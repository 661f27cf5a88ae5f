import path from 'node:path';
import type { RefChange } from '../../checkout/update-refs.ts';
import { areRefsMoving, refsSettled } from '../../checkout/update-refs.ts';
import { readText } from '../../files/plain-file.ts';
import type { Git } from '../../git/git.ts';
import type { Repository } from '../../repository/repository.ts';

/** All refs of a repository, and where its primary checkout is. */
export type Refs = ReadonlyMap<string, string>;

/** What a ref was and is; nothing where it is not there. */
export interface RefMove {
  readonly ref: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What is at other places can be had again from there; fetching it is nobody's work. What a checkout has for itself is its own. */
const ELSEWHERE = /^refs\/(?:remotes|prefetch|bisect|worktree|rewritten)\//;
const TRIES = 20;

/** Reads all refs at a moment at which this process moves none, so that what it does is all in them or not at all. */
export async function readRefs(
  git: Git,
  { primaryGitDir }: Repository,
  moves: readonly unknown[],
): Promise<Refs> {
  for (let turn = 1; ; turn += 1) {
    await refsSettled();
    const known = moves.length;
    const lines = await git.lines(['for-each-ref', '--format=%(refname) %(objectname)']);
    if ((areRefsMoving() || moves.length !== known) && turn < TRIES) continue;
    const refs = lines.map((line) => line.split(' ') as [string, string]);
    const head = readText(path.join(primaryGitDir, 'HEAD'))?.trim();
    return new Map([
      ...refs.filter(([ref]) => !ELSEWHERE.test(ref)),
      ...(head === undefined ? [] : [['HEAD', head] as const]),
    ]);
  }
}

/**
 * What others have moved between two moments. Our own moves are followed one after the other: where one of them did not
 * begin at what the last one left, somebody was in between.
 */
export function movesOfOthers(before: Refs, after: Refs, own: readonly RefChange[]): readonly RefMove[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((ref): readonly RefMove[] => {
    const found: RefMove[] = [];
    let from = before.get(ref);
    for (const { value, expected } of own.filter((one) => one.ref === ref)) {
      const to = expected ?? undefined;
      if (expected !== undefined && to !== from) found.push({ ref, from, to });
      from = value;
    }
    const to = after.get(ref);
    return from === to ? found : [...found, { ref, from, to }];
  });
}
