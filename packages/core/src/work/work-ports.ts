import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { Lock } from '../ports/lock.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { ProjectFiles } from '../ports/project-files.ts';
import type { ProjectConfig } from '../project/parse-project-config.ts';

/** Everything that work on packages touches. */
export interface WorkPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: EventLog;
  readonly lock: Lock;
  readonly files: ProjectFiles;
  view(handle: string | undefined): Promise<MissionView>;
  viewOf(mission: Mission): Promise<MissionView>;
  /** Branch of the primary checkout; `undefined` when its HEAD is detached. */
  branch(): Promise<string | undefined>;
  config(): Promise<ProjectConfig>;
  lanes(): Promise<LaneRepository>;
}
