import type { Clock } from './clock.ts';
import type { EventLog } from './event-log.ts';
import type { Ids } from './ids.ts';
import type { LaneRepository } from './lane-repository.ts';
import type { Lock } from './lock.ts';
import type { Mission } from './mission-store.ts';
import type { MissionView } from './mission-view.ts';
import type { ProjectFiles } from './project-files.ts';
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
