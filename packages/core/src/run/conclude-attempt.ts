import type { Lane } from '@spec-kitty/protocol/lane';
import { sameActor } from '@spec-kitty/protocol/actor';
import { markSubtasks } from '../annotations/mark-subtasks.ts';
import { globMatcher } from '../execution-lanes/globs-intersect.ts';
import { type LaneContext, laneContext } from '../execution-lanes/lane-context.ts';
import { Fault, faultText } from '../fault.ts';
import { few } from '../few.ts';
import { findPackage } from '../mission/find-package.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { movePackage } from '../move/move-package.ts';
import { openSubtasks } from '../move/open-subtasks.ts';
import type { MoveRequest } from '../move/move-request.ts';
import { type LaneChanges, laneChanges } from '../work/lane-changes.ts';
import { laneEvidence } from '../work/lane-evidence.ts';
import { redact } from '../redact.ts';
import { sourceLane } from '../status/package-state.ts';
import { readImplementerReport, readVerdict } from './agent-report.ts';
import type { GateCheck } from './evidence/gate-check.ts';
import { ownChanges } from './evidence/own-changes.ts';
import { packagePromise } from './evidence/package-promise.ts';
import { sourceChecks } from './evidence/source-checks.ts';
import { whyNoVerdict } from './fence/left-work.ts';
import { movedSentences } from './fence/moved-refs.ts';
import type { RunPorts } from './run-ports.ts';
import type { AttemptEnd, AttemptResult, AttemptRole } from './run-record.ts';
import type { Attempt } from './run-state.ts';
import { keyOf } from './schedule.ts';

/**
 * Decides what an attempt came to, by what is on disk, and moves its package accordingly. What the agent claims, and how
 * its process ended, is compared with the evidence and never stands in for it.
 *
 * A package that has been moved already is left where it is, so that the same can be done again after a crash.
 */
export async function concludeAttempt(
  ports: RunPorts,
  view: MissionView,
  attempt: Attempt,
): Promise<AttemptResult> {
  const result = await conclude(ports, view, attempt);
  if (result.result !== 'void' && result.result !== 'not_enough') return result;
  if (attempt.end?.how === 'not_started') return result;
  const { state } = await ports.work.viewOf(view.mission);
  const lane = state.packages.get(attempt.wp)?.slot.lane;
  const foundIn = BEYOND[attempt.role].find((one) => one === lane);
  return foundIn === undefined ? result : { ...result, foundIn };
}

/** Lanes that no attempt of a role leaves a package in which comes to nothing. */
const BEYOND: Readonly<Record<AttemptRole, readonly Lane[]>> = {
  implementer: ['for_review', 'in_review', 'approved', 'done'],
  reviewer: ['approved', 'done'],
};

/** Where what an implementer says is about something that is over, or held up; work that was given back is none of it. */
const TAKEN_AWAY: readonly Lane[] = [...BEYOND.implementer, 'canceled', 'blocked'];

async function conclude(ports: RunPorts, view: MissionView, attempt: Attempt): Promise<AttemptResult> {
  const { how = 'lost', reason = '' } = attempt.end ?? {};
  if (how === 'lost' || how === 'stopped' || how === 'not_started') return { result: 'void', reason };
  const overtaken = movedByOthers(view, attempt);
  if (overtaken !== undefined) return { result: 'void', reason: overtaken };
  try {
    return await (attempt.role === 'reviewer' ? judge : handOver)(ports, view, attempt);
  } catch (error) {
    // A refusal says what the evidence lacks, and is what the next attempt has to mend.
    if (!(error instanceof Fault) || error.kind !== 'refused') throw error;
    return refused(attempt, error);
  }
}

/**
 * Who has decided about a package while an attempt had it: what an agent says after that is about something that is over.
 * Work that was given back meanwhile is handed over all the same.
 */
