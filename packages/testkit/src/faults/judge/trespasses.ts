import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Fixture } from '../fault-fixture.ts';
import { imageDifference } from './checkout-image.ts';
import { linesChanged, type Stake } from './judge.ts';
import { type MissionTexts, missionFiles, tornMissionFiles } from './mission-files.ts';
import {
  BACKUP,
  checkoutFacts,
  commitsFrom,
  git,
  journalText,
  MAIN,
  pendingMerges,
  refsOf,
} from './repository-facts.ts';

/** What a command may do where it succeeds. */
export interface Licence {
  /** It brings the work of the mission to the target. */
  readonly lands: boolean;
  /** The mission's files after a run without a fault, without what is left to chance. */
  readonly end: MissionTexts;
}

/**
 * What a command has changed that is not its business, whether it has succeeded or not: the user's files, index and
 * HEAD, commits of other files than the mission's, and half-written files of the mission.
 *
 * Only once a merge is on record, or the target has the work, its checkout may be on its way there, in those paths.
 */
export function trespasses(fixture: Fixture, stake: Stake, { lands, end }: Licence): readonly string[] {
  const { checkout: before, main } = stake;
  const landed = landedPaths(fixture, main);
  const moving = pendingMerges(fixture).length > 0 ? [...fixture.work.keys()] : landed;
  const work = new Set(lands ? moving.filter((name) => fixture.work.has(name)) : []);
  const after = checkoutFacts(fixture);
  const files = imageDifference(before.files, after.files).filter((line) => {
    const name = line.slice(0, line.indexOf(': '));
    return !work.has(name) || !isOnItsWay(fixture, name);
  });
  const index = linesChanged(before.index, after.index).filter(
    (line) => !work.has(line.slice(line.indexOf('\t') + 1)),
  );
  const torn = { before: stake.mission, after: missionFiles(fixture), end };
  return [
    ...files.map((line) => `the checkout changed: ${line}`),
    ...index.map((line) => `the index changed: ${line}`),
    ...(before.head === after.head ? [] : [`HEAD changed: ${before.head} -> ${after.head}`]),
    ...landed
      .filter((name) => !work.has(name) && !name.startsWith(`kitty-specs/${fixture.mission}/`))
      .map((name) => `a commit has a file that is not the mission's: ${name}`),
    ...tornMissionFiles(torn, journalText(fixture)),
    ...missingBackup(fixture, stake, lands),
  ];
}

function landedPaths(fixture: Fixture, main: string): readonly string[] {
  const now = refsOf(fixture).get(MAIN)?.id;
  if (now === main) return [];
  return git(fixture, 'diff', '--name-only', '--no-renames', '-z', main, MAIN).split('\0').filter(Boolean);
}

/** Gone, for what comes; or the whole or the beginning of what the mission has made of it. */
function isOnItsWay({ root, work }: Fixture, name: string): boolean {
  const file = path.join(root, name);
  return !existsSync(file) || work.get(name)?.startsWith(readFileSync(file, 'utf8')) === true;
}

/** The target only goes forward, and where it was before a merge is kept by name. */
function missingBackup(fixture: Fixture, { main }: Stake, lands: boolean): readonly string[] {
  const refs = refsOf(fixture);
  if (refs.get(MAIN)?.id === main) return [];
  const back = commitsFrom(fixture, MAIN).has(main) ? [] : [`main does not lead to its old tip: ${main}`];
  const isKept = [...refs].some(([ref, { id }]) => ref.startsWith(BACKUP) && id === main);
  return isKept || !lands ? back : [...back, `no backup has the target's old tip: ${main}`];
}

/** What must hold once a command has said that it succeeded, and before anything runs again. */
export function brokenPromises(
  fixture: Fixture,
  { commits, lands }: { readonly commits: boolean; readonly lands: boolean },
): readonly string[] {
  const dirty = commits ? git(fixture, 'status', '--porcelain', '--', `kitty-specs/${fixture.mission}`) : '';
  const unlike = lands ? [...fixture.work].filter(([name, text]) => contentOf(fixture, name) !== text) : [];
  return [
    ...(dirty === '' ? [] : [`it succeeded, and the mission's files are not committed: ${dirty}`]),
    ...unlike.map(([name]) => `it succeeded, and the checkout has not got the work: ${name}`),
  ];
}

function contentOf({ root }: Fixture, name: string): string | undefined {
  const file = path.join(root, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
