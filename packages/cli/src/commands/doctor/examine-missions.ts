import { STALE_LIMITS } from '@spec-kitty/core/board/stale-limits';
import { diagnoseMerge } from '@spec-kitty/core/doctor/diagnose-merge';
import type { DoctorFinding } from '@spec-kitty/core/doctor/doctor-finding';
import { wasDeliveredBefore } from '@spec-kitty/core/doctor/was-delivered-before';
import { Fault } from '@spec-kitty/core/fault';
import { recordedMerge } from '@spec-kitty/core/merged/recorded-merge';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { isSettled } from '@spec-kitty/core/status/package-state';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { examineMission } from './examine-mission.ts';
import type { ProjectFinding } from './project-finding.ts';

/** On record for good, and nothing that could be mended: `agent status doctor` tells them of one mission. */
const ON_RECORD = new Set(['self_approval', 'override', 'no_commit']);

/**
 * What is wrong with the missions of the checkout: whether each can be read, everything about those with open work, and of
 * those that are merged whether the target still has it.
 *
 * What concerns the repository is said once.
 */
export async function examineMissions(workspace: Workspace): Promise<readonly ProjectFinding[]> {
  const said = new Set<string>();
  const findings: ProjectFinding[] = [];
  for (const directory of workspace.missions.directories()) {
    for (const finding of await examineDirectory(workspace, directory)) {
      const about = finding.category === 'orphan_worktree' ? null : directory;
      const key = `${about} ${finding.category} ${finding.message}`;
      if (!said.has(key)) findings.push({ ...finding, mission_slug: about, fixes: [] });
      said.add(key);
    }
  }
  return findings;
}

async function examineDirectory(workspace: Workspace, directory: string): Promise<readonly DoctorFinding[]> {
  try {
    const mission = workspace.missions.openDirectory(directory);
    if (await isOver(workspace, mission)) return await examineTarget(workspace, mission);
    const found = await examineMission(workspace, mission, STALE_LIMITS);
    return found.filter(({ category }) => !ON_RECORD.has(category));
  } catch (error) {
    return [findingOf(error)];
  }
}

/** What is over is so for as long as its target has what was merged. */
async function examineTarget(workspace: Workspace, mission: Mission): Promise<readonly DoctorFinding[]> {
  if (!recordedMerge({ mission, ...workspace.derived(mission) })?.commit) return [];
  return diagnoseMerge({ viewOf: () => workspace.viewOf(mission), lanes: () => workspace.lanes() }, mission);
}

/** Nobody will work on it again, so its lanes need no branches and no worktrees. */
async function isOver(workspace: Workspace, mission: Mission): Promise<boolean> {
  const { state } = workspace.derived(mission);
  const { packages } = state;
  const lanes = [...packages.values()].map(({ slot }) => slot.lane);
  const landed = mission.meta.baseline_merge_commit !== undefined;
  const isEnded = (lane: (typeof lanes)[number]) =>
    lane === 'done' || lane === 'canceled' || (landed && isSettled(lane));
  if (lanes.length > 0 && lanes.every(isEnded)) return true;
  const ports = { storedLog: () => workspace.log.stored(mission), lanes: () => workspace.lanes() };
  return wasDeliveredBefore(ports, mission, state);
}

/** A refusal as a finding; anything else, and a Git that gives no answer, is thrown on. */
export function findingOf(error: unknown): DoctorFinding {
  if (!(error instanceof Fault) || error.kind !== 'refused' || error.code === 'GIT_FAILED') throw error;
  const { code, message, hints } = error;
  return {
    severity: 'error',
    category: code.toLowerCase(),
    wp_id: null,
    message,
    recommended_action: hints.join(' '),
  };
}
