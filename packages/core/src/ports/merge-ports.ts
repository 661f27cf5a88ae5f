import type { LogAddress } from './event-log.ts';
import type { Integrator } from './integration.ts';
import type { MissionCommits } from './mission-commits.ts';
import type { Mission } from './mission-store.ts';
import type { ProjectConfig } from '../project/parse-project-config.ts';
import type { WorkPorts } from './work-ports.ts';

/** Everything that accepting and merging touch beyond work on packages. */
export interface MergePorts extends WorkPorts {
  /** Writes the whole log into the checkout's file, so that a commit carries all of it. */
  unite(mission: LogAddress, purpose: string): Promise<string>;
  /**
   * Makes log and `status.json` of the checkout what its index has, where they only have events on top that the journal has,
   * too: changed, they keep whoever is on another branch than the events were committed to from switching there.
   */
  withdraw(mission: LogAddress, purpose: string): Promise<void>;
  commits(): Promise<MissionCommits>;
  integrator(mission: Mission): Promise<Integrator>;
  /** Configuration of the project as a branch has it; `undefined` where it has none. @throws Fault `CONFIG_INVALID`. */
  configOf(branch: string): Promise<ProjectConfig | undefined>;
  /** Largest number of any mission in the checkout; 0 when none has one. */
  largestMissionNumber(): number;
  /** @throws Fault `NOT_TRUSTED` naming the command that allows it. */
  requireTrust(key: string, value: readonly string[]): Promise<void>;
}