function movedByOthers({ state }: MissionView, { wp, role, actor, agent }: Attempt): string | undefined {
  const known = state.packages.get(wp);
  const lane = sourceLane(known);
  const isHeld = lane === 'in_review' && sameActor(known?.holder ?? '', actor);
  const isOver = role === 'reviewer' ? !isHeld : TAKEN_AWAY.some((one) => one === lane);
  const by = known?.slot.actor ?? '';
  if (!isOver || sameActor(by, actor)) return undefined;
  const what = role === 'reviewer' ? 'the verdict' : 'the work';
  return `${by === 'user' ? 'A person' : by} has moved it to ${lane} meanwhile, so ${what} of ${agent} does not count.`;
}

function refused({ role, end }: Attempt, fault: Fault): AttemptResult {
  // What an agent says may end in the middle of a sentence.
  const failed =
    end === null || end.how === 'exited' ? '' : `${end.reason.trimEnd().replace(/[^.!?…]$/, '$&.')} `;
  // What has to be mended is for the next implementer; what keeps a verdict from counting, for a person.
  return role === 'reviewer'
    ? { result: 'void', reason: failed + faultText(fault) }
    : { result: 'not_enough', reason: failed + fault.message, advice: adviceOf(fault) };
}

/** What an agent may do about it: ways around a rule are for people. */
function adviceOf({ hints }: Fault): readonly string[] {
  return hints
    .map((hint) => hint.replace(/ If [^.]*--force[^.]*\./, ''))
    .filter((hint) => !hint.includes('--force'));
}

/** Sends work to review that is whole: committed, within what the package owns, its subtasks done, and valid. */
async function handOver(ports: RunPorts, view: MissionView, attempt: Attempt): Promise<AttemptResult> {
  const wp = findPackage(view, attempt.wp);
  const mission = view.mission.directory;
  const { subtasks, blocked } = readImplementerReport(ports.agents.report(attempt.id));
  if (blocked !== null) return { result: 'not_enough', reason: `The agent cannot go on: ${blocked}` };
  // First: what a lane has beyond its target cannot be told from a target that was moved there.
  const others = branches(attempt.end?.moved ?? []);
  if (others.state === 'failed') return { result: 'not_enough', reason: others.says, checks: [others] };
  const told = new Set(subtasks.map((id) => id.trim().toUpperCase()));
  const own = wp.subtasks.filter((id) => told.has(id.toUpperCase()));
  const { checks, files } = await gate(ports, view, { attempt, told: own });
  const failed = checks.filter(({ state }) => state === 'failed');
  // Only now: what is not there is not ticked off, whatever is said of it. What others are left beside is done all the same.
  if (own.length > 0 && failed.every(({ name }) => name === 'subtasks'))
    await markSubtasks(ports.work, { mission, ids: own, status: 'done', actor: attempt.actor });
  if (failed.length > 0)
    return { result: 'not_enough', reason: failed.map(({ says }) => says).join(' '), checks, files };
  await move(ports, attempt, { mission, to: 'for_review', policy: { gate: checks } });
  return { result: 'handed_over', reason: '', checks, files };
}

