import type { PlanningFinding } from '../planning-finding.ts';
import { atKey } from './check-planning.ts';
import type { PackageDraft } from './draft-package.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';
import { isInKittySpecs, pathProblem } from './owned-path.ts';
import { checkOwnership, type OwnershipIssue } from './ownership.ts';
import type { FinalizationInput, Planning } from './read-planning.ts';

/**
 * Steps 12 and 14 of L§4.8: paths stay inside the repository, nobody owns `kitty-specs/`, every code
 * package owns something, and who owns what is sound. Finished packages own nothing any more: what they
 * deleted or handed on is no error.
 */
export function checkOwnershipRules(
  input: FinalizationInput,
  planning: Planning,
  drafts: readonly PackageDraft[],
): { readonly refusal: FinalizationRefusal | undefined; readonly warnings: readonly string[] } {
  const isFinished = ({ id }: PackageDraft) =>
    ['done', 'canceled'].includes(input.progress.get(id)?.lane ?? '');
  const open = drafts.filter((draft) => !isFinished(draft));
  const report = checkOwnership(
    drafts.map((draft) => (isFinished(draft) ? { ...draft, ...NOTHING } : draft)),
    input.trackedFiles,
  );
  const inferred = open.filter((draft) => draft.inferred);
  return {
    refusal:
      pathRefusal(planning, drafts) ??
      kittySpecsRefusal(planning, drafts) ??
      missingRefusal(planning, open) ??
      issuesRefusal(planning, report.errors),
    warnings: [
      ...inferred.map(
        ({ id, ownedFiles }) => `${id}: owned_files was taken from the text: ${ownedFiles.join(', ')}.`,
      ),
      ...report.warnings.map(({ message }) => message),
    ],
  };
}

const NOTHING = { ownedFiles: [], authoritativeSurface: undefined };

function pathRefusal(
  { files, wps }: Planning,
  drafts: readonly PackageDraft[],
): FinalizationRefusal | undefined {
  const found = drafts.flatMap(({ id, ownedFiles, createIntent, authoritativeSurface }) => {
    const promptFile = wps?.packages.find((entry) => entry.id === id)?.promptFile;
    const paths = [
      ...ownedFiles.map((path) => ({ key: 'owned_files', path, base: 'the repository' })),
      ...createIntent.map((path) => ({ key: 'create_intent', path, base: 'the repository' })),
      ...(authoritativeSurface === undefined
        ? []
        : [{ key: 'authoritative_surface', path: authoritativeSurface, base: 'the repository' }]),
      ...(promptFile === undefined
        ? []
        : [{ key: 'prompt_file', path: promptFile, base: 'the mission directory' }]),
    ];
    return paths.flatMap(({ key, path, base }) => {
      const problem = pathProblem(path, base);
      return problem === undefined ? [] : [{ wp_id: id, key, path, problem }];
    });
  });
  const [first] = found;
  if (!first) return undefined;
  const word = ({ wp_id: id, key, path, problem }: typeof first) =>
    `${id}: ${key} ${JSON.stringify(path)} ${problem}.`;
  const findings = found.map((one) =>
    one.key === 'prompt_file'
      ? { file: 'wps.yaml', rule: 'path', message: word(one) }
      : atKey(files, one.wp_id, one.key, { rule: 'path', message: word(one) }),
  );
  return refusal(
    'PATH_OUTSIDE_REPOSITORY',
    `A path cannot be used. ${word(first)}`,
    { invalid_paths: found },
    findings,
  );
}

function kittySpecsRefusal(
  { files }: Planning,
  drafts: readonly PackageDraft[],
): FinalizationRefusal | undefined {
  const invalid = drafts.flatMap(({ id, ownedFiles }) =>
    ownedFiles.filter(isInKittySpecs).map((path) => ({ wp_id: id, path })),
  );
  if (invalid.length === 0) return undefined;
  const named = invalid.map(({ wp_id: id, path }) => `${id} ${path}`).join(', ');
  const message = `Work packages do not own paths under kitty-specs/: ${named}.`;
  const findings = invalid.map(({ wp_id: id, path }) =>
    atKey(files, id, 'owned_files', { rule: 'owned-kitty-specs', message: `${path} is under kitty-specs/.` }),
  );
  return refusal('INVALID_WP_OWNED_FILES_KITTY_SPECS', message, { invalid_owned_files: invalid }, findings);
}

function missingRefusal(
  { files }: Planning,
  drafts: readonly PackageDraft[],
): FinalizationRefusal | undefined {
  const missing = drafts
    .filter(({ planning, ownedFiles }) => !planning && ownedFiles.length === 0)
    .map(({ id }) => id);
  if (missing.length === 0) return undefined;
  const message = `${missing.join(', ')} owns no files: list what it changes under owned_files.`;
  const findings = missing.map((id) =>
    atKey(files, id, 'owned_files', { rule: 'owned-files-missing', message }),
  );
  return refusal('OWNERSHIP_MISSING', message, { missing_owned_files_wps: missing }, findings);
}

function issuesRefusal(
  { files }: Planning,
  errors: readonly OwnershipIssue[],
): FinalizationRefusal | undefined {
  if (errors.length === 0) return undefined;
  const texts = (literal: boolean) =>
    errors.filter(({ rule }) => (rule === 'literal-path-missing') === literal).map(({ message }) => message);
  const findings = errors.map(({ rule, id, message }): PlanningFinding =>
    atKey(files, id, rule === 'surface' ? 'authoritative_surface' : 'owned_files', { rule, message }),
  );
  const message = `Ownership is not sound. ${errors.map((error) => error.message).join(' ')}`;
  const details = { ownership_errors: texts(false), ownership_literal_path_errors: texts(true) };
  return refusal('OWNERSHIP_INVALID', message, details, findings);
}
