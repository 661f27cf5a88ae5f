import { Fault } from '../fault.ts';
import { type Finalized, finalizeMission } from '../finalize/finalize-mission.ts';
import { isInKittySpecs, pathProblem } from '../finalize/owned-path.ts';
import { isLiteralGlob } from '../execution-lanes/glob-pattern.ts';
import { createMission, type CreateMissionPorts } from '../mission/create-mission.ts';
import { DEFAULT_TYPE } from '../mission/mission-types.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { shellWord } from '../shell-word.ts';
import { sourceLane } from '../status/package-state.ts';
import { quickDocuments, quickSlug, quickTitle } from './quick-texts.ts';

/** What `quick` was asked to do. */
export interface QuickRequest {
  readonly request: string;
  /** Globs that the one package owns; everything unless given. */
  readonly ownedFiles: readonly string[];
  /** Branch of the primary checkout: the work lands there. */
  readonly branch: string;
  /** Directory names of the open missions with the name that this one would get. */
  readonly namesakes: (slug: string) => readonly string[];
  readonly actor: string;
  readonly commit: boolean;
  readonly project: { readonly uuid: string | null; readonly slug: string | null };
}

/** What became of the request. */
export interface QuickOutcome extends Finalized {
  /** Whether an earlier call had made the mission, and nobody has begun with it. */
  readonly repeated: boolean;
  /** Other open missions of the same name. */
  readonly namesakes: readonly string[];
}

/**
 * Creates and finalizes a mission of one package, through the same code as any other.
 *
 * The same request again, with nobody at work on it yet, is most probably a repeat after a lost answer: it gets the
 * same mission, and what a killed call left undone is done.
 *
 * @throws Fault `REQUEST_EMPTY`, `PATH_OUTSIDE_REPOSITORY`, or what creating and finalizing throw.
 */
export async function quickMission(
  ports: CreateMissionPorts & MergePorts,
  { request, ownedFiles, branch, actor, commit, project, namesakes: namesakesOf }: QuickRequest,
): Promise<QuickOutcome> {
  if (!/[\p{L}\p{N}]/u.test(request))
    throw new Fault('usage', 'REQUEST_EMPTY', 'The request says nothing.', {
      hints: ['Say what is wanted, as in `spec-kitty quick "Greet people by their name"`.'],
    });
  const owned = ownedFiles.length === 0 ? ['**'] : ownedFiles;
  requireOwnable(owned);
  const trackedFiles = await (await ports.lanes()).trackedFiles();
  const exists = (path: string) => trackedFiles.some((file) => file === path || file.startsWith(`${path}/`));
  const createIntent = owned.filter((glob) => isLiteralGlob(glob) && !exists(glob));
  const documents = quickDocuments({ request, ownedFiles: owned, createIntent });
  const slug = quickSlug(request);
  if (commit) await (await ports.commits()).requirePossible(slug);
  const namesakes = namesakesOf(slug);
  const earlier = await earlierMission(ports, namesakes, { spec: documents['spec.md'], owned, branch });
  if (earlier !== undefined)
    return {
      ...(await finalize(ports, earlier, { actor, commit })),
      repeated: true,
      namesakes: namesakes.filter((name) => name !== earlier),
    };
  const { directory } = await createMission(ports, {
    slug,
    targetBranch: branch,
    currentBranch: branch,
    missionType: DEFAULT_TYPE,
    friendlyName: quickTitle(request),
    purposeTldr: undefined,
    purposeContext: undefined,
    prBound: false,
    project,
    documents,
  });
  return { ...(await finalize(ports, directory, { actor, commit })), repeated: false, namesakes };
}

/** The mission that an earlier call made of the same words for the same files, as long as nobody has begun with it. */
async function earlierMission(
  ports: MergePorts,
  namesakes: readonly string[],
  { spec, owned, branch }: { spec: string | undefined; owned: readonly string[]; branch: string },
): Promise<string | undefined> {
  for (const directory of namesakes) {
    const { mission, packages, state } = await ports.view(directory);
    const [only] = packages;
    const same =
      mission.checkedOut &&
      targetBranch(mission.meta) === branch &&
      mission.files.read('spec.md') === spec &&
      JSON.stringify(only?.ownedFiles) === JSON.stringify(owned);
    const untouched =
      packages.length === 1 && ['genesis', 'planned'].includes(sourceLane(state.packages.get('WP01')));
    if (same && untouched && !state.packages.get('WP01')?.everStarted) return directory;
  }
  return undefined;
}

async function finalize(
  ports: MergePorts,
  directory: string,
  { actor, commit }: Pick<QuickRequest, 'actor' | 'commit'>,
): Promise<Finalized> {
  try {
    return await finalizeMission(ports, {
      mission: directory,
      actor,
      targetBranch: undefined,
      validateOnly: false,
      commit,
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { kind, code, message, hints, details } = error;
    const again = `spec-kitty agent mission finalize-tasks --mission ${shellWord(directory)}`;
    throw new Fault(kind, code, message, {
      hints: [...hints, `The mission ${directory} is written; when that is mended, run \`${again}\`.`],
      details: { ...details, mission_slug: directory },
      cause: error,
    });
  }
}

function requireOwnable(paths: readonly string[]): void {
  for (const path of paths) {
    const problem = isInKittySpecs(path)
      ? 'is below kitty-specs/, which packages do not own'
      : pathProblem(path);
    if (problem === undefined) continue;
    throw new Fault('refused', 'PATH_OUTSIDE_REPOSITORY', `${JSON.stringify(path)} ${problem}.`, {
      hints: ['Give paths and globs relative to the repository, such as "src/**".'],
      details: { path },
    });
  }
}
