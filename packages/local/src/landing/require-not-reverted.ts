import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import type { LaneCommit, MergeOrder } from '@spec-kitty/core/ports/integration';
import { shellPaths, shellWord } from '@spec-kitty/core/shell-word';
import type { Git } from '../git/git.ts';
import { treeChanges } from '../git/tree-changes.ts';
import { findReverted, type LandedWork, type Reverted } from './find-reverted.ts';

/** Makes sure that what a target has had of lanes is still there. @throws Fault `LANDING_REVERTED` naming what took it back. */
export async function requireNotReverted(
  git: Git,
  { mission, target }: Pick<MergeOrder, 'mission' | 'target'>,
  work: LandedWork,
): Promise<void> {
  const reverted = await unknownToLanes(git, work);
  const [first] = reverted;
  if (!first) return;
  const lanes = [...new Set(reverted.map(({ lane }) => lane))];
  const gone = new Set(reverted.filter(({ inPart }) => !inPart).flatMap(({ paths }) => paths));
  const commits = new Set(reverted.filter((one) => one.paths.length === 0).map(({ commit }) => commit));
  const how = [
    ...(commits.size > 0 ? [`${[...commits].join(', ')} took it back`] : []),
    ...(gone.size > 0 ? [`nothing of it is left in these paths: ${few([...gone])}`] : []),
    ...reverted.flatMap(({ inPart, commit, paths }) =>
      inPart ? [`${commit} has left out a part of it in these paths: ${few(paths)}`] : [],
    ),
  ];
  const rest = `--mission ${shellWord(mission)}`;
  throw new Fault(
    'refused',
    'LANDING_REVERTED',
    `${target} had the work of ${lanes.join(', ')}; nothing was changed: ${how.join('; ')}`,
    {
      hints: [
        ...(await bringingBack(git, target, { reverted, commits, lanes: work.lanes })),
        `To have it done differently, send its packages back with \`spec-kitty agent tasks move-task <WPnn> --to planned --review-feedback-file <file> ${rest}\`. Once they are claimed, run \`git merge ${shellWord(target)}\` in the worktree of the lane, and then make there again what it shall have: what was reverted is gone from it.`,
        `If it is meant to be as it is, say so: \`spec-kitty agent tasks move-task <WPnn> --to done --done-override-reason "<reason>" ${rest}\`.`,
      ],
      details: { target_branch: target, lanes, commit: first.commit, reverted },
    },
  );
}

/** What a lane has merged in is part of what was reviewed: whatever it has again after that is merged. */
async function unknownToLanes(git: Git, work: LandedWork): Promise<readonly Reverted[]> {
  const found: Reverted[] = [];
  for (const one of await findReverted(git, work)) {
    const lane = work.whole?.find(({ laneId }) => laneId === one.lane);
    if (!lane || !(await git.ok(['merge-base', '--is-ancestor', one.commit, lane.commit]))) found.push(one);
  }
  return found;
}

/** What brings all back that was named: commits are reverted, the last one first, and paths come from the lanes. */
async function bringingBack(
  git: Git,
  target: string,
  found: Pick<LandedWork, 'lanes'> & {
    readonly reverted: readonly Reverted[];
    readonly commits: ReadonlySet<string>;
  },
): Promise<readonly string[]> {
  const { byCommit, shared } = await sourcesOf(git, found);
  const reverts = found.commits.size > 0 ? await git.lines(['rev-list', '--no-walk', ...found.commits]) : [];
  const commands = reverts.length > 0 ? [`git revert ${reverts.map(shellWord).join(' ')}`] : [];
  for (const [commit, paths] of byCommit) {
    commands.push(`git restore --source=${commit} --staged --worktree -- ${shellPaths(paths)}`);
  }
  const run = commands.map((command) => `\`${command}\``).join(', then ');
  const commit = byCommit.size > 0 ? ', commit' : '';
  const look = `\`git log -p --full-history ${shellWord(target)} -- ${shellPaths(shared)}\``;
  return [
    ...(shared.length > 0
      ? [`There is other work in ${few(shared)}, too: put together again what ${look} shows, and commit.`]
      : []),
    ...(run ? [`To have it again, run ${run} on ${target}${commit}, then the command once more.`] : []),
  ];
}

/**
 * Commits that have paths as they are to be, which is what the last lane made of one; and those paths of which no single lane
 * has everything, or others have made something since.
 */
async function sourcesOf(
  git: Git,
  { reverted, lanes }: Pick<LandedWork, 'lanes'> & { readonly reverted: readonly Reverted[] },
): Promise<{
  readonly byCommit: ReadonlyMap<string, readonly string[]>;
  readonly shared: readonly string[];
}> {
  const sources = new Map<string, Set<string>>();
  const edited = new Set(reverted.flatMap((one) => one.edited ?? []));
  for (const { lane, paths } of reverted) {
    const made = await lastMade(git, lane, lanes);
    for (const file of paths) sources.set(file, (sources.get(file) ?? new Set<string>()).add(made(file)));
  }
  const byCommit = new Map<string, string[]>();
  const shared: string[] = [];
  for (const [file, [commit = '', ...others]] of sources) {
    if (others.length > 0 || edited.has(file)) shared.push(file);
    else byCommit.set(commit, [...(byCommit.get(commit) ?? []), file]);
  }
  return { byCommit, shared };
}

/** By path, the last commit that has changed it, of a lane and those on top of it. */
async function lastMade(
  git: Git,
  lane: string,
  lanes: readonly LaneCommit[],
): Promise<(file: string) => string> {
  const own = lanes.find(({ laneId }) => laneId === lane)?.commit ?? lane;
  const later: { readonly commit: string; readonly changed: ReadonlySet<string> }[] = [];
  for (const { commit } of lanes) {
    if (commit === own || !(await git.ok(['merge-base', '--is-ancestor', own, commit]))) continue;
    later.push({ commit, changed: new Set((await treeChanges(git, own, commit)).keys()) });
  }
  return (file) => later.findLast(({ changed }) => changed.has(file))?.commit ?? own;
}
