import { MISSION_MERGED } from '@spec-kitty/core/status/latest-merge';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Fixture } from '../fault-fixture.ts';
import { AHEAD, secondCheckout } from '../merge/set-up-variant.ts';
import { GAINED } from '../merge/commit-on-target.ts';
import type { MergeVariant } from '../merge/merge-variant.ts';
import { type Image, imageDifference, imageWithout } from './checkout-image.ts';
import { linesChanged, lossesOf, type Stake, takeStock } from './judge.ts';
import {
  BACKUP,
  commitsFrom,
  eventsIn,
  git,
  journalText,
  LANE_REFS,
  leftovers,
  MAIN,
  pendingMerges,
  readLog,
  refsOf,
} from './repository-facts.ts';

/** A checkout before the merge. */
interface Checkout {
  readonly root: string;
  readonly isOfTarget: boolean;
  readonly files: Image;
  readonly index: string;
  /** Of the index as a file, once Git has brought the times in it up to date. */
  readonly indexHash: string;
  readonly head: string;
  readonly status: string;
}

/** What must outlive a merge and all that befalls it. */
export interface MergeStake {
  readonly stake: Stake;
  readonly refs: ReadonlyMap<string, string>;
  readonly worktrees: string;
  readonly checkouts: readonly Checkout[];
}

/** Takes stock of every checkout and every ref. */
export async function takeMergeStock(fixture: Fixture): Promise<MergeStake> {
  const roots = [fixture.root, secondCheckout(fixture)].filter((root) => existsSync(root));
  return {
    stake: await takeStock(fixture),
    refs: tipsOf(fixture),
    worktrees: git(fixture, 'worktree', 'list', '--porcelain'),
    checkouts: roots.map((root) => lookAt(fixture, root)),
  };
}

function lookAt(fixture: Fixture, root: string): Checkout {
  const place = { ...fixture, root };
  const head = git(place, 'symbolic-ref', 'HEAD').trim();
  const all = ['--', '.', `:(exclude)${GAINED.name}`];
  const status = git(place, 'status', '--porcelain', '--untracked-files=all', ...all);
  return {
    root,
    head,
    isOfTarget: head === MAIN,
    files: imageWithout(root, new Set(['.git', '.worktrees', GAINED.name])),
    index: git(place, 'ls-files', '--stage', '-v', ...all),
    indexHash: indexHash(place),
    status,
  };
}

function indexHash(place: Pick<Fixture, 'root' | 'env'>): string {
  const file = path.resolve(place.root, git(place, 'rev-parse', '--git-path', 'index').trim());
  return createHash('sha1').update(readFileSync(file)).digest('hex');
}

function tipsOf(fixture: Fixture): ReadonlyMap<string, string> {
  return new Map([...refsOf(fixture)].map(([ref, { id }]) => [ref, id]));
}

/** How far a merge has come that somebody finds. */
export type MergePhase =
  | 'nothing pending'
  | 'recorded, target not moved'
  | 'target moved, no events'
  | 'events recorded';

/** Looks how far the merge of the fixture's mission has come. */
export function phaseOf(fixture: Fixture): MergePhase {
  if (!pendingMerges(fixture).some((name) => name.includes(fixture.missionId))) return 'nothing pending';
  if (journalText(fixture).includes(MISSION_MERGED)) return 'events recorded';
  const hasWork = git(fixture, 'cat-file', '-e', `${MAIN}:src/both/main.js`) === '';
  return hasWork ? 'target moved, no events' : 'recorded, target not moved';
}

/**
 * What must hold at any moment: no commit is unreachable that a branch or an event has had, and nobody's uncommitted
 * work has changed by a byte.
 */
export async function lossesOfMerge(
  fixture: Fixture,
  { stake, refs, checkouts }: MergeStake,
  mains: ReadonlySet<string>,
): Promise<readonly string[]> {
  const reachable = commitsFrom(fixture, '--single-worktree', '--all');
  const onTarget = commitsFrom(fixture, MAIN);
  const lost = [...new Set([...refs.values(), ...mains])].filter((commit) => !reachable.has(commit));
  return [
    ...(await lossesOf(fixture, stake)),
    ...lost.map((commit) => `no ref leads to a commit that a ref had: ${commit}`),
    ...[...mains]
      .filter((commit) => !onTarget.has(commit))
      .map((commit) => `main does not lead to a commit that it had: ${commit}`),
    ...checkouts.flatMap((before) => uncommittedLost(fixture, before)),
  ];
}

function uncommittedLost(fixture: Fixture, before: Checkout): readonly string[] {
  const now = lookAt(fixture, before.root);
  const isFree = (name: string): boolean => before.isOfTarget && mayMove(fixture, name);
  return [
    ...(now.head === before.head ? [] : [`HEAD changed: ${before.head} -> ${now.head}`]),
    ...imageDifference(before.files, now.files)
      .filter((line) => !isFree(line.slice(0, line.indexOf(': '))))
      .map((line) => `uncommitted work changed in ${before.root}: ${line}`),
    ...linesChanged(before.index, now.index)
      .filter((line) => !isFree(line.slice(line.indexOf('\t') + 1)))
      .map((line) => `the index changed in ${before.root}: ${line}`),
  ];
}

