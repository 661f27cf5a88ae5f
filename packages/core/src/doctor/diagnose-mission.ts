import { type HeldPackage, staleWork } from '../board/held-too-long.ts';
import type { StaleLimits } from '../board/stale-limits.ts';
import type { Mission } from '../ports/mission-store.ts';
import { hasImplemented } from '../status/package-state.ts';
import type { LogState } from '../status/reduce.ts';
import { diagnoseFiles } from './diagnose-files.ts';
import { diagnoseLanes } from './diagnose-lanes.ts';
import { corruptLog, diagnoseLog, type LogDiagnosis } from './diagnose-log.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import type { DoctorPorts } from './doctor-ports.ts';

/** Looks for everything that is wrong or forgotten around one mission (L§3.8), errors first; changes nothing. */
export async function diagnoseMission(
  ports: DoctorPorts,
  mission: Mission,
  limits: StaleLimits,
): Promise<readonly DoctorFinding[]> {
  const { findings, state } = logDiagnosis(ports, mission);
  const found = [
    ...findings,
    ...diagnoseFiles(mission),
    ...(state ? forgotten(mission, staleWork(state, ports.clock.nowMicros(), limits)) : []),
    ...(state ? selfApprovals(state) : []),
    ...(state ? await diagnoseLanes(mission, state, () => ports.lanes()) : []),
    ...orphanWorktrees(ports),
  ];
  return [
    ...found.filter(({ severity }) => severity === 'error'),
    ...found.filter(({ severity }) => severity !== 'error'),
  ];
}

function logDiagnosis(ports: DoctorPorts, mission: Mission): LogDiagnosis {
  try {
    return diagnoseLog(mission, ports.storedLog(mission));
  } catch (error) {
    return { findings: [corruptLog(error)], state: undefined };
  }
}

function forgotten({ directory }: Mission, stale: readonly HeldPackage[]): readonly DoctorFinding[] {
  return stale.map(({ wpId, lane, holder, minutes }) => ({
    severity: 'warning',
    category: lane === 'claimed' ? 'stale_claim' : 'stale_in_progress',
    wp_id: wpId,
    message: `${wpId} is ${lane} by ${holder} and has not moved for ${Math.floor(minutes / 1440)} days.`,
    recommended_action: `Ask ${holder}, or free it with \`spec-kitty agent tasks move-task ${wpId} --to planned --force --note "<reason>" --mission ${directory}\`.`,
  }));
}

function selfApprovals({ packages }: LogState): readonly DoctorFinding[] {
  return [...packages].flatMap(([wpId, known]): DoctorFinding[] => {
    const review = known.slot.review_result;
    const settled = known.slot.lane === 'approved' || known.slot.lane === 'done';
    if (!settled || review?.verdict !== 'approved' || !hasImplemented(known, review.reviewer)) return [];
    return [
      {
        severity: 'warning',
        category: 'self_approval',
        wp_id: wpId,
        message: `${review.reviewer} implemented ${wpId} and approved it.`,
        recommended_action: 'Let somebody else read it; the override is in the event log.',
      },
    ];
  });
}

/** Worktrees of missions on other branches count too: only a person can tell whether they are wanted. */
function orphanWorktrees(ports: DoctorPorts): readonly DoctorFinding[] {
  const directories = ports.directories();
  const isKnown = (folder: string) =>
    directories.some((directory) => /^(?:lane-[a-z]+|coord)$/.test(laneIn(folder, directory)));
  return ports
    .worktreeFolders()
    .filter((folder) => !isKnown(folder))
    .map((folder) => ({
      severity: 'warning',
      category: 'orphan_worktree',
      wp_id: null,
      message: `This worktree belongs to no mission of the checked-out branch: .worktrees/${folder}`,
      recommended_action: `If nothing in it is needed, run \`git worktree remove .worktrees/${folder}\`; it refuses where work would be lost.`,
    }));
}

function laneIn(folder: string, directory: string): string {
  return folder.startsWith(`${directory}-`) ? folder.slice(directory.length + 1) : '';
}
