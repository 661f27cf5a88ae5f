import { Fault } from '../fault.ts';
import { laneWords } from '../lane-words.ts';
import { shellPaths, shellWord } from '../shell-word.ts';
import type { PackageState } from '../status/package-state.ts';
import type { LogState } from '../status/reduce.ts';

/** A package that the log speaks of and no file. */
export interface PackageWithoutFile {
  readonly wp: string;
  readonly lane: string;
  /** Whether there may be work in its lane. */
  readonly started: boolean;
}

/** Begins no work and ends none: why `finalize-tasks` cancels a package whose file was taken away. */
export const DROPPED = 'dropped from the plan before anybody had begun';

const OVER: ReadonlySet<string> = new Set(['done', 'canceled', 'uninitialized']);

/** Tells whether a package was canceled only as its file was taken away, so that it is as new once it has one again. */
export function isDropped({ slot, reason, everStarted }: PackageState): boolean {
  return slot.lane === 'canceled' && reason === DROPPED && !everStarted;
}

/**
 * Packages that are neither done nor canceled by the log, and that no file speaks of: the plan may be older than the log, or the
 * file was taken away. Whichever it is, the mission is not finished without them.
 */
export function packagesWithoutFile(ids: readonly string[], state: LogState): readonly PackageWithoutFile[] {
  return [...state.packages].flatMap(([wp, { slot, everStarted }]) =>
    ids.includes(wp) || OVER.has(slot.lane) ? [] : [{ wp, lane: slot.lane, started: everStarted }],
  );
}

/** What is said of one. */
export function withoutFile({ wp, lane }: PackageWithoutFile): string {
  return `${wp} is ${laneWords(lane)} and its file is gone`;
}

/** How its file comes back, and how one is dropped that nobody has begun. */
export function fileHints(
  { directory, target }: { readonly directory: string; readonly target: string },
  gone: readonly PackageWithoutFile[],
): readonly string[] {
  const files = gone.map(({ wp }) => `kitty-specs/${directory}/tasks/${wp}*`);
  return [
    `Where another branch than ${target} is checked out, its plan may be older: run \`git switch ${shellWord(target)}\`.`,
    `Otherwise find the last commit with \`git log --all --diff-filter=AM -1 --format=%h -- ${shellPaths(files)}\`, and restore from it: \`git restore --source=<commit> -- ${shellPaths(files)}\`.`,
    ...(gone.every(({ started }) => started)
      ? []
      : [
          `What nobody has begun is taken out of the plan, on record, by \`spec-kitty agent mission finalize-tasks --mission ${shellWord(directory)}\`.`,
        ]),
  ];
}

/** What refuses to go on without them. */
export function filesGone(
  mission: { readonly directory: string; readonly target: string },
  gone: readonly PackageWithoutFile[],
): Fault {
  return new Fault(
    'refused',
    'WORK_PACKAGE_FILE_GONE',
    `The log has packages that the plan here has not: ${gone.map(withoutFile).join('; ')}; nothing was changed.`,
    { hints: fileHints(mission, gone), details: { work_packages: gone.map(({ wp }) => wp) } },
  );
}