/** Whether a path is one that a merge may write: the work of a mission, or its own files. */
function mayMove({ mission, rival, work, rivalWork }: Fixture, name: string): boolean {
  const own = [mission, rival].some((slug) => name.startsWith(`kitty-specs/${slug}/`));
  return own || work.has(name) || rivalWork.has(name);
}

/** How everything differs from what it was, of which nothing may after an abort, or where nothing is pending. */
export function changesBy(
  fixture: Fixture,
  before: MergeStake,
  { lane, target }: MergeVariant,
): readonly string[] {
  // First of all: other looks have Git write the index.
  const indexes =
    target === 'still' || target === 'ahead'
      ? before.checkouts.filter(({ root, indexHash: was }) => indexHash({ ...fixture, root }) !== was)
      : [];
  const mine = (ref: string): boolean =>
    ref === MAIN || (lane === 'renamed afterwards' && ref.startsWith(LANE_REFS));
  const refs = tipsOf(fixture);
  const names = [...new Set([...refs.keys(), ...before.refs.keys()])].filter((ref) => !mine(ref));
  return [
    ...indexes.map(({ root }) => `the index of ${root} is not as before, to the byte`),
    ...names
      .filter((ref) => refs.get(ref) !== before.refs.get(ref))
      .map((ref) => `${ref} is not as before: ${before.refs.get(ref)} -> ${refs.get(ref)}`),
    ...checkoutChanges(fixture, before),
  ];
}

/** How files and indexes of the checkouts differ from what they were. */
export function checkoutChanges(fixture: Fixture, { checkouts }: MergeStake): readonly string[] {
  return checkouts.flatMap((checkout) => {
    const now = lookAt(fixture, checkout.root);
    return [...imageDifference(checkout.files, now.files), ...linesChanged(checkout.index, now.index)].map(
      (change) => `${checkout.root} is not as before: ${change}`,
    );
  });
}

/** Checkouts of a target that has the work, without it: a commit there would take the work back. */
export function laggingBehind(fixture: Fixture, { checkouts }: MergeStake): readonly string[] {
  return checkouts
    .filter(({ isOfTarget }) => isOfTarget)
    .flatMap(({ root }) => {
      const options = ['--cached', '--name-only', MAIN, '--', ...fixture.work.keys()];
      const behind = git({ ...fixture, root }, 'diff', ...options).trim();
      return behind === '' ? [] : [`main has moved, and not the index in ${root}: ${behind}`];
    });
}

/** What a merge that has come to its end has brought about, and left. */
export async function shortcomings(
  fixture: Fixture,
  { checkouts }: MergeStake,
  {
    target,
    rival,
    gained,
    mains,
  }: MergeVariant & { readonly gained: boolean; readonly mains: ReadonlySet<string> },
): Promise<readonly string[]> {
  const wanted = new Map<string, string | undefined>(fixture.work);
  if (target === 'ahead') wanted.set(AHEAD.name, `${wanted.get(AHEAD.name)}${AHEAD.text}`);
  if (gained) wanted.set(GAINED.name, GAINED.text);
  if (rival === 'other mission') for (const [name, text] of fixture.rivalWork) wanted.set(name, text);
  const done = eventsIn(await readLog(fixture)).filter((event) => event.includes('approved -> done'));
  const isKept = [...tipsOf(fixture)].some(([ref, id]) => ref.startsWith(BACKUP) && mains.has(id));
  return [
    ...(isKept ? [] : ['no backup has an old tip of main']),
    ...[...wanted]
      .filter(([name, text]) => shown(fixture, name) !== text)
      .map(([name]) => `main has not got what it should have: ${name}`),
    ...checkouts.flatMap((before) => unlikeTarget(fixture, before, wanted)),
    ...(done.length === 4 ? [] : [`the packages are not done, each once: ${done.join(', ')}`]),
    ...pendingMerges(fixture).map((name) => `a merge is still pending: ${name}`),
    ...leftovers(path.join(fixture.root, '.git')).map((name) => `left behind: ${name}`),
  ];
}

function unlikeTarget(
  fixture: Fixture,
  before: Checkout,
  wanted: ReadonlyMap<string, string | undefined>,
): readonly string[] {
  if (!before.isOfTarget) return [];
  const { status } = lookAt(fixture, before.root);
  return [
    ...linesChanged(before.status, status).map((line) => `the status in ${before.root} changed: ${line}`),
    ...[...wanted]
      .filter(([name, text]) => name !== GAINED.name && onDisk(before.root, name) !== text)
      .map(([name]) => `${before.root} has not got the work: ${name}`),
  ];
}

function shown(fixture: Fixture, name: string): string | undefined {
  const text = git(fixture, 'show', `${MAIN}:${name}`);
  return text.startsWith('failed with') ? undefined : text;
}

function onDisk(root: string, name: string): string | undefined {
  const file = path.join(root, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
