import { documentJson, rowJson } from '@spec-kitty/protocol/canonical-json';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import { isAccepted } from '../mission/acceptance.ts';
import type { Integration, Integrator, LaneCommit, Landing } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-reader.ts';
import { missionNumber, targetBranch } from '../ports/mission-store.ts';
import { decodeLog } from '../status/decode-log.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { toSnapshot } from '../status/snapshot.ts';
import { readManifest } from '../work/lane-context.ts';
import { RowWriter } from '../work/row-writer.ts';
import { absorbTargetLog } from './absorb-target-log.ts';
import { laneCommits } from './lane-commits.ts';
import { completionRows } from './completion-rows.ts';
import { finishMerge, isRecorded, type MergeNote } from './finish-merge.ts';
import type { MergePorts } from './merge-ports.ts';
import { type MergePlan, type MergeRefusal, planMerge } from './plan-merge.ts';

/** What `merge` was asked to do. */
export interface MergeRequest {
  readonly mission: string | undefined;
  readonly actor: string;
  readonly withoutAcceptance: boolean;
  readonly dryRun: boolean;
  readonly commit: boolean;
  readonly keepWorktrees: boolean;
  readonly keepBranches: boolean;
}

/** What a merge did, or would do. */
export interface Merged {
  readonly view: MissionView;
  readonly plan: MergePlan;
  readonly lanes: readonly LaneCommit[];
  readonly integration: Integration;
  /** Tip of the target afterwards; `null` for a dry run. */
  readonly commit: string | null;
  readonly validated: boolean;
  readonly retired: readonly {
    readonly laneId: string;
    readonly worktreeRemoved: boolean;
    readonly branchRemoved: boolean;
  }[];
}

/**
 * Brings the reviewed commits of a mission to its target branch, all or nothing.
 *
 * The merge is made beside every checkout; the target moves once, from the commit it was made on.
 */
export async function mergeMission(ports: MergePorts, request: MergeRequest): Promise<Merged> {
  const { mission } = await ports.view(request.mission);
  return ports.lock.hold('merge', `merge ${mission.directory}`, async () => {
    const integrator = await ports.integrator(`merge-${mission.missionId}`);
    try {
      const landed = request.dryRun ? undefined : await integrator.resume();
      await absorbTargetLog(ports, integrator, mission);
      const view = await ports.viewOf(mission);
      if (landed && isRecorded(view, landed)) return await finishMerge(ports, { view, integrator, landing: landed, request });
      return await mergeAnew(ports, { view, integrator, request });
    } finally {
      integrator.discard();
    }
  });
}

interface Merging {
  readonly view: MissionView;
  readonly integrator: Integrator;
  readonly request: MergeRequest;
}

async function mergeAnew(ports: MergePorts, merging: Merging): Promise<Merged> {
  const { view, integrator, request } = merging;
  const plan = planOf(view, request);
  const lanes = await laneCommits(await ports.lanes(), view, plan);
  const integration = await integrator.prepare(targetBranch(view.mission.meta), lanes, (lane) => laneMessage(view, lane));
  const { validationCommand } = await ports.config();
  if (validationCommand) {
    await ports.requireTrust('validation.command', validationCommand);
    await integrator.validate(validationCommand);
  }
  const validated = validationCommand !== undefined;
  if (request.dryRun) return { view, plan, lanes, integration, validated, retired: [], commit: null };
  const landing = await land(ports, { ...merging, plan, lanes, integration, validated });
  return finishMerge(ports, { view, integrator, landing, request });
}

function planOf(view: MissionView, { withoutAcceptance }: MergeRequest): MergePlan {
  const { mission, state, acceptance, packages } = view;
  const plan = planMerge({
    manifest: readManifest(mission),
    state,
    packages: packages.map(({ id }) => id),
    accepted: isAccepted(acceptance, state, mission.meta),
    withoutAcceptance,
  });
  if ('code' in plan) throw refusalFault(plan, mission.directory);
  return plan;
}

type Prepared = Merging & Pick<Merged, 'plan' | 'lanes' | 'integration' | 'validated'>;

