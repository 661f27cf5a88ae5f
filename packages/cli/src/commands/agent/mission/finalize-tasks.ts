import { counted } from '@spec-kitty/core/counted';
import { type Finalized, finalizeMission } from '@spec-kitty/core/finalize/finalize-mission';
import type { AppContext } from '../../../context.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

interface Flags {
  readonly mission?: string;
  readonly targetBranch?: string;
  readonly validateOnly: boolean;
  readonly commit: boolean;
  readonly json: boolean;
}

/** Finalizes a mission's plan, or shows what that would change. */
export async function finalizeTasks(
  this: AppContext,
  { mission, targetBranch, validateOnly, commit, json }: Flags,
): Promise<void> {
  const workspace = await this.workspace();
  const { autoCommit } = await workspace.config();
  const done = await finalizeMission(workspace, {
    mission,
    targetBranch,
    validateOnly,
    actor: 'spec-kitty agent mission finalize-tasks',
    commit: commit && autoCommit,
  });
  for (const { file, line, message } of done.plan.findings) {
    this.stderr(`Warning: ${file}${line === undefined ? '' : `:${line}`}: ${message}\n`);
  }
  for (const warning of [...done.plan.ownershipWarnings, ...done.plan.extractionWarnings])
    this.stderr(`Warning: ${warning}\n`);
  this.show(json, validateOnly ? previewDocument(done) : document(done), () =>
    sentences(done, validateOnly).join('\n'),
  );
}

function document({ view, plan, commit, files }: Finalized) {
  return {
    result: 'success',
    mission_slug: view.mission.directory,
    wp_count: plan.packages.length,
    updated_wp_count: plan.modified.length,
    modified_wps: plan.modified,
    unchanged_wps: plan.unchanged,
    preserved_wps: plan.preserved,
    dropped_wps: plan.dropped,
    commit_created: commit !== null,
    commit_hash: commit,
    commit_hashes: commit === null ? [] : [commit],
    files_committed: files,
    files_written: plan.edits.map(({ path }) => `kitty-specs/${view.mission.directory}/${path}`),
    ...parsed({ plan }),
    bootstrap: bootstrap({ plan }),
    lanes: lanes({ plan }),
    ...warnings({ plan }),
  };
}

function previewDocument({ view, plan }: Finalized) {
  return {
    result: 'validation_passed',
    mission_slug: view.mission.directory,
    would_drop: plan.dropped,
    would_modify: plan.packages
      .filter(({ changes }) => Object.keys(changes).length > 0)
      .map(({ id, changes }) => ({ wp_id: id, changes })),
    validation: { bootstrap_preview: bootstrap({ plan }), lanes_preview: lanes({ plan }) },
    files_to_write: plan.edits.map(({ path }) => `kitty-specs/${view.mission.directory}/${path}`),
    ...parsed({ plan }),
    ...warnings({ plan }),
  };
}

type Planned = Pick<Finalized, 'plan'>;

function parsed({ plan }: Planned) {
  return {
    dependencies_parsed: Object.fromEntries(plan.packages.map(({ id, dependencies }) => [id, dependencies])),
    requirement_refs_parsed: Object.fromEntries(
      plan.packages.map(({ id, requirementRefs }) => [id, requirementRefs]),
    ),
  };
}

function bootstrap({ plan }: Planned) {
  const total = plan.packages.length;
  return {
    total_wps: total,
    newly_seeded: plan.seeds.length,
    already_initialized: total - plan.seeds.length,
  };
}

function lanes({ plan }: Planned) {
  return {
    computed: true,
    count: plan.lanes.lanes.length,
    lane_ids: plan.lanes.lanes.map(({ lane_id }) => lane_id),
    planning_artifact_wps: plan.lanes.planning_artifact_wps ?? [],
    collapse_report: plan.lanes.collapse_report ?? null,
  };
}

function warnings({ plan }: Planned) {
  return {
    ownership_warnings: plan.ownershipWarnings,
    requirement_extraction_warnings: plan.extractionWarnings,
    concern_coverage_warnings: [],
    findings: plan.findings,
  };
}

function sentences({ view, plan, commit }: Finalized, preview: boolean): readonly string[] {
  const lines = plan.lanes.lanes.map(
    ({ lane_id, wp_ids, depends_on_lanes }) =>
      `  ${lane_id}: ${wp_ids.join(' → ')}${depends_on_lanes.length > 0 ? ` (after ${depends_on_lanes.join(', ')})` : ''}`,
  );
  const count = `${counted(plan.packages.length, 'work package')} in ${counted(plan.lanes.lanes.length, 'lane')}`;
  const dropped = preview ? 'Would be canceled' : 'Canceled';
  if (plan.dropped.length > 0) lines.push(`${dropped}, as the file is gone: ${plan.dropped.join(', ')}.`);
  if (preview)
    return [`The plan of ${view.mission.directory} is sound: ${count}. Nothing was written.`, ...lines];
  return [
    `Finalized ${view.mission.directory}: ${count}.`,
    ...lines,
    commit === null ? 'No commit was made.' : `Committed the mission's files as ${commit.slice(0, 12)}.`,
    `Next: \`spec-kitty next --mission ${shellWord(view.mission.directory)}\`.`,
  ];
}
