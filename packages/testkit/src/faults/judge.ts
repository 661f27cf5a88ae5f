import { validateLog } from '@spec-kitty/core/status/validate-log';
import { reduce } from '@spec-kitty/core/status/reduce';
import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import { spawnSync } from 'node:child_process';
import { imageDifference } from './checkout-image.ts';
import type { Fixture } from './fault-fixture.ts';
import {
  allRows,
  checkoutFacts,
  type CheckoutFacts,
  git,
  journaledIds,
  laneTips,
  reachableCommits,
  readLog,
  recordedCommits,
} from './repository-facts.ts';

/** What must outlive a fault. */
export interface Stake {
  readonly acknowledged: ReadonlySet<string>;
  readonly commits: readonly string[];
  readonly checkout: CheckoutFacts;
  readonly main: string;
}

/** Takes stock before a fault. */
export async function takeStock(fixture: Fixture): Promise<Stake> {
  return {
    acknowledged: journaledIds(fixture),
    commits: [...laneTips(fixture), ...recordedCommits(await readLog(fixture))],
    checkout: checkoutFacts(fixture),
    main: git(fixture, 'rev-parse', 'refs/heads/main').trim(),
  };
}

/** What must hold whatever has happened: nothing acknowledged is lost, and no commit that an event names. */
export async function lossesOf(
  fixture: Fixture,
  { acknowledged, commits }: Stake,
): Promise<readonly string[]> {
  const failures: string[] = [];
  const log = await readLog(fixture);
  const readable = new Set(allRows(log).map((row) => row.event_id));
  for (const id of [...acknowledged, ...journaledIds(fixture)])
    if (!readable.has(id)) failures.push(`event ${id} was acknowledged and cannot be read`);

  const reachable = reachableCommits(fixture);
  for (const commit of [...commits, ...recordedCommits(log)])
    if (!reachable.has(commit)) failures.push(`commit ${commit} is not reachable any more`);

  const snapshot = toSnapshot(reduce(log), { mission_id: fixture.missionId });
  const rows = [...log.laneEvents, ...log.annotations, ...log.lifecycle] as never;
  const { schema, legality, evidence } = validateLog({ rows, statusJson: snapshot, snapshot });
  for (const finding of [...schema.map(([, problems]) => problems.join('; ')), ...legality, ...evidence])
    failures.push(`the log is not sound: ${finding}`);
  return failures;
}

/** What a command that did not succeed has changed in the user's checkout, if anything. */
export function trespasses(fixture: Fixture, { checkout: before, main }: Stake): readonly string[] {
  const after = checkoutFacts(fixture);
  const moved = git(fixture, 'rev-parse', 'refs/heads/main').trim() !== main;
  // From the moment on at which the target has the work, its checkout may be on its way there, in those paths.
  const landed = moved ? git(fixture, 'diff', '--name-only', '-z', main, 'refs/heads/main').split('\0') : [];
  const allowed = new Set(landed.filter(Boolean));
  const files = imageDifference(before.files, after.files).filter(
    (line) => !allowed.has(line.slice(0, line.indexOf(': '))),
  );
  const index = linesChanged(before.index, after.index).filter(
    (line) => !allowed.has(line.slice(line.indexOf('\t') + 1)),
  );
  return [
    ...files.map((line) => `the checkout changed: ${line}`),
    ...index.map((line) => `the index changed: ${line}`),
    ...(before.head === after.head ? [] : [`HEAD changed: ${before.head} -> ${after.head}`]),
  ];
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

function linesChanged(before: string, after: string): readonly string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const [known, found] = [new Set(old), new Set(fresh)];
  return [
    ...old.filter((line) => !found.has(line)).map((line) => `- ${line.trim()}`),
    ...fresh.filter((line) => !known.has(line)).map((line) => `+ ${line.trim()}`),
  ];
}
