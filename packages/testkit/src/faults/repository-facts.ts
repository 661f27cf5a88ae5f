import { actorName } from '@spec-kitty/protocol/actor';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { openWorkspace } from '@spec-kitty/local/workspace/open-workspace';
import { type LogRows, decodeLog } from '@spec-kitty/core/status/decode-log';
import type { Fixture } from './fault-fixture.ts';
import { imageOf, type Image } from './checkout-image.ts';

/** Runs the machine's Git in a checkout; failures are answers, too. */
export function git({ root, env }: Pick<Fixture, 'root' | 'env'>, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync('git', args, {
    cwd: root,
    env,
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
export function journaledIds({ root, missionId }: Fixture): ReadonlySet<string> {
  const file = path.join(root, '.git', 'spec-kitty', 'journal', `${missionId}.jsonl`);
  if (!existsSync(file)) return new Set();
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return new Set(allRows(decodeLog([{ text: whole, file }])).map((row) => row.event_id));
}

/** Commits that events of a log name, as the work that a lane handed over. */
export function recordedCommits(log: LogRows): readonly string[] {
  const named = log.laneEvents.map(({ policy_metadata: policy }) => policy?.['commit']);
  return [...new Set(named.filter((commit): commit is string => typeof commit === 'string'))];
}

/** Every commit that some ref leads to. */
export function reachableCommits(fixture: Fixture): ReadonlySet<string> {
  return new Set(git(fixture, 'rev-list', '--all').split('\n').filter(Boolean));
}

/** Tips of the lanes' branches. */
export function laneTips(fixture: Fixture): readonly string[] {
  return git(fixture, 'for-each-ref', '--format=%(objectname)', 'refs/heads/kitty')
    .split('\n')
    .filter(Boolean);
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
  const outside = ['--', '.', `:(exclude)kitty-specs/${mission}`];
  const refs = git(fixture, 'for-each-ref', '--format=%(refname)').split('\n').filter(Boolean);
  const worktrees = git(fixture, 'worktree', 'list', '--porcelain')
    .split('\n')
    .filter((line) => /^(?:worktree|branch|prunable|locked)/.test(line));
  const lanes = worktrees
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length))
    .filter((lane) => lane !== root && existsSync(lane));
  return {
    events: eventsOf(log),
    checkout: {
      ...checkoutFacts(fixture),
      files: Object.fromEntries([...imageOf(root, mission)].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
    status: git(fixture, 'status', '--porcelain', '--untracked-files=all'),
    missionFiles: missionFiles(path.join(root, 'kitty-specs', mission)),
    history: git(fixture, 'log', '--topo-order', '--format=%s', 'refs/heads/main'),
    tree: git(fixture, 'ls-tree', '-r', 'refs/heads/main', ...outside.slice(0, 1))
      .split('\n')
      .filter((line) => !line.includes(`\tkitty-specs/${mission}/`)),
    refs,
    laneTrees: refs
      .filter((ref) => ref.startsWith('refs/heads/kitty/'))
      .map((ref) => `${ref} ${git(fixture, 'rev-parse', `${ref}^{tree}`)}`),
    worktrees,
    laneStatus: lanes.map((lane) =>
      git({ ...fixture, root: lane }, 'status', '--porcelain', '--untracked-files=all'),
    ),
    leftovers: leftovers(path.join(root, '.git')),
  };
}

function eventsOf(log: LogRows): readonly string[] {
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

/** Names of the mission's files, with the content of those in which nothing differs between two runs. */
function missionFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(folder, file);
      return name.endsWith('.md') ? `${name} ${readFileSync(file, 'utf8')}` : name;
    })
    .toSorted();
}

/** What a command may leave behind in the Git directory and must not: locks, and worktrees of ours. */
function leftovers(gitDir: string): readonly string[] {
  const names = readdirSync(gitDir, { recursive: true, encoding: 'utf8' });
  return names
    .filter(
      (name) =>
        (name.endsWith('.lock') && !name.startsWith('spec-kitty/')) ||
        /^spec-kitty\/(?:scratch|merging)\/./.test(name),
    )
    .toSorted();
}
