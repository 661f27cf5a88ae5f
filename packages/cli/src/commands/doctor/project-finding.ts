import type { DoctorFinding } from '@spec-kitty/core/doctor/doctor-finding';

/** One thing that is wrong with a project, or with a mission of it. */
export interface ProjectFinding extends DoctorFinding {
  /** `null` for what concerns the project or the machine. */
  readonly mission_slug: string | null;
  /** Files that `doctor --fix` would make or append to. */
  readonly fixes: readonly string[];
}
