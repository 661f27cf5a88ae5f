import { Fault } from '../fault.ts';
import { gatherPlanning } from '../finalize/gather-planning.ts';
import { unreadableFinding } from '../mission/package-texts.ts';
import { requireFiles } from '../mission/require-branch.ts';
import type { Mission, MissionFiles } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import type { CheckFinding } from './check-finding.ts';
import type { CheckInput } from './check-mission.ts';

/** Reads what `check` judges; a file that is no text is a finding. @throws Fault `MISSION_NOT_ON_BRANCH` when no branch has the files. */
export async function gatherCheck(
  ports: Pick<WorkPorts, 'lanes' | 'clock' | 'files'>,
  { mission, state }: Pick<MissionView, 'mission' | 'state'>,
): Promise<CheckInput> {
  requireFiles(mission);
  const unreadable: CheckFinding[] = [];
  const files = tolerant(mission, unreadable);
  const plan = await gatherPlanning(ports, { ...mission, files }, state);
  return { plan, files, unreadable, exists: mission.checkedOut ? existence(ports) : undefined };
}

function tolerant({ files }: Mission, unreadable: CheckFinding[]): MissionFiles {
  return {
    list: (folder) => files.list(folder),
    read: (file) => {
      try {
        return files.read(file);
      } catch (error) {
        const finding = unreadableFinding(file, error);
        if (!finding) throw error;
        unreadable.push(finding);
        return undefined;
      }
    },
  };
}

function existence({ files }: Pick<WorkPorts, 'files'>): (path: string) => boolean {
  return (path) => {
    try {
      return files.exists(path);
    } catch (error) {
      // Through a link out of the repository nothing is looked up.
      if (error instanceof Fault) return false;
      throw error;
    }
  };
}
