import type { Acceptance } from '../status/acceptance.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MergeRecord } from '../status/latest-merge.ts';
import type { LogState } from '../status/reduce.ts';
import type { Proposal } from './integration.ts';
import type { Mission } from './mission-store.ts';

/** A mission with its plan and its state, as readers want it. */
export interface MissionView {
  readonly mission: Mission;
  readonly packages: readonly WorkPackage[];
  readonly state: LogState;
  readonly acceptance: Acceptance | null;
  readonly merge: MergeRecord | null;
  /** Whether it was given up, and no package has been taken up again since. */
  readonly abandoned: boolean;
  /** What was left on a branch last, whatever became of it. */
  readonly proposal: Proposal | null;
}
