import type { AttemptRole } from '../run-record.ts';

/** Where an agent works, as far as it decides what it may write. Paths are absolute and resolved, with `/`. */
export interface FencedPlace {
  readonly role: AttemptRole;
  /** Folder to work in. */
  readonly worktree: string;
  readonly primary: string;
  /** Roots of all other worktrees. */
  readonly others: readonly string[];
  readonly commonDir: string;
  /** Git's own folder of the worktree; the common one in the primary checkout. */
  readonly gitDir: string;
  /** Branch that is checked out, without `refs/heads/`. */
  readonly branch: string | undefined;
  /** What else lies beside the file of that branch: other branches, and folders of them. */
  readonly besideBranch: readonly string[];
  /** Folder of the attempt, and what is in it already, which is not for the agent to change. */
  readonly attempt: { readonly folder: string; readonly kept: readonly string[] };
  /** Folders in which the agent keeps its login and its settings. */
  readonly state: readonly string[];
  readonly temp: readonly string[];
}

/** What an agent may do at a path and below it; of several that apply, the one of the longest path counts. */
export interface FenceStep {
  readonly path: string;
  readonly may: 'write' | 'read';
  /** Whether everything is lost without it, as against one more thing that is worth keeping. */
  readonly firm: boolean;
}

/** What Git executes or obeys, wherever it lies in a Git directory. */
const OBEYED = ['hooks', 'config', 'config.worktree', 'commondir', 'gitdir', 'locked', 'info', 'modules'];
/** What the Git directory of all worktrees has besides, for all of them. */
const SHARED = ['packed-refs', 'refs', 'logs', 'worktrees', 'spec-kitty', 'objects', 'lfs', 'reftable'];

/**
 * Where an agent may write: its worktree, what a commit there changes in Git, its own folders and what is temporary. A
 * reviewer, who commits nothing, gets no part of Git but new objects.
 *
 * Packs and alternates stay as they are, and so do hooks and settings, which would have Git execute anything for
 * whoever uses the repository next. Shorter paths come first.
 */
export function fenceSteps(place: FencedPlace): readonly FenceStep[] {
  const { worktree, attempt } = place;
  const roots = [place.primary, place.commonDir, ...place.others].filter((root) => root !== worktree);
  const steps = [
    ...[...place.temp, ...place.state].map(writable),
    ...roots.map((path): FenceStep => ({ path, may: 'read', firm: true })),
    writable(worktree),
    // Elsewhere it is a folder with rules of its own.
    ...(place.gitDir === place.commonDir ? [] : [readable(`${worktree}/.git`)]),
    ...gitSteps(place),
    writable(attempt.folder),
    ...attempt.kept.map((name) => readable(`${attempt.folder}/${name}`)),
  ];
  // Of two for one path, the later one counts.
  return [...new Map(steps.map((step) => [step.path, step])).values()].toSorted(
    (a, b) => a.path.length - b.path.length,
  );
}

function gitSteps({ role, commonDir, gitDir, branch, besideBranch }: FencedPlace): readonly FenceStep[] {
  const objects = [
    writable(`${commonDir}/objects`),
    readable(`${commonDir}/objects/pack`),
    readable(`${commonDir}/objects/info`),
    writable(`${commonDir}/lfs`),
  ];
  if (role === 'reviewer') return objects;
  const isPrimary = gitDir === commonDir;
  const kept = isPrimary ? [...OBEYED, ...SHARED] : OBEYED;
  const own = [writable(gitDir), ...kept.map((name) => readable(`${gitDir}/${name}`))];
  const tables = [writable(`${commonDir}/reftable`), writable(`${gitDir}/reftable`)];
  const log = isPrimary ? [writable(`${gitDir}/logs/HEAD`)] : [];
  if (branch === undefined) return [...own, ...objects, ...tables, ...log];
  const ref = `${commonDir}/refs/heads/${branch}`;
  return [
    ...own,
    ...objects,
    ...tables,
    ...log,
    // Git writes a new file and puts it in the old one's place.
    writable(ref.slice(0, ref.lastIndexOf('/'))),
    ...besideBranch.map(readable),
    writable(`${commonDir}/logs/refs/heads/${branch}`),
  ];
}

function writable(path: string): FenceStep {
  return { path, may: 'write', firm: false };
}

function readable(path: string): FenceStep {
  return { path, may: 'read', firm: false };
}

/**
 * What of it can be had where a folder is writable with everything below it, or not at all. A folder that holds a
 * whole checkout is not, and what is merely worth keeping in one is lost.
 *
 * @returns `undefined` where the agent could not work.
 */
export function wholeFolders(steps: readonly FenceStep[], worktree: string): readonly string[] | undefined {
  const firm = steps.filter((step) => step.firm);
  const paths = steps
    .filter(({ may, path }) => may === 'write' && !firm.some((one) => one.path.startsWith(`${path}/`)))
    .map(({ path }) => path);
  return paths.includes(worktree) ? paths : undefined;
}
