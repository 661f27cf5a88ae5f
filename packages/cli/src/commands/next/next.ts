import { isWork, type NextDecision } from '@spec-kitty/core/next/decide-next';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { askNext } from '@spec-kitty/core/next/ask-next';
import { recordedMerge } from '@spec-kitty/core/merged/recorded-merge';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { DEFAULT_TYPE, missionType } from '@spec-kitty/core/mission/mission-types';
import { missionNumber } from '@spec-kitty/core/mission/mission-number';
import { formatInstant } from '@spec-kitty/core/instant';
import { whereabouts } from '@spec-kitty/core/mission/require-branch';
import { awaited } from '@spec-kitty/core/status/package-state';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';
import { resolutionsUnderWay } from '../../render/under-way.ts';
import { progressOf } from './progress.ts';

interface Flags {
  readonly agent?: string;
  readonly mission?: string;
  readonly result?: 'success' | 'failed' | 'blocked';
  readonly json: boolean;
}

/** Prints the decision of L§6.2; a blocked mission exits 1 only when a result was reported, as scripts expect. */
export async function next(this: AppContext, { agent, mission, result, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  const decision = await decisionOn(workspace, view, agent ?? null);
  if (result !== undefined) {
    const { reportStep } = await import('@spec-kitty/core/next/report-step');
    const recorded = await reportStep(workspace, view, { agent: agent ?? 'user', result, decision });
    if (!recorded)
      this.stderr(
        `Warning: The result was not recorded: the log of ${view.mission.directory} ended with its merge.\n`,
      );
  }
  if (decision.kind === 'step' && !view.mission.checkedOut) {
    const { sentence, hints } = whereabouts(view.mission, await workspace.branch());
    this.stderr(`Warning: ${[sentence, ...hints].join(' ')}\n`);
  }
  const prompt = decision.kind === 'step' ? await writeStep(this, view, { decision, agent }) : null;
  const document = decisionDocument(view, {
    decision,
    agent,
    prompt,
    at: formatInstant(this.clock.nowMicros()),
    query: result === undefined,
  });
  this.show(json, document, () => sentences(view, { decision, prompt }).join('\n'));
  if (decision.kind === 'blocked' && result !== undefined) this.exit.code = 1;
}

/** What agents of a run have waits for nobody once it has ended. */
async function resuming(
  workspace: Workspace,
  view: MissionView,
  decision: Extract<NextDecision, { readonly kind: 'blocked' }>,
): Promise<NextDecision> {
  const { leftByRun } = await import('../run/left-by-run.ts');
  const left = leftByRun(workspace, view);
  return left === undefined ? decision : { ...decision, reason: `${decision.reason} ${left}` };
}

/** The decision of the log and the files, and what only the target and the Git directory know. */
async function decisionOn(
  workspace: Workspace,
  view: MissionView,
  agent: string | null,
): Promise<NextDecision> {
  const asked = askNext(view, agent);
  const still = recordedMerge(view) === null ? asked : await onTarget(workspace, view, asked);
  if (still.kind === 'blocked') return resuming(workspace, view, still);
  if (still.kind !== 'step') return still;
  // A target that is checked out is there, and needs no Git to say so.
  const isSound = isWork(still) && (await workspace.branch()) === targetBranch(view.mission.meta);
  if (isSound || !['implement', 'review', 'accept', 'merge'].includes(still.action)) return still;
  const { endingStep } = await import('@spec-kitty/core/accept/ending-step');
  const decision = await endingStep(view, still, () => workspace.lanes());
  if (isWork(still)) return decision;
  // What is approved stays so until the resolution goes to review.
  const open = await resolutionsUnderWay(workspace, view.mission);
  if (open.length === 0 || decision.kind !== 'step') return decision;
  return { ...decision, reason: [decision.reason, ...open].join(' ') };
}

async function onTarget(workspace: Workspace, view: MissionView, asked: NextDecision): Promise<NextDecision> {
  const { stillMerged } = await import('@spec-kitty/core/merged/still-merged');
  return stillMerged(view, asked, () => workspace.lanes());
}

type Step = Extract<NextDecision, { kind: 'step' }>;

async function writeStep(
  context: AppContext,
  view: MissionView,
  { decision, agent }: { decision: Step; agent: string | undefined },
) {
  const workspace = await context.workspace();
  const { stepPrompt } = await import('@spec-kitty/core/prompts/step-prompt');
  const { CHARTER, charterPart } = await import('@spec-kitty/core/project/charter');
  const { openProposal } = await import('@spec-kitty/core/log/latest-proposal');
  const { writePrompt } = await import('@spec-kitty/local/prompts/write-prompt');
  const { directory, meta } = view.mission;
  const text = stepPrompt({
    action: decision.action,
    mission: directory,
    agent: agent ?? null,
    title: view.packages.find((wp) => wp.id === decision.wp)?.title ?? meta.friendly_name ?? directory,
    wp: decision.wp,
    reason: decision.reason,
    proposed: decision.proposed,
    again: openProposal(view) !== null,
    root: `kitty-specs/${directory}`,
    document: documentStep(view, decision.action),
    // Of a package, its own prompt quotes the charter.
    charter: decision.wp === null ? charterPart(workspace.files.read(CHARTER), decision.action) : undefined,
  });
  const name = [directory, agent ?? 'anyone', decision.action, decision.wp]
    .filter((part) => part !== null)
    .join('-');
  return writePrompt(workspace.repository, name.replaceAll(/[^\w.-]+/g, '_'), text);
}

function documentStep({ mission, packages }: MissionView, action: string) {
  const type = missionType(mission.meta.mission_type);
  if (packages.length > 0 || type === undefined || type.needsPackages) return null;
  return type.steps.find(({ id }) => id === action) ?? null;
}

interface Answer {
  readonly decision: NextDecision;
  readonly agent: string | undefined;
  readonly prompt: string | null;
  readonly at: string;
  readonly query: boolean;
}

function decisionDocument(view: MissionView, { decision, agent, prompt, at, query }: Answer) {
  const { directory, meta } = view.mission;
  const type = meta.mission_type ?? DEFAULT_TYPE;
  return {
    kind: decision.kind,
    agent: agent ?? null,
    mission_slug: directory,
    // Text, and empty without one: as readers of the predecessor's `next` expect (L§6.8).
    mission_number: String(missionNumber(meta) ?? ''),
    mission_type: type,
    mission: type,
    timestamp: at,
    workspace_path: null,
    prompt_file: prompt,
    proposed_branch: decision.kind === 'step' ? (decision.proposed ?? null) : null,
    reason: 'reason' in decision ? decision.reason : null,
    guard_failures: decision.kind === 'blocked' ? decision.failures : [],
    progress: progressOf(view),
    origin: {},
    run_id: null,
    ...stepPart(decision),
    ...questionPart(decision),
    is_query: query,
  };
}

function stepPart(decision: NextDecision) {
  if (decision.kind !== 'step') {
    const state = decision.kind === 'terminal' ? 'done' : decision.kind;
    return { mission_state: state, action: null, wp_id: null, step_id: null, preview_step: null };
  }
  const { action, wp } = decision;
  return { mission_state: action, action, wp_id: wp, step_id: action, preview_step: action };
}

function questionPart(decision: NextDecision) {
  if (decision.kind !== 'decision_required')
    return { decision_id: null, input_key: null, question: null, options: null };
  const { decisionId, inputKey, question, options } = decision.decision;
  return { decision_id: decisionId, input_key: inputKey, question, options };
}

function sentences(
  { mission, state }: MissionView,
  { decision, prompt }: Pick<Answer, 'decision' | 'prompt'>,
): readonly string[] {
  switch (decision.kind) {
    case 'step':
      return [
        `${mission.directory}: ${decision.action}${decision.wp === null ? '' : ` ${decision.wp}`}`,
        ...(decision.reason === null ? [] : [decision.reason]),
        `Read ${prompt ?? ''}`,
      ];
    case 'decision_required':
      return [
        `${mission.directory} waits for an answer: ${decision.decision.question}`,
        ...decision.decision.options.map((option) => `  - ${option}`),
        `Answer it with \`spec-kitty agent decision resolve ${shellWord(decision.decision.decisionId)} --final-answer "<answer>" --mission ${shellWord(mission.directory)}\`.`,
      ];
    case 'blocked':
      return [`${mission.directory}: blocked. ${decision.reason}`, ...unblocking(mission.directory, state)];
    case 'terminal':
      return [`${mission.directory}: finished. ${decision.reason}`];
  }
}

function unblocking(directory: string, { packages }: MissionView['state']): readonly string[] {
  const blocked = [...packages].filter(([, { slot }]) => slot.lane === 'blocked');
  return blocked.map(([id, known]) => {
    // Nobody else may go on with what somebody had when it was blocked.
    const worker = awaited(known);
    const move = `spec-kitty agent tasks move-task ${id} --to in_progress`;
    const command = worker === undefined ? `${move} --agent <agent>` : `${move} --agent ${shellWord(worker)}`;
    return `Once nothing is in the way of ${id}, run \`${command} --mission ${shellWord(directory)}\`.`;
  });
}
