import type { EditableValue } from '../planning/frontmatter/edit-frontmatter.ts';
import type { WpFrontmatter } from '../planning/frontmatter/read-frontmatter.ts';
import type { WorkPackageFile } from '../planning/frontmatter/work-package-file.ts';
import type { WpsEntry } from '../planning/parse-wps-yaml.ts';
import { inferOwnership, inferSurface } from './infer-ownership.ts';
import type { Ownership } from './ownership.ts';

/** A package as finalizing it would leave it. */
export interface PackageDraft extends Ownership {
  readonly fileName: string;
  readonly title: string;
  readonly requirementRefs: readonly string[];
  readonly planning: boolean;
  /** Frontmatter keys to set; empty where the file says everything already. */
  readonly changes: Readonly<Record<string, EditableValue>>;
  /** Whether the files it owns were taken from its text, because nobody declared them. */
  readonly inferred: boolean;
}

/** What a draft is made from. */
export interface DraftSources {
  readonly file: WorkPackageFile;
  readonly entry: WpsEntry | undefined;
  readonly dependencies: readonly string[];
  readonly requirementRefs: readonly string[];
  readonly targetBranch: string;
  /** Top-level directories of the repository. */
  readonly topLevel: ReadonlySet<string>;
  readonly exists: (path: string) => boolean;
}

/**
 * Works out a package's final frontmatter (L§4.8, step 11): wps.yaml wins over the file, the file over
 * what its text suggests. Only what is missing or different is to be written.
 */
export function draftPackage(sources: DraftSources): PackageDraft {
  const { file, entry, dependencies, requirementRefs } = sources;
  const { inferred, executionMode, ...owned } = ownershipOf(sources);
  return {
    id: file.id,
    fileName: file.fileName,
    title: entry && entry.title !== entry.id ? entry.title : file.title,
    dependencies,
    requirementRefs,
    planning: executionMode === 'planning_artifact',
    ownedFiles: owned.ownedFiles ?? [],
    createIntent: owned.createIntent,
    authoritativeSurface: owned.authoritativeSurface,
    scope: file.frontmatter.scope,
    changes: changesTo(file.frontmatter, { ...owned, executionMode }, sources),
    inferred,
  };
}

function ownershipOf({ file: { body, frontmatter }, entry, topLevel, exists }: DraftSources) {
  const declared = <K extends OwnershipKey>(key: K) => entry?.[key] ?? frontmatter[key];
  // Reading a long text is worth the time only where something has to be taken from it.
  const complete = declared('ownedFiles') !== undefined && declared('executionMode') !== undefined;
  const inference = inferOwnership(complete ? '' : body, topLevel);
  const inferred = declared('ownedFiles') === undefined && inference.ownedFiles.length > 0;
  const ownedFiles = inferred ? inference.ownedFiles : declared('ownedFiles');
  // A path that the text names and nobody has written yet is one that the package will create.
  const isNew = (path: string) => inferred && !path.endsWith('/**') && !exists(path);
  return {
    inferred,
    ownedFiles,
    executionMode: declared('executionMode') ?? inference.executionMode,
    createIntent: [...new Set([...(declared('createIntent') ?? []), ...inference.ownedFiles.filter(isNew)])],
    authoritativeSurface: declared('authoritativeSurface') ?? inferSurface(ownedFiles ?? []),
  };
}

type OwnershipKey = 'ownedFiles' | 'executionMode' | 'createIntent' | 'authoritativeSurface';

function changesTo(
  has: WpFrontmatter,
  owned: Omit<ReturnType<typeof ownershipOf>, 'inferred'>,
  { entry, dependencies, requirementRefs, targetBranch }: DraftSources,
): Record<string, EditableValue> {
  const named = requirementRefs.every((ref) => has.requirementRefs.includes(ref));
  // A sentence that somebody wrote for this target stays as it is.
  const worded = has.branchStrategy !== undefined && has.mergeTargetBranch === targetBranch;
  const wanted: readonly (readonly [key: string, wanted: EditableValue | undefined, held: unknown])[] = [
    ['dependencies', dependencies, has.dependencies],
    ['planning_base_branch', targetBranch, has.planningBaseBranch],
    ['merge_target_branch', targetBranch, has.mergeTargetBranch],
    ['branch_strategy', worded ? undefined : branchStrategy(targetBranch), has.branchStrategy],
    ['requirement_refs', named ? undefined : requirementRefs, has.requirementRefs],
    ['subtasks', has.subtasks.length > 0 ? undefined : entry?.subtasks, has.subtasks],
    ['execution_mode', owned.executionMode, has.executionMode],
    ['owned_files', owned.ownedFiles, has.ownedFiles],
    ['create_intent', owned.createIntent, has.createIntent],
    ['authoritative_surface', owned.authoritativeSurface, has.authoritativeSurface],
  ];
  return Object.fromEntries(
    wanted.flatMap(([key, value, held]) => (value === undefined || same(value, held) ? [] : [[key, value]])),
  );
}

function branchStrategy(target: string): string {
  return `This package is planned on ${target} and its finished work is merged into ${target}, whatever its own branch starts from.`;
}

/** Lists are compared as sets of texts: finalizing does not reorder what a person wrote. */
function same(wanted: EditableValue, held: unknown): boolean {
  if (!Array.isArray(wanted)) return wanted === held;
  return (
    Array.isArray(held) &&
    wanted.every((item) => held.includes(item)) &&
    held.every((item) => wanted.includes(item))
  );
}