/** Everything that can be found out without a model. @throws Fault for what `move-task` would refuse, too. */
async function gate(
  ports: RunPorts,
  view: MissionView,
  { attempt, told }: { readonly attempt: Attempt; readonly told: readonly string[] },
): Promise<Required<Pick<AttemptResult, 'checks' | 'files'>>> {
  const wp = findPackage(view, attempt.wp);
  const lane = laneContext(view.mission, wp.id);
  const lanes = await ports.work.lanes();
  const { commit, commitCount, root } = await laneEvidence(lanes, view, { wp, lane });
  const from = view.state.packages.get(wp.id)?.firstBaseCommit ?? commit;
  const { outside, ofOthers }: Pick<LaneChanges, 'outside' | 'ofOthers'> = lane.planning
    ? { outside: [], ofOthers: [] }
    : await laneChanges(lanes, { view, wp, lane }, { from, commit });
  const { allowedOutside, validationCommand: validation = [] } = await ports.work.config();
  const owned = ownership(outside, allowedOutside);
  const promise = packagePromise(view.mission.files.read(`tasks/${wp.fileName}`) ?? '');
  const read = (before: string, after: string) => ports.changes(before, after);
  const all = await ownChanges(read, lanes, lane, { from, commit });
  const changes = all.filter(({ path }) => !ofOthers.includes(path));
  const absent = await ports.absent(commit, promise.makes);
  const files = changes.map(({ path }) => path);
  const overlooked = lane.planning ? [] : await ports.overlooked(root);
  const checks: readonly GateCheck[] = [
    overlooked.length === 0
      ? { name: 'commits', state: 'passed', says: `${commitCount} since the claim, and nothing uncommitted.` }
      : {
          name: 'commits',
          state: 'failed',
          says: `Git was told to overlook files, so that nobody can tell whether they are committed: ${few(overlooked)}. Take that back with \`git update-index --no-skip-worktree --no-assume-unchanged\`.`,
        },
    owned,
    subtasksDone(
      wp,
      openSubtasks(wp, view.state.packages.get(wp.id)).filter((id) => !told.includes(id)),
    ),
    await history(lanes, { from, commit }),
    branches(attempt.end?.moved ?? []),
    ...sourceChecks(changes, promise, { absent, validation }),
  ];
  // It takes longest, and what will not do anyway need not be tried.
  if (checks.some(({ state }) => state === 'failed')) return { checks, files };
  const validated = await ports.validate({ wp, lane, root, attempt: attempt.id });
  return { checks: [...checks, await leavesNothing(lanes, lane, validated)], files };
}

/** What the validation itself leaves is none of the agent's doing, and would be told as its uncommitted work. */
async function leavesNothing(
  lanes: LaneRepository,
  lane: LaneContext,
  validation: GateCheck,
): Promise<GateCheck> {
  if (lane.planning || validation.state !== 'passed') return validation;
  const { dirty } = await lanes.inspect(lane.folder, lane.branches);
  if (dirty.length === 0) return validation;
  return {
    name: 'validation',
    state: 'failed',
    says: `${validation.says} But it leaves changes in the worktree: ${few(dirty)}. Have it leave none, or Git ignore them; the work was committed without.`,
  };
}

/** What others have to decide on is for nobody to move on the way. */
function branches(moved: NonNullable<AttemptEnd['moved']>): GateCheck {
  const name = 'branches';
  const says = movedSentences(moved).join(' ');
  if (moved.some(({ byAttempt, stops }) => byAttempt && stops !== null))
    return {
      name,
      state: 'failed',
      says: `${says} Commit on the branch of the worktree alone. A person decides what becomes of the others; leave them as they are.`,
    };
  const open = moved.some(({ takeBack }) => takeBack !== null);
  return open
    ? { name, state: 'not_checked', says }
    : { name, state: 'passed', says: 'No branch of the mission was moved but its own.' };
}

/** Whether everything that a package is made of is done: nobody but its agent can say so. */
function subtasksDone({ subtasks }: WorkPackage, open: readonly string[]): GateCheck {
  const name = 'subtasks';
  if (open.length > 0)
    return {
      name,
      state: 'failed',
      says: `Subtasks are not done: ${few(open)}. Do them, and name them in \`subtasks_done\` of the report, or say why not in \`blocked\`.`,
    };
  return subtasks.length === 0
    ? { name, state: 'passed', says: 'The package has none.' }
    : { name, state: 'passed', says: `All are told to be done: ${few(subtasks)}.` };
}

/** What the package was begun on has been reviewed, or is others' work: an attempt adds to it, and makes nothing of it anew. */
async function history(
  lanes: LaneRepository,
  { from, commit }: { readonly from: string; readonly commit: string },
): Promise<GateCheck> {
  return (await lanes.isAncestor(from, commit))
    ? { name: 'history', state: 'passed', says: 'It goes on from where it began.' }
    : {
        name: 'history',
        state: 'failed',
        says: `The branch does not have the commit any more that the package was begun on: ${from}. Put the work on top of it.`,
      };
}

