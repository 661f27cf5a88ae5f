import { documentJson, rowJson } from '@spec-kitty/protocol/canonical-json';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import { isAccepted } from '../mission/acceptance.ts';
import type { Integration, LaneCommit } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-reader.ts';
import { missionNumber, targetBranch } from '../ports/mission-store.ts';
import { decodeLog, type LogRows } from '../status/decode-log.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { toSnapshot } from '../status/snapshot.ts';
import { contextOf, readManifest } from '../work/lane-context.ts';
import { RowWriter } from '../work/row-writer.ts';
import { absorbTargetLog } from './absorb-target-log.ts';
import { laneCommits } from './lane-commits.ts';
import { completionRows } from './completion-rows.ts';
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
  readonly retired: readonly { readonly laneId: string; readonly worktreeRemoved: boolean; readonly branchRemoved: boolean }[];
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
    await absorbTargetLog(ports, integrator, mission);
    const view = await ports.viewOf(mission);
    const plan = planOf(view, request);
    const lanes = await laneCommits(await ports.lanes(), view, plan);
    try {
      const integration = await integrator.prepare(targetBranch(mission.meta), lanes, (lane) => laneMessage(view, lane));
      const { validationCommand } = await ports.config();
      if (validationCommand) {
        await ports.requireTrust('validation.command', validationCommand);
        await integrator.validate(validationCommand);
      }
      const result = { view, plan, lanes, integration, validated: validationCommand !== undefined, retired: [], commit: null };
      if (request.dryRun) return result;
      const commit = await land(ports, { view, plan, lanes, integration, request });
      return { ...result, commit, retired: await retire(ports, view, request) };
    } finally {
      await integrator.discard();
    }
  });
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

interface Landing extends Pick<Merged, 'view' | 'plan' | 'lanes' | 'integration'> {
  readonly request: MergeRequest;
}

/** Moves the target and records it, under the mission's lock: nobody moves a package in between. */
async function land(ports: MergePorts, landing: Landing): Promise<string> {
  const { view, plan, integration, request } = landing;
  const { mission } = view;
  const integrator = await ports.integrator(`merge-${mission.missionId}`);
  return ports.log.append(mission, 'merge', async (log, text) => {
    const state = reduce(log);
    requireUnchanged(view.state, state, plan, mission.directory);
    const rows = completionRows(new RowWriter({ ...ports, mission }, log), { state, ...landing });
    const files = await statusFiles(ports, { view, log, text, rows, integration });
    const commit = request.commit ? await integrator.seal(files, sealMessage(view, plan)) : integration.merged;
    const root = `kitty-specs/${mission.directory}`;
    await integrator.apply(integration, commit, { ownPaths: request.commit ? [root] : [], backup: mission.missionId });
    if (mission.checkedOut) ports.files.write(`${root}/meta.json`, files[`${root}/meta.json`] ?? '');
    return { rows, value: commit };
  });
}

/** The mission's own files after the merge: what changed in the checkout, and the projections of the new log. */
async function statusFiles(
  ports: MergePorts,
  { view, log, text, rows, integration }: Pick<Landing, 'view' | 'integration'> & { log: LogRows; text: string; rows: readonly NewRow[] },
): Promise<Record<string, string>> {
  const { mission } = view;
  const root = `kitty-specs/${mission.directory}`;
  const lines = rows.map((row) => `${rowJson(row)}\n`).join('');
  const meta: MissionMeta = {
    ...mission.meta,
    mission_number: missionNumber(mission.meta) ?? ports.largestMissionNumber() + 1,
    baseline_merge_commit: integration.merged,
  };
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

async function retire(ports: MergePorts, view: MissionView, request: MergeRequest): Promise<Merged['retired']> {
  const lanes = await ports.lanes();
  const manifest = readManifest(view.mission);
  const retired = [];
  for (const { lane_id: laneId } of manifest.lanes) {
    const lane = contextOf(view.mission, manifest, laneId);
    if (lane.planning) continue;
    const outcome = await lanes.retire(lane.folder, lane.branches, {
      target: lane.target,
      backup: `${view.mission.missionId}/${laneId}`,
      worktree: !request.keepWorktrees,
      branch: !request.keepBranches,
    });
    retired.push({ laneId, ...outcome });
  }
  return retired;
}

function requireUnchanged(before: LogState, now: LogState, plan: MergePlan, handle: string): void {
  const moved = plan.completes.find(
    (wp) => before.packages.get(wp)?.slot.last_event_id !== now.packages.get(wp)?.slot.last_event_id,
  );
  if (moved === undefined) return;
  throw new Fault('refused', 'PACKAGE_MOVED', `${moved} was changed by somebody else while the merge was made; nothing was merged.`, {
    hints: [`Run \`spec-kitty merge --mission ${handle}\` again.`],
    details: { wp_id: moved },
  });
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
        hints: [`Run \`spec-kitty accept --mission ${handle}\`, or add --without-acceptance, which is recorded.`],
      });
    case 'NOTHING_TO_MERGE':
      return new Fault('refused', refusal.code, 'Every package is done or canceled: there is nothing to merge.', {
        hints: [`Run \`spec-kitty status --mission ${handle}\` to see the mission.`],
      });
  }
}
