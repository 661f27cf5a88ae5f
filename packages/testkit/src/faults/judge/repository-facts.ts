import { actorName } from '@spec-kitty/protocol/actor';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { openWorkspace } from '@spec-kitty/local/workspace/open-workspace';
import { type LogRows, decodeLog } from '@spec-kitty/core/status/rows/decode-log';
import type { Fixture } from '../fault-fixture.ts';
import { imageOf, type Image } from './checkout-image.ts';
import { missionFiles, withoutChance } from './mission-files.ts';

/** Runs the machine's Git in a checkout; failures are answers, too. */
export function git({ root, env }: Pick<Fixture, 'root' | 'env'>, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync('git', args, {
    cwd: root,
    // A look would have Git write the index again wherever a file has another time, such as that of a new link to it.
    env: { ...env, GIT_OPTIONAL_LOCKS: '0' },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return status === 0 ? stdout : `failed with ${status}: ${stderr}`;
}

/** Reads the union of a mission's log through the product's own reader. */
export async function readLog({ root, env, mission, missionId }: Fixture): Promise<LogRows> {
  const workspace = await openWorkspace({
    cwd: root,
    env,
    clock: new SystemClock(),
    ids: new UlidIds(),
    interactive: false,
    warn: () => undefined,
  });
  return workspace.log.read({ missionId, directory: mission });
}

/** Everything in a log, whatever its kind. */
export function allRows({
  laneEvents,
  annotations,
  lifecycle,
}: LogRows): readonly { readonly event_id: string }[] {
  return [
    ...laneEvents,
    ...annotations,
    ...(lifecycle as unknown as readonly { readonly event_id: string }[]),
  ];
}

/** Ids of the events that the journal holds: what has been acknowledged, whatever happened to the checkout. */
export function journaledIds(fixture: Fixture): ReadonlySet<string> {
  const text = journalText(fixture);
  return new Set(allRows(decodeLog([{ text, file: 'journal' }])).map((row) => row.event_id));
}

/** Whole lines of the journal. */
export function journalText({ root, missionId }: Fixture): string {
  const file = path.join(root, '.git', 'spec-kitty', 'journal', `${missionId}.jsonl`);
  if (!existsSync(file)) return '';
  const text = readFileSync(file, 'utf8');
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** Commits that events of a log name, as the work that a lane handed over. */
export function recordedCommits(log: LogRows): readonly string[] {
  const named = log.laneEvents.map(({ policy_metadata: policy }) => policy?.['commit']);
  return [...new Set(named.filter((commit): commit is string => typeof commit === 'string'))];
}

/** Records of merges that have begun and not ended. */
export function pendingMerges({ root }: Pick<Fixture, 'root'>): readonly string[] {
  const folder = path.join(root, '.git', 'spec-kitty', 'moves');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

/** Beginning of the names of the lanes' branches. */
export const LANE_REFS = 'refs/heads/kitty/';
/** Beginning of the names under which the product keeps old tips. */
export const BACKUP = 'refs/spec-kitty/backup/';
/** The target branch. */
export const MAIN = 'refs/heads/main';

/** Commits that `git rev-list` finds from refs. */
export function commitsFrom(fixture: Fixture, ...args: readonly string[]): ReadonlySet<string> {
  return new Set(git(fixture, 'rev-list', ...args).split('\n'));
}

/** All refs, with their commit and its tree. */
export function refsOf(
  fixture: Fixture,
): ReadonlyMap<string, { readonly id: string; readonly tree: string }> {
  const listed = git(fixture, 'for-each-ref', '--format=%(refname) %(objectname) %(tree)');
  return new Map(
    listed
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '))
      .map(([ref = '', id = '', tree = '']) => [ref, { id, tree }]),
  );
}

/** The user's checkout: files, and what the index and HEAD say about everything but the mission. */
export interface CheckoutFacts {
  readonly files: Image;
  readonly index: string;
  readonly head: string;
}

/** Looks at the user's checkout. */
export function checkoutFacts(fixture: Fixture): CheckoutFacts {
  return {
    files: imageOf(fixture.root, fixture.mission),
    index: git(fixture, 'ls-files', '--stage', '--', '.', `:(exclude)kitty-specs/${fixture.mission}`),
    head: readFileSync(path.join(fixture.root, '.git', 'HEAD'), 'utf8').trim(),
  };
}

/** Where a mission stands in the end, without anything that differs between two runs: ids, times and commits. */
export async function endFacts(fixture: Fixture): Promise<Readonly<Record<string, unknown>>> {
  const { mission, root } = fixture;
  const log = await readLog(fixture);
  const facts = checkoutFacts(fixture);
  const refs = refsOf(fixture);
  const worktrees = git(fixture, 'worktree', 'list', '--porcelain')
    .split('\n')
    .filter((line) => /^(?:worktree|branch|prunable|locked)/.test(line));
  const lanes = worktrees
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length))
    .filter((lane) => lane !== root && existsSync(lane));
  return {
    events: eventsIn(log),
    checkout: {
      ...facts,
      files: Object.fromEntries([...facts.files].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
    status: git(fixture, 'status', '--porcelain', '--untracked-files=all'),
    missionFiles: Object.fromEntries(
      [...missionFiles(fixture)]
        .map(([name, text]): [string, string] => [name, withoutChance(text)])
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    history: git(fixture, 'log', '--topo-order', '--format=%s', MAIN),
    tree: git(fixture, 'ls-tree', '-r', MAIN)
      .split('\n')
      .filter((line) => !line.includes(`\tkitty-specs/${mission}/`)),
    refs: [...refs.keys()],
    laneTrees: [...refs]
      .filter(([ref]) => ref.startsWith(LANE_REFS))
      .map(([ref, { tree }]) => `${ref} ${tree}`),
    worktrees,
    laneStatus: lanes.map((lane) =>
      git({ ...fixture, root: lane }, 'status', '--porcelain', '--untracked-files=all'),
    ),
    leftovers: leftovers(path.join(root, '.git')),
  };
}

/** What has happened to a mission, by whom. */
export function eventsIn(log: LogRows): readonly string[] {
  const lane = log.laneEvents.map(
    ({ wp_id: wp, from_lane: from, to_lane: to, actor, force }) =>
      `${wp} ${from} -> ${to} by ${actorName(actor)}${force ? ' forced' : ''}`,
  );
  const notes = log.annotations.map(
    ({ wp_id: wp, actor, delta }) => `${wp} noted by ${actorName(actor)}: ${JSON.stringify(delta)}`,
  );
  const lifecycle = log.lifecycle.map(
    (row) => `${String(row['event_type'])} of ${String(row['aggregate_id'])}`,
  );
  return [...lane, ...notes, ...lifecycle].toSorted();
}

/** What a command may leave behind in the Git directory and must not: locks, and worktrees of ours. */
export function leftovers(gitDir: string): readonly string[] {
  const names = readdirSync(gitDir, { recursive: true, encoding: 'utf8' });
  return names
    .filter(
      (name) =>
        (name.endsWith('.lock') && !name.startsWith('spec-kitty/')) ||
        /^spec-kitty\/(?:scratch|merging)\/./.test(name),
    )
    .toSorted();
}
