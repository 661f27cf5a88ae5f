import { Fault } from '../fault.ts';
import { fileHints, packagesWithoutFile, withoutFile } from '../log/packages-without-file.ts';
import { matrixFindings } from '../matrices/matrix-findings.ts';
import { hasFiles } from '../mission/require-branch.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { LogState } from '../status/reduce.ts';
import { packageTexts } from '../mission/package-texts.ts';
import { readWorkPackages } from '../planning/work-packages.ts';
import type { Mission } from '../ports/mission-store.ts';
import { isJsonObject } from '../status/rows/json-value.ts';
import type { DoctorFinding } from './doctor-finding.ts';

/** Checks that the planning files which decide what happens next can be read. */
export function diagnoseFiles(mission: Mission, state: LogState | undefined): readonly DoctorFinding[] {
  const missingPackages = () => (state ? packagesGone(mission, state) : []);
  return [unreadablePackages, missingPackages, damagedDecisions, damagedMatrices].flatMap((check) => {
    try {
      return check(mission);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // A file that is not even text stops its own check only.
      return [
        finding(
          'unreadable_file',
          `${error.message} (${mission.directory})`,
          error.hints[0] ?? 'Repair the file.',
        ),
      ];
    }
  });
}

function unreadablePackages({ directory, files }: Mission): readonly DoctorFinding[] {
  return readWorkPackages(packageTexts(files)).flatMap(({ id, problem }): DoctorFinding[] => {
    if (!problem) return [];
    const where = `kitty-specs/${directory}/${problem.file}${problem.line === undefined ? '' : `:${problem.line}`}`;
    const action = 'Correct the file; until then the package is shown and never handed out.';
    return [{ ...finding('unreadable_package', `${problem.message} ${where}`, action), wp_id: id }];
  });
}

/** The log is what the mission consists of; its files may be those of another branch. */
function packagesGone(mission: Mission, state: LogState): readonly DoctorFinding[] {
  if (!hasFiles(mission)) return [];
  const ids = readWorkPackages(packageTexts(mission.files)).map(({ id }) => id);
  const place = { directory: mission.directory, target: targetBranch(mission.meta) };
  return packagesWithoutFile(ids, state).map((gone) => ({
    ...finding('missing_package', `${withoutFile(gone)}.`, fileHints(place, [gone]).join(' ')),
    wp_id: gone.wp,
  }));
}

/** A damaged index asks no question, so nobody would notice that one is open. */
function damagedDecisions({ directory, files }: Mission): readonly DoctorFinding[] {
  const text = files.read('decisions/index.json');
  if (text === undefined || hasEntries(text)) return [];
  const message = `The list of decisions cannot be read: kitty-specs/${directory}/decisions/index.json`;
  return [finding('damaged_decisions', message, 'Repair it by hand, or restore it from Git history.')];
}

/** What is open in a matrix is for `accept` to tell, and for `next`. */
function damagedMatrices(mission: Mission): readonly DoctorFinding[] {
  return matrixFindings(mission)
    .filter(({ rows }) => rows.length === 0)
    .map(({ detail }) => finding('damaged_matrix', `Nothing can be read: ${detail}.`, 'Repair the file.'));
}

function hasEntries(text: string): boolean {
  try {
    const index: unknown = JSON.parse(text);
    return isJsonObject(index) && (index['entries'] === undefined || Array.isArray(index['entries']));
  } catch {
    // Not JSON is the answer, not a failure.
    return false;
  }
}

function finding(category: string, message: string, action: string): DoctorFinding {
  return { severity: 'error', category, wp_id: null, message, recommended_action: action };
}
