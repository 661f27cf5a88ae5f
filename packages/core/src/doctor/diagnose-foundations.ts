import { laneContext } from '../execution-lanes/lane-context.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';
import { isSettled, type PackageState } from '../status/package-state.ts';
import type { LogState } from '../status/reduce.ts';
import { dependencyCommits } from '../work/dependency-commits.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import type { DoctorPorts } from './doctor-ports.ts';

/** Names packages that are worked on without what the plan has come to say, since their claim, that they depend on. */
export async function diagnoseFoundations(
  ports: Pick<DoctorPorts, 'viewOf' | 'lanes'>,
  mission: Mission,
  state: LogState,
): Promise<readonly DoctorFinding[]> {
  if (![...state.packages.values()].some(isHeld)) return [];
  const view = await ports.viewOf(mission);
  const findings: DoctorFinding[] = [];
  for (const wp of view.packages) {
    const known = view.state.packages.get(wp.id);
    if (!known || !isHeld(known) || wp.dependencies.length === 0) continue;
    const lacks = [...unsettled(view, wp), ...(await lacking(ports, view, wp))];
    findings.push(...lacks.map((message) => finding(mission, { wp, known, message })));
  }
  return findings;
}

function isHeld({ slot }: PackageState): boolean {
  return slot.lane === 'claimed' || slot.lane === 'in_progress';
}

function unsettled({ state }: MissionView, wp: WorkPackage): readonly string[] {
  return wp.dependencies.flatMap((id) => {
    const lane = state.packages.get(id)?.slot.lane;
    if (lane === undefined || isSettled(lane)) return [];
    return [`${wp.id} is worked on, and depends on ${id}, which is ${lane}.`];
  });
}

async function lacking(
  ports: Pick<DoctorPorts, 'lanes'>,
  view: MissionView,
  wp: WorkPackage,
): Promise<readonly string[]> {
  const lane = laneContext(view.mission, wp.id);
  const lanes = await ports.lanes();
  const { tip } = await lanes.inspect(lane.folder, lane.branches);
  if (lane.planning || tip === undefined) return [];
  const messages: string[] = [];
  for (const { wp: id, commit } of await dependencyCommits(lanes, view, wp)) {
    const isHere = (await lanes.resolve(commit)) !== undefined;
    if (isHere && !(await lanes.isAncestor(commit, tip)))
      messages.push(`The lane of ${wp.id} lacks ${id}, on which it depends: ${commit}`);
  }
  return messages;
}

function finding(
  { directory }: Mission,
  {
    wp,
    known,
    message,
  }: { readonly wp: WorkPackage; readonly known: PackageState; readonly message: string },
): DoctorFinding {
  return {
    severity: 'warning',
    category: 'missing_dependency',
    wp_id: wp.id,
    message,
    recommended_action: `Once it is approved, \`spec-kitty agent action implement ${wp.id} --agent ${known.holder === null ? '<agent>' : shellWord(known.holder)} --mission ${shellWord(directory)}\` merges it into the lane, where everything has to be committed.`,
  };
}
