import { Fault } from '../fault.ts';
import { type Finalized, finalizeMission } from '../finalize/finalize-mission.ts';
import { isInKittySpecs, pathProblem } from '../finalize/owned-path.ts';
import { isLiteralGlob } from '../execution-lanes/glob-pattern.ts';
import { createMission, type CreateMissionPorts } from '../mission/create-mission.ts';
import { DEFAULT_TYPE } from '../mission/mission-types.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { shellWord } from '../shell-word.ts';
import { quickDocuments, quickSlug, quickTitle } from './quick-texts.ts';

/** What `quick` was asked to do. */
export interface QuickRequest {
  readonly request: string;
  /** Globs that the one package owns; everything unless given. */
  readonly ownedFiles: readonly string[];
  /** Branch of the primary checkout: the work lands there. */
  readonly branch: string;
  readonly actor: string;
  readonly commit: boolean;
  readonly project: { readonly uuid: string | null; readonly slug: string | null };
}

/**
 * Creates and finalizes a mission of one package, through the same code as any other.
 *
 * @throws Fault `REQUEST_EMPTY`, `PATH_OUTSIDE_REPOSITORY`, or what creating and finalizing throw.
 */
export async function quickMission(
  ports: CreateMissionPorts & MergePorts,
  { request, ownedFiles, branch, actor, commit, project }: QuickRequest,
): Promise<Finalized> {
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
