import { sameActor } from '@spec-kitty/protocol/actor';
import { movePackage } from '../move/move-package.ts';
import { claimPackage } from '../work/claim-package.ts';
import { reviewPackage } from '../work/review-package.ts';
import type { GateCheck } from './evidence/gate-check.ts';
import type { AgentTask, RunPorts, RunningAgent } from './run-ports.ts';
import { type Attempt, isLeftBy, type RunState } from './run-state.ts';

/**
 * Takes a package for an agent and starts it. Everything before the process can be done again: whoever has a package
 * already keeps it, and the folder is where it was.
 *
 * @throws Fault of whatever keeps it from being taken, or the agent from starting.
 */
export async function startAttempt(
  ports: RunPorts,
  run: RunState,
  { attempt, mission }: { readonly attempt: Attempt; readonly mission: string },
): Promise<RunningAgent> {
  const place = await (attempt.role === 'reviewer' ? takeReview : takeWork)(ports, run, { attempt, mission });
  const { id, agent, role, wp } = attempt;
  return ports.agents.start({
    attempt: id,
    agent,
    role,
    mission,
    wp,
    timeoutMs: run.options.timeoutMs,
    ...place,
  });
}

type Place = Pick<AgentTask, 'workspace' | 'prompt'>;

interface Subject {
  readonly attempt: Attempt;
  readonly mission: string;
}

async function takeWork(ports: RunPorts, run: RunState, { attempt, mission }: Subject): Promise<Place> {
  const { id, wp, actor } = attempt;
  await giveBack(ports, run, { attempt, mission });
  const claim = await claimPackage(ports.work, { mission, wp, agent: actor });
  const prompt = await ports.implementPrompt(claim, actor, ports.agents.reportFile(id));
  const last = run.attempts.findLast((one) => one.wp === wp && one.id !== id && one.result !== null);
  const lacking = last?.result?.result === 'not_enough' ? last.result : undefined;
  const part =
    lacking &&
    ['', '## What the last attempt lacked', '', lacking.reason, ...(lacking.advice ?? []), ''].join('\n');
  return { workspace: claim.workspace.path, prompt: prompt + (part ?? '') };
}

async function takeReview(ports: RunPorts, run: RunState, { attempt, mission }: Subject): Promise<Place> {
  const { id, wp, actor } = attempt;
  const left = await leftBy(ports, run, { attempt, mission });
  const releasedBy = left?.lane === 'in_review' ? left.holder : undefined;
  const review = await reviewPackage(ports.work, { mission, wp, agent: actor, releasedBy });
  const evidence = evidenceOf(run, wp);
  return {
    workspace: review.workspace.path,
    prompt: await ports.reviewPrompt({ ...review, evidence }, actor, ports.agents.reportFile(id)),
  };
}

/** What was found out about the work that is under review; nothing where no attempt of this mission has handed it over. */
function evidenceOf({ attempts, earlier }: RunState, wp: string): readonly GateCheck[] {
  const last = [...earlier, ...attempts].findLast((one) => one.wp === wp && one.role === 'implementer');
  return last?.result?.result === 'handed_over' ? (last.result.checks ?? []) : [];
}

/** The agent of a run that has a package and works for it no longer; whoever else has it is told by the claim. */
async function leftBy(ports: RunPorts, run: RunState, { attempt, mission }: Subject) {
  const { wp, actor } = attempt;
  const { state } = await ports.work.view(mission);
  const { holder = null, slot } = state.packages.get(wp) ?? {};
  if (holder === null || sameActor(holder, actor) || !isLeftBy(run, { wp, holder })) return undefined;
  return { holder, lane: slot?.lane };
}

/** Has such an agent give a package back. */
async function giveBack(ports: RunPorts, run: RunState, { attempt, mission }: Subject): Promise<void> {
  const { wp, actor } = attempt;
  const left = await leftBy(ports, run, { attempt, mission });
  if (left?.lane !== 'in_progress') return;
  const { holder } = left;
  const note = `Given back: ${actor} goes on with it.`;
  await movePackage(ports.work, { mission, wp, to: 'planned', agent: holder, note, force: false });
}
