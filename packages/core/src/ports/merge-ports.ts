import type { LogAddress } from './event-log.ts';
import type { Integrator } from './integration.ts';
import type { MissionCommits } from './mission-commits.ts';
import type { Mission } from './mission-store.ts';
import type { WorkPorts } from './work-ports.ts';

/** Everything that accepting and merging touch beyond work on packages. */
export interface MergePorts extends WorkPorts {
  /** Writes the whole log into the checkout's file, so that a commit carries all of it. */
  unite(mission: LogAddress, purpose: string): Promise<string>;
  commits(): Promise<MissionCommits>;
  integrator(mission: Mission): Promise<Integrator>;
  /** Largest number of any mission in the checkout; 0 when none has one. */
  largestMissionNumber(): number;
  /** @throws Fault `NOT_TRUSTED` naming the command that allows it. */
  requireTrust(key: string, value: readonly string[]): Promise<void>;
}
