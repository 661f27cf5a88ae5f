import type { LandedLane, LaneCommit, Proposal } from '@spec-kitty/core/ports/integration';
import type { Move } from '@spec-kitty/core/ports/lane-repository';
import { isOwnPath } from '@spec-kitty/core/own-paths';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { limitedTo } from '../git/limited-to.ts';
import { judgeMerge } from '../trees/judge-merge.ts';
import { broughtBy } from './merged-part.ts';
import { type Change, patchIdsBetween, patchIdsOf } from './patch-ids.ts';
import { treeChanges } from '../git/tree-changes.ts';
import { lastChange, MOST_PATHS } from './taken-back.ts';
import { undone, undoneInPart } from './undone.ts';

/** Where a lane's work has been taken back. */
export interface Reverted {
  readonly lane: string;
  /** The commit of the target that did it; where no single one did, the last that changed one of the paths. */
  readonly commit: string;
  /** Paths of which nothing is left that the lane made, where no commit is the inverse of its work. */
  readonly paths: readonly string[];
  /** Those of them that have been edited elsewhere. */
  readonly edited?: readonly string[];
  /** Whether a part is left in the paths, the rest of which the commit has dropped or taken back. */
  readonly inPart?: true;
}

/** What is asked about a target. */
export interface LandedWork {
  readonly tip: string;
  readonly lanes: readonly LaneCommit[];
  readonly landed: readonly LandedLane[];
  /** Lanes that are to be merged, where the target has had a part of them. */
  readonly whole?: readonly LaneCommit[];
  readonly proposal?: Proposal | null | undefined;
  /** The one lane that is to be judged; all unless given. */
  readonly judged?: string;
}

/** Patch ids of a change of which the target must not have the inverse later than itself. */
interface BothWays {
  readonly forward: string;
  readonly inverse: string;
}

/**
 * Finds the lanes that later commits of the target take back: one has the inverse of the whole proposal, of the lane, of
 * one of its commits, or of the merge that brought it, and nothing after it has the change again; or nothing is left in a path
 * of what the lane changed there.
 */
export async function findReverted(git: Git, work: LandedWork): Promise<readonly Reverted[]> {
  const found: Reverted[] = [];
  for (const lane of work.lanes) {
    if (work.judged !== undefined && lane.laneId !== work.judged) continue;
    const { brought, base, changes } = await changesOf(git, lane, work);
    if (base === undefined) continue;
    const history =
      changes.length > 0
        ? await patchIdsOf(git, ['--reverse', '--topo-order', '--no-merges', work.tip, `^${base}`])
        : [];
    const commit = changes.map((change) => takenBackBy(change, history)).find((by) => by !== undefined);
    if (commit !== undefined) found.push({ lane: lane.laneId, commit, paths: [] });
    else found.push(...(await inPlaces(git, { lane, base, brought, work })));
  }
  return found;
}

/** A lane of which no commit alone has taken anything back. */
interface Sought {
  readonly lane: LaneCommit;
  readonly base: string;
  readonly brought: string | undefined;
  readonly work: LandedWork;
}

/** Paths of which nothing is left, else what a merge has dropped; and places that are as they were before the lane. */
async function inPlaces(git: Git, sought: Sought): Promise<readonly Reverted[]> {
  const whole = await byHand(git, sought);
  const found = whole.length > 0 ? whole : await byMerge(git, sought);
  const known = new Set(found.flatMap(({ paths }) => paths));
  return [...found, ...(await byPlace(git, sought, known))];
}

/** What the merge that brought a lane has dropped of it beside its conflicts, and nobody has made good since. */
async function byMerge(
  git: Git,
  { lane, base, brought, work: { tip } }: Sought,
): Promise<readonly Reverted[]> {
  const dropped = (brought && (await judgeMerge(git, brought, tip))?.dropped) || [];
  if (brought === undefined || dropped.length === 0) return [];
  const own = await treeChanges(git, base, lane.commit);
  const paths = dropped.filter((file) => own.has(file) && !isOwnPath(file));
  return paths.length > 0 ? [{ lane: lane.laneId, commit: brought, paths, edited: paths, inPart: true }] : [];
}

/** What another lane of the mission has made of a path is the mission's own doing. */
async function byHand(git: Git, { lane, base, work: { tip, lanes } }: Sought): Promise<readonly Reverted[]> {
  const moves: Move[] = [{ before: base, after: lane.commit }];
  let paths = (await undone(git, moves, tip)).back;
  if (paths.length > 0)
    for (const after of await builtOn(git, lane.commit, lanes)) moves.push({ before: lane.commit, after });
  const isBack = async (at: string) => (await undone(git, moves, at)).back;
  if (moves.length > 1) {
    const back = await isBack(tip);
    paths = paths.filter((file) => back.includes(file));
  }
  if (paths.length === 0) return [];
  const changed = await treeChanges(git, base, tip);
  const edited = paths.filter((file) => changed.has(file));
  const commit =
    edited.length > 0 ? await undoneBy(git, { tip, base, paths, isBack }) : await lastChange(git, tip, paths);
  return [{ lane: lane.laneId, commit, paths, ...(edited.length > 0 && { edited }) }];
}

