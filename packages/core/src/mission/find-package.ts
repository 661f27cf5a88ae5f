import { parseWorkPackageId } from '@spec-kitty/protocol/work-package-id';
import { Fault } from '../fault.ts';
import { fileHints, packagesWithoutFile } from '../log/packages-without-file.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { targetBranch } from './target-branch.ts';

/** Finds the package a person named (`wp1`, `1`, `WP01-slug`). @throws Fault `WP_NOT_FOUND`, `WP_FILE_INVALID`. */
export function findPackage(
  { mission, packages, state }: Pick<MissionView, 'mission' | 'packages' | 'state'>,
  named: string,
): WorkPackage {
  const id = parseWorkPackageId(named);
  const matches = packages.filter((wp) => wp.id === id);
  const [found] = matches;
  if (!found) {
    const known = packages.map((wp) => wp.id);
    const gone = packagesWithoutFile(known, state).filter(({ wp }) => wp === id);
    const why = gone.length > 0 ? ': the log has it, and no file of the plan here' : '';
    throw new Fault('refused', 'WP_NOT_FOUND', `${mission.directory} has no work package "${named}"${why}.`, {
      hints: [
        known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has no work packages yet.',
        ...(gone.length > 0
          ? fileHints({ directory: mission.directory, target: targetBranch(mission.meta) }, gone)
          : []),
      ],
      details: { wp_id: named, candidates: known },
    });
  }
  if (matches.length > 1) requireReadable({ mission }, found);
  return found;
}

/** Refuses a package whose file cannot be relied on. @throws Fault `WP_FILE_INVALID` with file and line, `WP_DUPLICATE`. */
export function requireReadable({ mission }: Pick<MissionView, 'mission'>, wp: WorkPackage): void {
  if (!wp.problem) return;
  const { file, line, rule, message } = wp.problem;
  if (rule === 'id-repeated') {
    throw new Fault('refused', 'WP_DUPLICATE', message, {
      hints: ['Keep one of them; give the others a free number.'],
      details: { wp_id: wp.id },
    });
  }
  const where = `kitty-specs/${mission.directory}/${file}${line === undefined ? '' : `:${line}`}`;
  throw new Fault('refused', 'WP_FILE_INVALID', `${message} ${where}`, {
    hints: ['Correct the file, then run the command again.'],
    details: { wp_id: wp.id, file: `kitty-specs/${mission.directory}/${file}`, line: line ?? null },
  });
}
