import { counted } from '../counted.ts';
import { type HeldPackage, staleWork } from '../board/held-too-long.ts';
import type { StaleLimits } from '../board/stale-limits.ts';
import type { Mission } from '../ports/mission-store.ts';
import { endMerge } from '../merge-pending.ts';
import { hasFiles, whereabouts } from '../mission/require-branch.ts';
import { diagnoseApprovals } from './diagnose-approvals.ts';
import { diagnoseDependencies } from './diagnose-dependencies.ts';
import { diagnoseFiles } from './diagnose-files.ts';
import { diagnoseFoundations } from './diagnose-foundations.ts';
import { diagnoseLanes } from './diagnose-lanes.ts';
import { diagnoseMerge } from './diagnose-merge.ts';
import { corruptLog, diagnoseLog, type LogDiagnosis } from './diagnose-log.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import type { DoctorPorts } from './doctor-ports.ts';
import { wasDeliveredBefore } from './was-delivered-before.ts';
import { shellWord } from '../shell-word.ts';

/** Looks for everything that is wrong or forgotten around one mission (L§3.8), errors first; changes nothing. */
export async function diagnoseMission(
  ports: DoctorPorts,
  mission: Mission,
  limits: StaleLimits,
): Promise<readonly DoctorFinding[]> {
  const { findings, state } = logDiagnosis(ports, mission);
  const before = state !== undefined && (await wasDeliveredBefore(ports, mission, state));
  const lanes = state && !before ? await diagnoseLanes(mission, state, () => ports.lanes()) : [];
  // What is missing altogether is said in more detail there.
  const whole =
    state &&
    !before &&
    lanes.every(({ severity, category }) => severity !== 'error' && category !== 'missing_target');
  const found = [
    ...findings,
    ...unfinishedMerge(ports, mission),
    ...missingFiles(mission),
    ...sharedId(ports, mission),
    ...diagnoseFiles(mission, state),
    ...(state ? forgotten(mission, staleWork(state, ports.clock.nowMicros(), limits)) : []),
    ...(state ? diagnoseApprovals(mission, state) : []),
    ...(state ? await diagnoseDependencies(ports, mission, state) : []),
    ...lanes,
    ...(whole ? await diagnoseFoundations(ports, mission, state) : []),
    ...(whole ? await diagnoseMerge(ports, mission) : []),
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

/** Between its first change and its last, a merge leaves a checkout ahead of its branch, or the log behind it. */
function unfinishedMerge(ports: DoctorPorts, { missionId, directory }: Mission): readonly DoctorFinding[] {
  const stage = ports.unfinishedMerge(missionId);
  if (!stage) return [];
  return [
    {
      severity: 'error',
      category: 'unfinished_merge',
      wp_id: null,
      message: `A merge of ${directory} was interrupted; its checkouts may be ahead of the target.`,
      recommended_action: `Before you commit anything, finish it ${endMerge(directory, stage)}`,
    },
  ];
}

/** On another branch they are no trouble; on none, only what the log says is left of the mission. */
function missingFiles(mission: Mission): readonly DoctorFinding[] {
  if (hasFiles(mission)) return [];
  const { sentence, hints } = whereabouts(mission, undefined);
  return [
    {
      severity: 'error',
      category: 'missing_files',
      wp_id: null,
      message: sentence,
      recommended_action: hints.join(' '),
    },
  ];
}

/** A copied folder has the journal of its original. */
function sharedId(ports: DoctorPorts, { missionId }: Mission): readonly DoctorFinding[] {
  const folders = ports.directoriesWith(missionId).map((name) => `kitty-specs/${name}`);
  if (folders.length < 2) return [];
  return [
    {
      severity: 'error',
      category: 'duplicate_mission_id',
      wp_id: null,
      message: `These directories have the same mission_id, ${missionId}: ${folders.join(', ')}`,
      recommended_action:
        'Remove the copy, or give its meta.json a mission_id of its own; until then nothing is written.',
    },
  ];
}

function forgotten({ directory }: Mission, stale: readonly HeldPackage[]): readonly DoctorFinding[] {
  return stale.map(({ wpId, lane, holder, minutes }) => ({
    severity: 'warning',
    category: lane === 'claimed' ? 'stale_claim' : 'stale_in_progress',
    wp_id: wpId,
    message: `${wpId} is ${lane} by ${holder} and has not moved for ${counted(Math.floor(minutes / 1440), 'day')}.`,
    recommended_action: `Ask ${holder}, or free it with \`spec-kitty agent tasks move-task ${wpId} --to planned --force --note "<reason>" --mission ${shellWord(directory)}\`.`,
  }));
}

/**
 * A mission of another branch has its worktrees for a reason, so the journals count as well as the checkout.
 *
 * The predecessor's first versions had one for the mission, later ones one for each package.
 */
function orphanWorktrees(ports: DoctorPorts): readonly DoctorFinding[] {
  const directories = ports.directories();
  const isKnown = (folder: string) =>
    directories.some(
      (directory) => folder === directory || /^(?:lane-[a-z]+|coord|WP\d+)$/.test(laneIn(folder, directory)),
    );
  return ports
    .worktreeFolders()
    .filter((folder) => !isKnown(folder))
    .map((folder) => ({
      severity: 'warning',
      category: 'orphan_worktree',
      wp_id: null,
      message: `This worktree belongs to no mission that is known here: .worktrees/${folder}`,
      recommended_action: `If somebody has moved it here, move it back to where its lane has it. If nothing in it is needed, run \`git worktree remove ${shellWord(`.worktrees/${folder}`)}\`; it refuses where work would be lost.`,
    }));
}

function laneIn(folder: string, directory: string): string {
  return folder.startsWith(`${directory}-`) ? folder.slice(directory.length + 1) : '';
}
