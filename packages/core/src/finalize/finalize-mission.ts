import { shellWord } from '../shell-word.ts';
import { numbered } from '../counted.ts';
import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { FinalizationRefusal } from './finalization-refusal.ts';
import { gatherPlanning } from './gather-planning.ts';
import { type FinalizationOutcome, type FinalizationPlan, planFinalization } from './plan-finalization.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { requireNoLane } from '../execution-lanes/branch-names.ts';
import { requireBranchName, targetBranch } from '../mission/target-branch.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { decideTransition } from '../status/decide-transition.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { DROPPED, fileHints, isDropped, packagesWithoutFile } from '../log/packages-without-file.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { requireCheckedOut, requireTarget } from '../mission/require-branch.ts';
import { requireTargetKept } from '../work/require-target-kept.ts';
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
    return {
      view,
      plan: required(await plan(ports, mission, view.state), mission.directory),
      commit: null,
      files: [],
    };
  }
  if (mission === view.mission && branch !== targetBranch(mission.meta))
    await requireTargetKept(await ports.lanes(), view);
  requireTarget(mission, branch);
  if (request.commit) await (await ports.commits()).requirePossible(mission.directory);
  const since = (await (await ports.lanes()).resolve(`refs/heads/${targetBranch(mission.meta)}`)) ?? null;
  const applied = await ports.log.append(mission, 'finalize-tasks', async (log) => {
    const state = reduce(log);
    const now = required(await plan(ports, mission, state), mission.directory);
    requireFiles(now, state, mission);
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
  requireNoLane(branch);
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
    plan: { seeds, dropped, packages },
    actor,
  }: { mission: Mission; log: LogRows; state: LogState; plan: FinalizationPlan; actor: string },
): readonly NewRow[] {
  const said = (type: string) => log.lifecycle.filter((row) => row['event_type'] === type);
  const interrupted = said('TasksStarted').length > said('TasksCompleted').length;
  if (seeds.length === 0 && dropped.length === 0 && !interrupted) return [];
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
  const move = (wpId: string, to: string, reason: string) => {
    const before = state.packages.get(wpId);
    // A package that comes back to the plan is as new, and only force leads out of what it was.
    const force = before !== undefined && isDropped(before);
    const decision = decideTransition(before, { wpId, to, actor: 'finalize-tasks', reason, force });
    if (!decision.ok) throw explainRefusal(decision.refusal, slug);
    return writer.transition(decision.value);
  };
  const seeded = seeds.map((wpId) => move(wpId, 'planned', 'canonical bootstrap'));
  return [
    ...(interrupted ? [] : [writer.lifecycle('TasksStarted', whole, { actor, mission_slug: slug })]),
    ...created,
    ...seeded,
    ...dropped.map((wp) => move(wp, 'canceled', DROPPED)),
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
function requireFiles({ packages }: FinalizationPlan, state: LogState, mission: Mission): void {
  const ids = packages.map(({ id }) => id);
  const gone = packagesWithoutFile(ids, state).filter(({ started }) => started);
  if (gone.length === 0) return;
  const names = gone.map(({ wp }) => wp);
  const [wp] = names;
  throw new Fault(
    'refused',
    'WORK_PACKAGE_FILE_GONE',
    `Work was done on ${names.join(', ')}, and ${numbered(gone, 'its file is', 'their files are')} gone; nothing was written.`,
    {
      hints: [
        ...fileHints({ directory: mission.directory, target: targetBranch(mission.meta) }, gone),
        `To drop one, bring its file back, run \`spec-kitty agent tasks move-task ${wp ?? ''} --to canceled --agent <agent> --note "<reason>" --mission ${shellWord(mission.directory)}\`, and take the file away again.`,
      ],
      details: { work_packages: names },
    },
  );
}

function required(outcome: FinalizationOutcome, directory: string): FinalizationPlan {
  if (outcome.ok) return outcome.plan;
  throw finalizationFault(outcome.refusal, directory);
}

function finalizationFault(
  { code, message, details, findings, hints = [] }: FinalizationRefusal,
  directory: string,
): Fault {
  const where = findings.map(
    ({ file, line, message: what }) => `${file}${line === undefined ? '' : `:${line}`}: ${what}`,
  );
  return new Fault('refused', code, message, {
    hints: [
      ...where,
      ...hints,
      `Correct the plan, then run \`spec-kitty agent mission finalize-tasks --mission ${shellWord(directory)}\` again; nothing was written.`,
    ],
    details: { ...details, findings },
  });
}
