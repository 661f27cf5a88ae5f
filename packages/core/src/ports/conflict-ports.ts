import type { ConflictRepository } from './conflict-repository.ts';
import type { MergePorts } from './merge-ports.ts';
import type { Mission } from './mission-store.ts';

/** Everything that explaining and resolving conflicts touches beyond merging. */
export interface ConflictPorts extends MergePorts {
  conflicts(mission: Mission): Promise<ConflictRepository>;
}
