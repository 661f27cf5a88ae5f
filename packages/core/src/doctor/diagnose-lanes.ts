import { PLANNING_LANE } from '../execution-lanes/lane-ids.ts';
import { Fault } from '../fault.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { PackageState } from '../status/package-state.ts';
import type { LogState } from '../status/reduce.ts';
import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { reviewedCommitLost } from '../execution-lanes/reviewed-commit-lost.ts';
import { requireTargetKept } from '../work/require-target-kept.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import { shellWord } from '../shell-word.ts';

/** Lanes in which a package's work is on its branch and nowhere else. */
const AT_WORK: ReadonlySet<string> = new Set([
  'claimed',
  'in_progress',
  'for_review',
  'in_review',
  'approved',
]);

interface Started {
  readonly wpId: string;
  readonly known: PackageState;
}

/**
 * Checks that what the log says is being worked on has its branch, its commits and its worktree.
 *
 * A merged mission has none of them any more, also where its packages were never moved to `done`.
 */
export async function diagnoseLanes(
  mission: Mission,
  state: LogState,
  openLanes: () => Promise<LaneRepository>,
): Promise<readonly DoctorFinding[]> {
  const started = [...state.packages].flatMap(([wpId, known]) =>
    AT_WORK.has(known.slot.lane) ? [{ wpId, known }] : [],
  );
  if (started.length === 0 || mission.meta.baseline_merge_commit !== undefined) return [];
  const lanes = await openLanes();
  const gone = await missingTarget(lanes, { mission, state }, started);
  if (gone) return [gone];
  const contexts = codeLanes(mission);
  if (!Array.isArray(contexts)) return [contexts];
  const findings: DoctorFinding[] = [];
  for (const lane of contexts) {
    const here = started.filter(({ wpId }) => lane.packages.includes(wpId));
    if (here.length > 0) findings.push(...(await laneFindings(lanes, { mission, lane, here })));
  }
  return findings;
}

/** Without it no lane can be begun, gone on with or merged, so it is the only thing to tell. */
async function missingTarget(
  lanes: LaneRepository,
  { mission, state }: { readonly mission: Mission; readonly state: LogState },
  started: readonly Started[],
): Promise<DoctorFinding | undefined> {
  try {
    await requireTargetKept(lanes, { mission, state, acceptance: null });
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'TARGET_NOT_FOUND') throw error;
    return {
      severity: started.some(({ known }) => known.commit !== null) ? 'error' : 'warning',
      category: 'missing_target',
      wp_id: null,
      message: error.message,
      recommended_action: [...error.hints, orAbandon(mission)].join(' '),
    };
  }
}

/** The lanes of a mission that have branches of their own, or what keeps them from being read. */
export function codeLanes(mission: Mission): LaneContext[] | DoctorFinding {
  try {
    const manifest = readManifest(mission);
    return manifest.lanes
      .filter(({ lane_id: id }) => id !== PLANNING_LANE)
      .map(({ lane_id: id }) => contextOf(mission, manifest, id));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      severity: 'error',
      category: 'lanes_unreadable',
      wp_id: null,
      message: error.message,
      recommended_action: error.code === 'NOT_FINALIZED' ? finalizeFirst(mission) : error.hints.join(' '),
    };
  }
}

/** A plan of the predecessor is rarely one that can be finalized as it is. */
function finalizeFirst(mission: Mission): string {
  return `Correct what \`spec-kitty agent mission finalize-tasks --validate-only --mission ${shellWord(mission.directory)}\` names, then run it without \`--validate-only\`. ${orAbandon(mission)}`;
}

function orAbandon({ directory }: Mission): string {
  return `If nobody works on the mission any more, give it up: \`spec-kitty agent mission abandon --reason "<reason>" --mission ${shellWord(directory)}\`.`;
}

interface Subject {
  readonly mission: Mission;
  readonly lane: LaneContext;
  readonly here: readonly Started[];
}

async function laneFindings(lanes: LaneRepository, subject: Subject): Promise<readonly DoctorFinding[]> {
  const { mission, lane, here } = subject;
  const { branch, tip, path, present, astray } = await lanes.inspect(lane.folder, lane.branches);
  const findings: DoctorFinding[] = [];
  let kept: string | undefined;
  for (const { wpId, known } of here) {
    if (known.commit === null) continue;
    kept = await lanes.resolve(known.commit);
    if (kept === undefined) findings.push(missingCommit(subject, wpId, known.commit));
  }
  const working = here.find(({ known }) => isHeld(known));
  // Its worktree may have it under another name: a new one would leave that work behind.
  const renamed = astray?.on ? `git -C ${shellWord(path)} branch -m ${shellWord(branch)}` : undefined;
  if (tip === undefined) findings.push(...missingBranch(subject, branch, { kept, renamed }));
  else if (!present && working) findings.push(missingWorktree(mission, path, working));
  return findings;
}

function isHeld({ slot }: PackageState): boolean {
  return slot.lane === 'claimed' || slot.lane === 'in_progress';
}

function missingCommit({ mission, lane }: Subject, wpId: string, commit: string): DoctorFinding {
  const { hints } = reviewedCommitLost({ wp: wpId, commit, branch: lane.branches[0] });
  return {
    severity: 'error',
    category: 'missing_commit',
    wp_id: wpId,
    message: `The commit recorded for ${wpId} is not in this repository: ${commit}`,
    recommended_action: `${hints.join(' ')} If no clone has it, begin again: \`spec-kitty agent tasks move-task ${wpId} --to planned --force --note "<reason>" --mission ${shellWord(mission.directory)}\`.`,
  };
}

/** Work that nobody has recorded yet may be in another clone; recorded work is what a merge will ask for. */
function missingBranch(
  { mission, here }: Subject,
  branch: string,
  { kept, renamed }: { readonly kept: string | undefined; readonly renamed: string | undefined },
): readonly DoctorFinding[] {
  const subject =
    here.find(({ known }) => known.commit !== null) ?? here.find(({ known }) => isHeld(known)) ?? here[0];
  if (!subject) return [];
  const { wpId, known } = subject;
  const again = isHeld(known) ? `${claimAgain(mission, subject)} to create it anew.` : undefined;
  const unknown = `Run \`git branch ${shellWord(branch)} <commit>\` to bring it back; \`git reflog\` or another clone may know the commit.`;
  return [
    {
      severity: known.commit === null ? 'warning' : 'error',
      category: 'missing_lane_branch',
      wp_id: wpId,
      message: `${wpId} is ${known.slot.lane}, and the branch of its lane is missing: ${branch}`,
      recommended_action: renamed
        ? `Its worktree is on another branch; if that is it under a new name, name it back: \`${renamed}\`.`
        : kept
          ? `Run \`git branch ${shellWord(branch)} ${kept}\` to bring it back.`
          : (again ?? unknown),
    },
  ];
}

function missingWorktree(mission: Mission, path: string, started: Started): DoctorFinding {
  return {
    severity: 'warning',
    category: 'missing_worktree',
    wp_id: started.wpId,
    message: `${started.wpId} is ${started.known.slot.lane}, and its worktree is missing: ${path}`,
    recommended_action: `${claimAgain(mission, started)} to attach it again; its commits are safe on the branch. If it was moved, move it back first: what is not committed is in it.`,
  };
}

function claimAgain({ directory }: Mission, { wpId, known }: Started): string {
  return `Run \`spec-kitty agent action implement ${wpId} --agent ${known.holder === null ? '<agent>' : shellWord(known.holder)} --mission ${shellWord(directory)}\``;
}