/** Moves the target and records it, under the mission's lock: nobody moves a package in between. */
async function land(ports: MergePorts, prepared: Prepared): Promise<Landing> {
  const { view, plan, lanes, integration, validated, integrator, request } = prepared;
  const { mission } = view;
  return ports.log.append(mission, 'merge', async (log, text) => {
    const state = reduce(log);
    requireUnchanged(view.state, state, plan, mission.directory);
    const rows = completionRows(new RowWriter({ ...ports, mission }, log), { state, ...prepared });
    const meta = {
      mission_number: missionNumber(mission.meta) ?? ports.largestMissionNumber() + 1,
      baseline_merge_commit: integration.merged,
    };
    const files = await statusFiles(ports, { view, text, rows, integration, meta: { ...mission.meta, ...meta } });
    const commit = request.commit ? await integrator.seal(files, sealMessage(view, plan)) : integration.merged;
    const note: MergeNote = { plan, lanes, validated, meta };
    const landing: Landing = {
      integration,
      commit,
      ownPaths: request.commit ? [`kitty-specs/${mission.directory}`] : [],
      backup: mission.missionId,
      note: JSON.stringify(note),
    };
    // Its files took as much room as the checkout is about to need.
    integrator.discard();
    await integrator.apply(landing);
    return { rows, value: landing };
  });
}

interface Sealing extends Pick<Prepared, 'view' | 'integration'> {
  readonly text: string;
  readonly rows: readonly NewRow[];
  readonly meta: MissionMeta;
}

/** The mission's own files after the merge: what changed in the checkout, and the projections of the new log. */
async function statusFiles(ports: MergePorts, { view, text, rows, integration, meta }: Sealing): Promise<Record<string, string>> {
  const { mission } = view;
  const root = `kitty-specs/${mission.directory}`;
  const lines = rows.map((row) => `${rowJson(row)}\n`).join('');
  const after = decodeLog([{ text: text + lines, file: `${root}/status.events.jsonl` }]);
  const files: Record<string, string> = {};
  if (mission.checkedOut && (await ports.branch()) === integration.target) {
    for (const path of await (await ports.commits()).changed(mission.directory)) {
      const content = ports.files.read(path);
      if (content !== undefined) files[path] = content;
    }
  }
  return {
    ...files,
    [`${root}/status.events.jsonl`]: text + lines,
    [`${root}/status.json`]: documentJson(toSnapshot(reduce(after), meta)),
    [`${root}/meta.json`]: documentJson(meta),
  };
}

function requireUnchanged(before: LogState, now: LogState, plan: MergePlan, handle: string): void {
  const moved = plan.completes.find(
    (wp) => before.packages.get(wp)?.slot.last_event_id !== now.packages.get(wp)?.slot.last_event_id,
  );
  if (moved === undefined) return;
  throw new Fault(
    'refused',
    'PACKAGE_MOVED',
    `${moved} was changed by somebody else while the merge was made; nothing was merged.`,
    {
      hints: [`Run \`spec-kitty merge --mission ${handle}\` again.`],
      details: { wp_id: moved },
    },
  );
}

function laneMessage({ mission, packages }: MissionView, lane: LaneCommit): string {
  const titles = lane.packages.map((id) => `${id}: ${packages.find((wp) => wp.id === id)?.title ?? id}`);
  return `Merge ${lane.packages.join(', ')} of ${mission.directory}\n\n${titles.join('\n')}\n\nSpec-Kitty-Command: merge\nSpec-Kitty-Mission: ${mission.missionId}\n`;
}

function sealMessage({ mission }: MissionView, { completes }: MergePlan): string {
  return `Record the merge of ${mission.directory}\n\nDone: ${completes.join(', ')}\n\nSpec-Kitty-Command: merge\nSpec-Kitty-Mission: ${mission.missionId}\n`;
}

function refusalFault(refusal: MergeRefusal, handle: string): Fault {
  switch (refusal.code) {
    case 'MISSION_NOT_READY': {
      const list = refusal.incomplete.map(({ wp, lane }) => `${wp} is ${lane}`).join(', ');
      return new Fault('refused', refusal.code, `The mission is not ready to merge: ${list}.`, {
        hints: [`Run \`spec-kitty next --mission ${handle}\` to see what is left.`],
        details: { incomplete_wps: refusal.incomplete.map(({ wp }) => wp) },
      });
    }
    case 'ACCEPTANCE_REQUIRED':
      return new Fault('refused', refusal.code, 'The mission is not accepted, or has changed since.', {
        hints: [
          `Run \`spec-kitty accept --mission ${handle}\`, or add --without-acceptance, which is recorded.`,
        ],
      });
    case 'NOTHING_TO_MERGE':
      return new Fault(
        'refused',
        refusal.code,
        'Every package is done or canceled: there is nothing to merge.',
        {
          hints: [`Run \`spec-kitty status --mission ${handle}\` to see the mission.`],
        },
      );
  }
}
