import { numbered } from '../counted.ts';
import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { FinalizationRefusal } from './finalization-refusal.ts';
import { gatherPlanning } from './gather-planning.ts';
import { type FinalizationOutcome, type FinalizationPlan, planFinalization } from './plan-finalization.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { requireBranchName, targetBranch } from '../mission/target-branch.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { decideTransition } from '../status/decide-transition.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { packagesWithoutFile } from '../mission/readiness.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { requireCheckedOut, requireTarget } from '../mission/require-branch.ts';
import { RowWriter } from '../log/row-writer.ts';

/** What `finalize-tasks` was asked to do. */
export interface FinalizeRequest {
  readonly mission: string | undefined;
  readonly actor: string;
  /** Written into `meta.json` when it differs. */
  readonly targetBranch: string | undefined;
  readonly validateOnly: boolean;
  readonly commit: boolean;
}

/** What finalizing did, or would do. */
export interface Finalized {
  readonly view: MissionView;
  readonly plan: FinalizationPlan;
  readonly commit: string | null;
  /** Paths in that commit, relative to the repository. */
  readonly files: readonly string[];
}

/** Validates a mission's plan, computes its lanes and makes its packages claimable; one commit of the mission's files. */
export async function finalizeMission(ports: MergePorts, request: FinalizeRequest): Promise<Finalized> {
  const view = await ports.view(request.mission);
  const branch = await ports.branch();
  requireCheckedOut(view.mission, branch);
  const mission = retargeted(view.mission, request.targetBranch);
  if (request.validateOnly) {
    return { view, plan: required(await plan(ports, mission, view.state)), commit: null, files: [] };
  }
  requireTarget(mission, branch);
  if (request.commit) await (await ports.commits()).requirePossible(mission.directory);
  const since = (await (await ports.lanes()).resolve(`refs/heads/${targetBranch(mission.meta)}`)) ?? null;
  const applied = await ports.log.append(mission, 'finalize-tasks', async (log) => {
    const state = reduce(log);
    const now = required(await plan(ports, mission, state));
    requireFiles(now, state);
    const root = `kitty-specs/${mission.directory}`;
    for (const { path, text } of now.edits) ports.files.rewrite(`${root}/${path}`, text);
    if (mission.meta !== view.mission.meta) {
      // Read again: another command may have written it before the lock.
      const { meta } = retargeted((await ports.view(mission.directory)).mission, request.targetBranch);
      ports.files.rewrite(`${root}/meta.json`, documentJson(meta));
    }
    return { rows: rowsOf(ports, { mission, log, state, plan: now, actor: request.actor }), value: now };
  });
  const commit = request.commit ? await commitPlan(ports, mission, since) : null;
  const files = commit === null ? [] : await (await ports.commits()).filesOf(commit);
  return { view: await ports.view(mission.directory), plan: applied, commit, files };
}

function retargeted(mission: Mission, branch: string | undefined): Mission {
  if (branch === undefined || branch === targetBranch(mission.meta)) return mission;
  requireBranchName(branch, '--target-branch');
  return { ...mission, meta: { ...mission.meta, target_branch: branch } };
}

async function plan(ports: MergePorts, mission: Mission, state: LogState): Promise<FinalizationOutcome> {
  return planFinalization(await gatherPlanning(ports, mission, state));
}

/**
 * Rows that are still missing: a run that was killed while it appended may have left the first of them, and what is
 * there is not said twice.
 */
function rowsOf(
  ports: MergePorts,
  {
    mission,
    log,
    state,
    plan: { seeds, packages },
    actor,
  }: { mission: Mission; log: LogRows; state: LogState; plan: FinalizationPlan; actor: string },
): readonly NewRow[] {
  const said = (type: string) => log.lifecycle.filter((row) => row['event_type'] === type);
  const interrupted = said('TasksStarted').length > said('TasksCompleted').length;
  if (seeds.length === 0 && !interrupted) return [];
  const known = new Set(said('WPCreated').map((row) => row['aggregate_id']));
  const writer = new RowWriter({ ...ports, mission }, log);
  const slug = mission.directory;
  const whole = { id: slug, type: 'Mission' as const };
  const created = packages
    .filter(({ id }) => seeds.includes(id) && !known.has(id))
    .map(({ id, title, fileName, dependencies }) =>
      writer.lifecycle(
        'WPCreated',
        { id, type: 'WorkPackage' },
        {
          actor,
          depends_on: dependencies,
          mission_slug: slug,
          wp_id: id,
          wp_path: `kitty-specs/${slug}/tasks/${fileName}`,
          wp_title: title,
        },
      ),
    );
  const seeded = seeds.map((wpId) => {
    const decision = decideTransition(state.packages.get(wpId), {
      wpId,
      to: 'planned',
      actor: 'finalize-tasks',
      reason: 'canonical bootstrap',
    });
    if (!decision.ok) throw explainRefusal(decision.refusal, slug);
    return writer.transition(decision.value);
  });
  return [
    ...(interrupted ? [] : [writer.lifecycle('TasksStarted', whole, { actor, mission_slug: slug })]),
    ...created,
    ...seeded,
    writer.lifecycle('TasksCompleted', whole, { actor, mission_slug: slug, wp_count: packages.length }),
  ];
}

async function commitPlan(ports: MergePorts, mission: Mission, since: string | null): Promise<string | null> {
  await ports.unite(mission, 'finalize-tasks');
  const message = `Plan ${mission.directory}\n\nSpec-Kitty-Command: finalize-tasks\nSpec-Kitty-Mission: ${mission.missionId}\n`;
  const commits = await ports.commits();
  return (
    (await commits.commit(mission.directory, { branch: targetBranch(mission.meta), since, message })) ?? null
  );
}

/** A package with work in it is canceled or brought back, never dropped by taking its file away. */
function requireFiles({ packages }: FinalizationPlan, state: LogState): void {
  const gone = packagesWithoutFile(
    packages.map(({ id }) => id),
    state,
  );
  if (gone.length === 0) return;
  throw new Fault(
    'refused',
    'WORK_PACKAGE_FILE_GONE',
    `Work was done on ${gone.join(', ')}, and ${numbered(gone, 'its file is', 'their files are')} gone; nothing was written.`,
    {
      hints: ['Bring it back from Git history; to drop a package, cancel it first.'],
      details: { work_packages: gone },
    },
  );
}

function required(outcome: FinalizationOutcome): FinalizationPlan {
  if (outcome.ok) return outcome.plan;
  throw finalizationFault(outcome.refusal);
}

function finalizationFault({ code, message, details, findings }: FinalizationRefusal): Fault {
  const where = findings.map(
    ({ file, line, message: what }) => `${file}${line === undefined ? '' : `:${line}`}: ${what}`,
  );
  return new Fault('refused', code, message, {
    hints: [
      ...where,
      'Correct the plan, then run `spec-kitty agent mission finalize-tasks` again; nothing was written.',
    ],
    details: { ...details, findings },
  });
}
