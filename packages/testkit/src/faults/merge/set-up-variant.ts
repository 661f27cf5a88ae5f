import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Fixture } from '../fault-fixture.ts';
import { git, LANE_REFS, refsOf } from '../judge/repository-facts.ts';
import type { MergeVariant } from './merge-variant.ts';

/** What the target has gained before the merge, at the other end of a file that the mission changes, too. */
export const AHEAD = { name: 'src/long.js', text: 'gained before\n' };

/** Where the second checkout of the target is. */
export function secondCheckout({ root }: Fixture): string {
  return path.join(path.dirname(root), 'second');
}

/** Brings about the circumstances of a merge. */
export function setUpVariant(fixture: Fixture, { target, dirt, checkouts, lane }: MergeVariant): void {
  const { root } = fixture;
  if (target === 'ahead') {
    appendFileSync(path.join(root, AHEAD.name), AHEAD.text);
    must(fixture, 'commit', '--quiet', '--message', 'Ahead', '--only', '--', AHEAD.name);
  }
  if (dirt === 'close by')
    for (const name of ['src/mine.txt', 'src/both/mine.txt', 'docs/mine.txt', 'old/mine.txt'])
      write(root, name, `mine in ${name}\n`);
  if (checkouts === 'elsewhere') must(fixture, 'switch', '--quiet', '--create', 'elsewhere');
  if (checkouts === 'second') {
    const second = secondCheckout(fixture);
    must(fixture, 'worktree', 'add', '--quiet', '--force', second, 'main');
    write(second, 'notes.txt', 'second, and second\n');
    write(second, 'src/second.txt', 'mine in the second\n');
    write(second, 'staged.txt', 'second, and second\n');
    must({ ...fixture, root: second }, 'add', 'staged.txt');
  }
  const [first = ''] = lanesOf(fixture);
  if (lane === 'locked') must(fixture, 'worktree', 'lock', worktreeOf(fixture, first));
  if (lane === 'renamed') renameLane(fixture);
}

/** Renames the branch of the first lane, if there still is one. */
export function renameLane(fixture: Fixture): void {
  const [first] = lanesOf(fixture);
  if (first !== undefined) git(fixture, 'branch', '-m', first, `${first}-mine`);
}

/** Takes back what keeps a mission from being merged. */
export function takeBackName(fixture: Fixture): void {
  for (const name of lanesOf(fixture).filter((lane) => lane.endsWith('-mine')))
    git(fixture, 'branch', '-m', name, name.slice(0, -'-mine'.length));
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

function lanesOf(fixture: Fixture): readonly string[] {
  const lanes = [...refsOf(fixture).keys()].filter((ref) =>
    ref.startsWith(`${LANE_REFS}mission-${fixture.mission}`),
  );
  return lanes.map((ref) => ref.slice('refs/heads/'.length)).toSorted();
}

function worktreeOf(fixture: Fixture, branch: string): string {
  const trees = git(fixture, 'worktree', 'list', '--porcelain').split('\n\n');
  const tree = trees.find((text) => text.includes(`branch refs/heads/${branch}\n`) || text.endsWith(branch));
  return tree?.split('\n')[0]?.slice('worktree '.length) ?? '';
}

function must(place: Pick<Fixture, 'root' | 'env'>, ...args: string[]): void {
  const said = git(place, ...args);
  if (said.startsWith('failed with')) throw new Error(`git ${args.join(' ')} ${said}`);
}
