import type { PackageDraft } from './draft-package.ts';
import { listed } from '../listed.ts';
import type { PlanningFinding } from '../planning/planning-finding.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';
import { isInKittify, isInKittySpecs, pathProblem } from './owned-path.ts';
import { checkOwnership, type OwnershipIssue } from './ownership.ts';
import { place, type FinalizationInput, type Planning } from './read-planning.ts';

/**
 * Steps 12 and 14 of L§4.8: paths stay inside the repository, nobody owns `kitty-specs/`, every code
 * package owns something, and who owns what is sound. Finished packages own nothing any more: what they
 * deleted or handed on is no error.
 */
export function checkOwnershipRules(
  input: FinalizationInput,
  planning: Planning,
  drafts: readonly PackageDraft[],
): { readonly refusals: readonly FinalizationRefusal[]; readonly warnings: readonly PlanningFinding[] } {
  const isFinished = ({ id }: PackageDraft) =>
    ['done', 'canceled'].includes(input.progress.get(id)?.lane ?? '');
  const open = drafts.filter((draft) => !isFinished(draft));
  const owning = drafts.map((draft) =>
    isFinished(draft) ? { ...draft, ownedFiles: [], authoritativeSurface: undefined } : draft,
  );
  const report = checkOwnership(owning, input.trackedFiles);
  return {
    refusals: [
      pathRefusal(planning, drafts),
      kittySpecsRefusal(planning, drafts),
      missingRefusal(planning, open),
      issuesRefusal(planning, report.errors),
    ].filter((refused) => refused !== undefined),
    warnings: [
      ...open.flatMap(({ id, inferred, ownedFiles }): PlanningFinding[] => {
        const message = `${id}: owned_files was taken from the text: ${ownedFiles.join(', ')}.`;
        return inferred
          ? [{ ...place(planning, id, 'owned_files'), rule: 'owned-files-inferred', message }]
          : [];
      }),
      ...open.flatMap((draft) => ownedKittify(planning, draft)),
      ...report.warnings.map((issue) => ({ ...issuePlace(planning, issue), message: issue.message })),
    ],
  };
}

/** A lane that changes such a file is refused at its review, when the work is done already. */
function ownedKittify(
  planning: Planning,
  { id, planning: plans, ownedFiles }: PackageDraft,
): PlanningFinding[] {
  const paths = plans ? [] : ownedFiles.filter(isInKittify);
  if (paths.length === 0) return [];
  const message = `${id} owns ${listed(paths)}: no lane can deliver what is under .kittify/.`;
  return [{ ...place(planning, id, 'owned_files'), rule: 'owned-kittify', message }];
}

interface NamedPath {
  readonly wp_id: string;
  readonly key: string;
  readonly path: string;
}

function pathRefusal(planning: Planning, drafts: readonly PackageDraft[]): FinalizationRefusal | undefined {
  const paths = drafts.flatMap((draft): NamedPath[] => {
    const entry = planning.wps?.packages.find(({ id }) => id === draft.id);
    const named = (key: string, list: readonly (string | undefined)[]) =>
      list.flatMap((path) => (path === undefined ? [] : [{ wp_id: draft.id, key, path }]));
    return [
      ...named('owned_files', draft.ownedFiles),
      ...named('create_intent', draft.createIntent),
      ...named('authoritative_surface', [draft.authoritativeSurface]),
      ...named('prompt_file', [entry?.promptFile]),
    ];
  });
  const invalid = paths.flatMap((named) => {
    const base = named.key === 'prompt_file' ? 'the mission directory' : 'the repository';
    const problem = pathProblem(named.path, base);
    return problem === undefined ? [] : [{ ...named, problem }];
  });
  if (invalid.length === 0) return undefined;
  const findings = invalid.map(({ wp_id: id, key, path, problem }): PlanningFinding => {
    const message = `${id}: ${key} ${JSON.stringify(path)} ${problem}.`;
    const where = key === 'prompt_file' ? { file: 'wps.yaml', line: undefined } : place(planning, id, key);
    return { ...where, rule: 'path', message };
  });
  return refusal('PATH_OUTSIDE_REPOSITORY', 'A path cannot be used.', findings, { invalid_paths: invalid });
}

function kittySpecsRefusal(
  planning: Planning,
  drafts: readonly PackageDraft[],
): FinalizationRefusal | undefined {
  const invalid = drafts.flatMap(({ id, ownedFiles }) =>
    ownedFiles.filter(isInKittySpecs).map((path) => ({ wp_id: id, path })),
  );
  if (invalid.length === 0) return undefined;
  const findings = invalid.map(({ wp_id: id, path }): PlanningFinding => {
    const message = `${id} must not own ${path}: packages own nothing under kitty-specs/.`;
    return { ...place(planning, id, 'owned_files'), rule: 'owned-kitty-specs', message };
  });
  const details = { invalid_owned_files: invalid };
  return refusal('INVALID_WP_OWNED_FILES_KITTY_SPECS', '', findings, details);
}

function missingRefusal(
  planning: Planning,
  drafts: readonly PackageDraft[],
): FinalizationRefusal | undefined {
  const missing = drafts.filter((draft) => !draft.planning && draft.ownedFiles.length === 0);
  if (missing.length === 0) return undefined;
  const findings = missing.map(({ id }): PlanningFinding => {
    const message = `${id} owns no files: list what it changes under owned_files.`;
    return { ...place(planning, id, 'owned_files'), rule: 'owned-files-missing', message };
  });
  const details = { missing_owned_files_wps: missing.map(({ id }) => id) };
  return refusal('OWNERSHIP_MISSING', '', findings, details);
}

function issuePlace(planning: Planning, { rule, id }: OwnershipIssue): Omit<PlanningFinding, 'message'> {
  return { ...place(planning, id, rule === 'surface' ? 'authoritative_surface' : 'owned_files'), rule };
}

function issuesRefusal(
  planning: Planning,
  errors: readonly OwnershipIssue[],
): FinalizationRefusal | undefined {
  if (errors.length === 0) return undefined;
  const findings = errors.map((issue) => ({ ...issuePlace(planning, issue), message: issue.message }));
  const texts = (literal: boolean) =>
    errors.filter(({ rule }) => (rule === 'literal-path-missing') === literal).map(({ message }) => message);
  const details = { ownership_errors: texts(false), ownership_literal_path_errors: texts(true) };
  return refusal('OWNERSHIP_INVALID', 'Ownership is not sound.', findings, details);
}
