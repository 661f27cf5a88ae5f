import type { WorkPackage } from '@spec-kitty/core/planning/work-packages';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { reduce } from '@spec-kitty/core/status/reduce';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { logOf } from './status-rows.ts';

/** What a test says about a mission; the rest is as plain as it can be. */
export interface ViewFacts {
  readonly packages?: readonly (Partial<WorkPackage> & { readonly id: string })[];
  /** Packages of each lane, by its id; without any there is no `lanes.json`. */
  readonly lanes?: Readonly<Record<string, readonly string[]>>;
  readonly rows?: readonly NewRow[];
  /** Texts of the mission's directory by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A mission as use cases see it, with nothing on disk. */
export function missionView({ packages = [], lanes, rows = [], files = {} }: ViewFacts): MissionView {
  const manifest = lanes && {
    lanes: Object.entries(lanes).map(([lane_id, wp_ids]) => ({ lane_id, wp_ids })),
  };
  const texts: Readonly<Record<string, string>> = {
    ...(manifest ? { 'lanes.json': JSON.stringify(manifest) } : {}),
    ...files,
  };
  return {
    mission: {
      directory: 'pay-01KE6Z2V',
      missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
      meta: {},
      checkedOut: true,
      files: { read: (name) => texts[name], list: () => [] },
    },
    packages: packages.map((facts) => ({ ...PLAIN, ...facts })),
    state: reduce(logOf(...rows)),
    acceptance: null,
    merge: null,
    proposal: null,
    abandoned: false,
  };
}

const PLAIN: Omit<WorkPackage, 'id'> = {
  title: 'Work',
  fileName: 'work.md',
  dependencies: [],
  dependencySource: 'frontmatter',
  subtasks: [],
  ownedFiles: [],
  executionMode: null,
  phase: null,
  agent: null,
  resources: [],
  agentProfile: null,
  role: null,
  model: null,
  problem: null,
};