/** Places of a lane that are as they were before it, in paths that have more of it. */
async function byPlace(
  git: Git,
  { lane, base, work: { tip, lanes } }: Sought,
  known: ReadonlySet<string>,
): Promise<readonly Reverted[]> {
  const move: Move = { before: base, after: lane.commit };
  const back = (at: string, tops: readonly string[]) => undoneInPart(git, move, { tip: at, tops });
  if ((await back(tip, [])).every((file) => known.has(file))) return [];
  const tops = await builtOn(git, lane.commit, lanes);
  const paths = (await back(tip, tops)).filter((file) => !known.has(file));
  if (paths.length === 0) return [];
  const since = await treeChanges(git, lane.commit, tip);
  // What has another name now is not found by this one.
  const within = paths.some((file) => since.get(file)?.now === undefined) ? [] : paths;
  const commit = await undoneBy(git, { tip, base, paths, within, isBack: (at) => back(at, tops) });
  return [{ lane: lane.laneId, commit, paths, edited: paths, inPart: true }];
}

/** The commits of the lanes that have one in their history, beside itself. */
async function builtOn(git: Git, commit: string, lanes: readonly LaneCommit[]): Promise<readonly string[]> {
  const tops: string[] = [];
  for (const { commit: top } of lanes)
    if (top !== commit && (await git.ok(['merge-base', '--is-ancestor', commit, top]))) tops.push(top);
  return tops;
}

/** Each is looked at whole. */
const MOST_COMMITS = 100;

/** The last commit before which not all paths were undone; where none is found, the last that changed one of them. */
async function undoneBy(
  git: Git,
  {
    tip,
    base,
    paths,
    within = paths,
    isBack,
  }: {
    readonly tip: string;
    readonly base: string;
    readonly paths: readonly string[];
    readonly within?: readonly string[];
    readonly isBack: (at: string) => Promise<readonly string[]>;
  },
): Promise<string> {
  const { args, options } = limitedTo([tip, `^${base}`], within.slice(0, MOST_PATHS));
  const log = ['--literal-pathspecs', 'rev-list', `--max-count=${MOST_COMMITS}`];
  for (const commit of await git.lines([...log, ...args], options)) {
    const before = await commitOf(git, `${commit}^`);
    if (before === undefined) continue;
    const back = await isBack(before);
    if (paths.some((file) => !back.includes(file))) return commit;
  }
  return lastChange(git, tip, paths);
}

/** The last commit in which a change is there or gone decides. */
function takenBackBy(
  { forward, inverse }: BothWays,
  history: readonly (readonly [commit: string, patchId: string])[],
): string | undefined {
  const last = history.findLast(([, id]) => id === forward || id === inverse);
  return last?.[1] === inverse ? last[0] : undefined;
}

async function changesOf(
  git: Git,
  lane: LaneCommit,
  { tip, landed, proposal }: LandedWork,
): Promise<Start & { readonly changes: readonly BothWays[] }> {
  const { laneId, commit } = lane;
  const itself = landed.some((one) => one.lane === laneId && one.by === 'ancestry');
  const { brought, base } = await startOf(git, lane, { tip, itself });
  if (base === undefined) return { brought, base, changes: [] };
  const made: Change[] = base === commit ? [] : [[base, commit]];
  const onto = brought && (await commitOf(git, `${brought}^1`));
  if (brought && onto) made.push([onto, brought]);
  made.push(...(await madeSince(git, commit, [base])));
  if (proposal?.lanes[laneId] === commit) {
    const { before, merged } = proposal;
    made.push([before, merged], ...(await madeSince(git, merged, [before, commit])));
  }
  const [forwards, inverses] = halves(
    await patchIdsBetween(git, [...made, ...made.map(([from, to]): Change => [to, from])]),
  );
  const changes = forwards.flatMap((forward, at) => {
    const inverse = inverses[at];
    return forward !== undefined && inverse !== undefined ? [{ forward, inverse }] : [];
  });
  // A lane that takes back one of its own commits is as it was reviewed.
  const there = new Set(changes.map(({ forward }) => forward));
  return { brought, base, changes: changes.filter(({ inverse }) => !there.has(inverse)) };
}

/** What each commit but merges changes; one without a parent has nothing to take back to. */
async function madeSince(git: Git, tip: string, without: readonly string[]): Promise<readonly Change[]> {
  const others = without.map((one) => `^${one}`);
  const lines = await git.lines(['rev-list', '--no-merges', '--parents', tip, ...others]);
  return lines.flatMap((line) => {
    const [commit = '', parent] = line.split(' ');
    return parent === undefined ? [] : [[parent, commit] as const];
  });
}

function halves<T>(values: readonly T[]): readonly [readonly T[], readonly T[]] {
  return [values.slice(0, values.length / 2), values.slice(values.length / 2)];
}

/** Where a lane's work starts, and the merge that brought it, if one did. */
interface Start {
  readonly brought: string | undefined;
  readonly base: string | undefined;
}

/** Where a lane's work starts. What an ancestor began at can only be told by the first merge that has it, or by the log. */
async function startOf(
  git: Git,
  lane: LaneCommit,
  { tip, itself }: { tip: string; itself: boolean },
): Promise<Start> {
  const brought = itself ? await broughtBy(git, lane.commit, tip) : undefined;
  if (itself && !brought) return { brought, base: await begunAt(git, lane) };
  return { brought, base: await git.tryText(['merge-base', brought ? `${brought}^1` : tip, lane.commit]) };
}

/** Where a lane began over which the target's own line went; `undefined` where it took in others, as they are not its work. */
async function begunAt(git: Git, { base, commit }: LaneCommit): Promise<string | undefined> {
  if (!base || !(await git.ok(['merge-base', '--is-ancestor', base, commit]))) return undefined;
  return (await git.text(['rev-list', '--count', '--merges', commit, `^${base}`])) === '0' ? base : undefined;
}