/** Records the verdict of a reviewer; what is no verdict is a review that has failed. */
async function judge(ports: RunPorts, view: MissionView, attempt: Attempt): Promise<AttemptResult> {
  const mission = view.mission.directory;
  if (attempt.end?.how === 'timed_out') return { result: 'void', reason: attempt.end.reason };
  const report = ports.agents.report(attempt.id);
  const said = readVerdict(report);
  if (said === undefined) return { result: 'void', reason: noVerdict(attempt, report) };
  const spoiled = await whatSpoils(ports, view, attempt);
  if (spoiled !== undefined) return { result: 'void', reason: spoiled };
  const implementers = view.state.packages.get(attempt.wp)?.implementers ?? [];
  const sameKey = implementers.some((actor) => sameActor(keyOf(actor), attempt.agent));
  const policy = { independence: sameKey ? 'session' : 'agent' } as const;
  if (said.verdict === 'approved') {
    await move(ports, attempt, { mission, to: 'approved', note: said.summary, policy });
    return { result: 'approved', reason: said.summary, ...policy };
  }
  const feedback = [said.summary, ...said.findings.map((finding) => `- ${finding}`)].join('\n');
  await move(ports, attempt, { mission, to: 'planned', feedback, policy });
  return { result: 'rejected', reason: said.summary, ...policy };
}

/** Why there is none, as far as it can be seen. */
function noVerdict({ end }: Attempt, report: string | undefined): string {
  const left = report?.trim() ? `It left: ${redact(report.trim().slice(0, 200))}` : 'It left no report.';
  const ended = end === null || end.how === 'exited' ? '' : ` ${end.reason}`;
  return `The reviewer left no verdict that can be read, so nothing is approved. ${left}${ended}`;
}

/** What a reviewer has done besides that makes its verdict none. */
async function whatSpoils(
  ports: RunPorts,
  view: MissionView,
  { wp, end }: Attempt,
): Promise<string | undefined> {
  const { state, says } = branches(end?.moved ?? []);
  if (state === 'failed') return says;
  return end?.left ? whyNoVerdict(end.left) : touchedInReview(ports, view, wp);
}

/**
 * What a reviewer has done to what it was to look at, if anything: its verdict is then about something else than was sent to
 * review. Its work stays where it is, for a person to look at. On the target, where planning packages are, others work as well.
 */
async function touchedInReview(ports: RunPorts, view: MissionView, wp: string): Promise<string | undefined> {
  const lane = laneContext(view.mission, wp);
  const commit = view.state.packages.get(wp)?.commit ?? null;
  if (lane.planning || commit === null) return undefined;
  const { tip, dirty, astray, path } = await (await ports.work.lanes()).inspect(lane.folder, lane.branches);
  const at = astray?.commit ?? tip;
  if (at === commit && dirty.length === 0) return undefined;
  const what =
    dirty.length > 0 ? `changed ${few(dirty)}` : `left the lane at ${at ?? 'no commit'}, not at ${commit}`;
  return `The reviewer has ${what}, so its verdict is not about what it was given; put that back: ${path}`;
}

async function move(
  ports: RunPorts,
  { wp, actor }: Attempt,
  request: Pick<MoveRequest, 'mission' | 'to' | 'policy'> & {
    readonly note?: string;
    readonly feedback?: string;
  },
): Promise<void> {
  await movePackage(ports.work, { wp, agent: actor, note: undefined, force: false, ...request });
}

/** Whether an attempt has kept to what its package owns, or to what the project lets everybody change. */
function ownership(outside: readonly string[], allowed: readonly string[]): GateCheck {
  const matchers = allowed.map(globMatcher);
  const others = outside.filter((path) => !matchers.some((matches) => matches(path)));
  if (others.length > 0)
    return {
      name: 'owned_files',
      state: 'failed',
      says: `Files are changed that the package does not own: ${few(others)}. Put them back.`,
    };
  const says =
    outside.length === 0
      ? 'Only files of the package are changed.'
      : `Only files of the package are changed, and what run.allow_outside names: ${few(outside)}.`;
  return { name: 'owned_files', state: 'passed', says };
}
