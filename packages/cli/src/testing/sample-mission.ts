import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { LaneEvent, NewRow, RawRow } from '@spec-kitty/protocol/status-row';
import { annotationRow, laneRow, logText } from '@spec-kitty/testkit/status-rows';
import type { TempRepository } from '@spec-kitty/testkit/temp-repository';

/** Directory name of the sample mission. */
export const SAMPLE = 'invoice-export-01KE6Z2V';

const ROOT = `kitty-specs/${SAMPLE}`;

/** Rows of the sample: WP01 approved, WP02 in progress by `claude` with T003 done, WP03 and WP04 planned. */
export function sampleRows(): readonly (NewRow | RawRow)[] {
  const seeds = ['WP01', 'WP02', 'WP03', 'WP04'].map((wp, index) =>
    laneRow(index + 1, { wp_id: wp, from_lane: 'genesis', to_lane: 'planned', actor: 'finalize-tasks' }),
  );
  const first = moves('WP01', 'claude', ['claimed', 'in_progress', 'for_review'], 5);
  const review = { reviewer: 'codex', verdict: 'approved', reference: 'pr-12' };
  return [
    ...seeds,
    ...first,
    laneRow(8, { wp_id: 'WP01', from_lane: 'for_review', to_lane: 'in_review', actor: 'codex' }),
    laneRow(9, {
      wp_id: 'WP01',
      from_lane: 'in_review',
      to_lane: 'approved',
      actor: 'codex',
      evidence: { review: { ...review, verdict: 'approved' } },
      review_result: review,
    }),
    ...moves('WP02', 'claude', ['claimed', 'in_progress'], 10),
    annotationRow(
      12,
      { agent: 'claude', role: 'implementer', model: '__resolved_model_absent__' },
      { wp_id: 'WP02', actor: 'claude' },
    ),
    annotationRow(13, { subtasks: { T003: 'done' } }, { wp_id: 'WP02', actor: 'claude' }),
  ];
}

function moves(
  wpId: string,
  actor: string,
  lanes: readonly LaneEvent['to_lane'][],
  from: number,
): readonly LaneEvent[] {
  return lanes.map((to, index) =>
    laneRow(from + index, { wp_id: wpId, from_lane: lanes[index - 1] ?? 'planned', to_lane: to, actor }),
  );
}

/** Texts of the sample mission's files by path; a test replaces what it is about. */
export function sampleFiles(rows: readonly (NewRow | RawRow)[] = sampleRows()): Record<string, string> {
  return {
    [`${ROOT}/meta.json`]: documentJson({
      created_at: '2026-01-05T09:00:00.000000+00:00',
      friendly_name: 'Invoice export',
      mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
      mission_number: null,
      mission_slug: SAMPLE,
      mission_type: 'software-dev',
      slug: SAMPLE,
      target_branch: 'main',
    }),
    [`${ROOT}/spec.md`]:
      '# Invoice export\n\n- FR-001: Read invoices.\n- FR-002: Write CSV.\n- FR-003: Offer a command.\n- C-001: No network.\n',
    [`${ROOT}/plan.md`]: '# Plan\n\nOne module per step.\n',
    [`${ROOT}/tasks.md`]: TASKS_MD,
    [`${ROOT}/tasks/WP01-read-invoices.md`]: workPackage('WP01', 'Read invoices', {
      subtasks: ['T001', 'T002'],
      refs: ['FR-001'],
    }),
    [`${ROOT}/tasks/WP02-write-csv.md`]: workPackage('WP02', 'Write CSV', {
      subtasks: ['T003', 'T004'],
      dependencies: ['WP01'],
    }),
    [`${ROOT}/tasks/WP03-command.md`]: workPackage('WP03', 'Offer a command', {
      subtasks: ['T005'],
      dependencies: ['WP01', 'WP02'],
    }),
    [`${ROOT}/tasks/WP04-manual.md`]: workPackage('WP04', 'Write the manual', { mode: 'planning_artifact' }),
    [`${ROOT}/lanes.json`]: `${JSON.stringify(LANES_JSON, null, 2)}\n`,
    [`${ROOT}/status.events.jsonl`]: logText(rows),
  };
}

/** Writes the sample mission and commits it on `main`. */
export function writeSample(
  repository: TempRepository,
  files: Readonly<Record<string, string>> = sampleFiles(),
): void {
  repository.commit('Add the sample mission', { 'README.md': '# Sample\n', ...files });
}

interface PackageFacts {
  readonly subtasks?: readonly string[];
  readonly dependencies?: readonly string[];
  readonly refs?: readonly string[];
  readonly mode?: string;
}

/** Text of a package's file that finalizing would leave as it is. */
export function workPackage(id: string, title: string, facts: PackageFacts = {}): string {
  const { subtasks = [], dependencies = [], refs = [], mode = 'code_change' } = facts;
  return [
    '---',
    `work_package_id: ${id}`,
    `title: ${title}`,
    list('dependencies', dependencies),
    list('subtasks', subtasks),
    list('requirement_refs', refs),
    `execution_mode: ${mode}`,
    list('owned_files', [mode === 'code_change' ? `src/${id.toLowerCase()}/**` : 'docs/**']),
    'phase: build',
    'agent_profile: implementer-ada # a recommendation',
    '---',
    '',
    `# ${title}`,
    '',
  ].join('\n');
}

function list(key: string, items: readonly string[]): string {
  return items.length === 0 ? `${key}: []` : [`${key}:`, ...items.map((item) => `- ${item}`)].join('\n');
}

const TASKS_MD = `# Work packages

## WP01: Read invoices

## WP02: Write CSV

**Dependencies**: WP01

## WP03: Offer a command

**Depends on**: WP01
`;

const lane = (laneId: string, wp: string, dependsOn: readonly string[], group: number) => ({
  lane_id: laneId,
  wp_ids: [wp],
  write_scope: [],
  predicted_surfaces: [],
  depends_on_lanes: dependsOn,
  parallel_group: group,
});

const LANES_JSON = {
  version: 1,
  mission_slug: SAMPLE,
  mission_id: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
  mission_branch: `kitty/mission-${SAMPLE}`,
  target_branch: 'main',
  lanes: [
    lane('lane-a', 'WP01', [], 0),
    lane('lane-planning', 'WP04', [], 0),
    lane('lane-b', 'WP02', ['lane-a'], 1),
    lane('lane-c', 'WP03', ['lane-a', 'lane-b'], 2),
  ],
  computed_at: '2026-01-05T09:30:00.000000+00:00',
  computed_from: 'dependency_graph+ownership',
};
