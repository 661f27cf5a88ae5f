import { validateLog } from '@spec-kitty/core/status/rows/validate-log';
import { reduce } from '@spec-kitty/core/status/reduce';
import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import { spawnSync } from 'node:child_process';
import type { LogRows } from '@spec-kitty/core/status/rows/decode-log';
import type { Fixture } from '../fault-fixture.ts';
import { type MissionTexts, missionFiles } from './mission-files.ts';
import {
  allRows,
  BACKUP,
  checkoutFacts,
  type CheckoutFacts,
  commitsFrom,
  git,
  journaledIds,
  LANE_REFS,
  MAIN,
  readLog,
  recordedCommits,
  refsOf,
} from './repository-facts.ts';

/** What must outlive a fault. */
export interface Stake {
  readonly acknowledged: ReadonlySet<string>;
  /** Commits that events name. */
  readonly recorded: readonly string[];
  /** Tips of the lanes' branches, by branch. */
  readonly tips: ReadonlyMap<string, string>;
  readonly checkout: CheckoutFacts;
  readonly mission: MissionTexts;
  readonly main: string;
}

/** Takes stock before a fault. */
export async function takeStock(fixture: Fixture): Promise<Stake> {
  const refs = refsOf(fixture);
  return {
    acknowledged: journaledIds(fixture),
    recorded: recordedCommits(await readLog(fixture)),
    tips: new Map([...refs].filter(([ref]) => ref.startsWith(LANE_REFS)).map(([ref, { id }]) => [ref, id])),
    checkout: checkoutFacts(fixture),
    mission: missionFiles(fixture),
    main: refs.get(MAIN)?.id ?? '',
  };
}

/** What must hold whatever has happened: nothing acknowledged is lost, and no commit that an event names. */
export async function lossesOf(fixture: Fixture, stake: Stake): Promise<readonly string[]> {
  const log = await readLog(fixture);
  const readable = new Set(allRows(log).map((row) => row.event_id));
  const failures = [...new Set([...stake.acknowledged, ...journaledIds(fixture)])]
    .filter((id) => !readable.has(id))
    .map((id) => `event ${id} was acknowledged and cannot be read`);
  return [...failures, ...lostCommits(fixture, stake, recordedCommits(log)), ...unsound(fixture, log)];
}

/**
 * Commits that no ref leads to, so that Git may throw them away at any time.
 *
 * A lane's branch belongs to the agent that works on it, who may rewrite or delete it: what an event has recorded must
 * be reachable without. A branch that the product has removed must be among its backups.
 */
function lostCommits(
  fixture: Fixture,
  { recorded, tips }: Stake,
  recordedNow: readonly string[],
): readonly string[] {
  // Without the option, what the lanes' worktrees have checked out would count as well.
  const pinned = commitsFrom(fixture, '--single-worktree', `--exclude=${LANE_REFS}*`, '--all');
  const unpinned = [...new Set([...recorded, ...recordedNow])].filter((commit) => !pinned.has(commit));
  const refs = refsOf(fixture);
  const moved = [...tips].filter(([ref, id]) => refs.get(ref)?.id !== id);
  const reachable =
    moved.length === 0
      ? new Set<string>()
      : commitsFrom(fixture, `--glob=${LANE_REFS}*`, `--glob=${BACKUP}*`);
  // Of every object that a ref leads to, not only of commits: a branch must not move before its objects exist. Not from
  // the worktrees: a Git that is killed while it makes one leaves a HEAD of zeros there, until the next run.
  const whole = git(fixture, 'rev-list', '--objects', '--quiet', '--single-worktree', '--all');
  return [
    ...unpinned.map((commit) => `commit ${commit} was recorded, and no ref keeps it`),
    ...moved
      .filter(([, id]) => !reachable.has(id))
      .map(([ref, id]) => `the old tip of ${ref} is neither in a lane nor a backup: ${id}`),
    ...(whole === '' ? [] : [`objects are missing: ${whole}`]),
  ];
}

function unsound(fixture: Fixture, log: LogRows): readonly string[] {
  const snapshot = toSnapshot(reduce(log), { mission_id: fixture.missionId });
  const rows = [...log.laneEvents, ...log.annotations, ...log.lifecycle] as never;
  const { schema, legality, evidence } = validateLog({ rows, statusJson: snapshot, snapshot });
  return [...schema.map(([, problems]) => problems.join('; ')), ...legality, ...evidence].map(
    (finding) => `the log is not sound: ${finding}`,
  );
}

/** Content that comes from no commit and was not there before: what somebody else's Git command never makes. */
export function strayContent(fixture: Fixture, { checkout: before }: Stake): readonly string[] {
  const { files } = checkoutFacts(fixture);
  const suspects = [...files]
    .filter(([name, content]) => before.files.get(name) !== content && !content.startsWith('link'))
    .map(([name]) => name);
  if (suspects.length === 0) return [];
  const run = (input: string, ...args: string[]) =>
    spawnSync('git', args, { cwd: fixture.root, env: fixture.env, encoding: 'utf8', input }).stdout.split(
      '\n',
    );
  const hashes = run(suspects.join('\n'), 'hash-object', '--stdin-paths').filter(Boolean);
  const known = run(hashes.join('\n'), 'cat-file', '--batch-check=%(objecttype)');
  return suspects
    .filter((_, at) => known[at] !== 'blob')
    .map((name) => `${name} has content that comes from nowhere`);
}

/** Differences of two ends, part by part. */
export function endDifference(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.keys(expected).flatMap((part) => {
    const [want = '', have = ''] = [expected[part], actual[part]].map((value) =>
      JSON.stringify(value, null, 1),
    );
    if (want === have) return [];
    return [`${part} differ: ${linesChanged(want, have).slice(0, 6).join(' | ')}`];
  });
}

/** Lines that only one of two texts has. */
export function linesChanged(before: string, after: string): readonly string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const [known, found] = [new Set(old), new Set(fresh)];
  return [
    ...old.filter((line) => !found.has(line)).map((line) => `- ${line.trim()}`),
    ...fresh.filter((line) => !known.has(line)).map((line) => `+ ${line.trim()}`),
  ];
}
