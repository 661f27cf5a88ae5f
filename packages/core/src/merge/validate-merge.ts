import { Fault } from '../fault.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type {
  Credit,
  Integration,
  Integrator,
  LaneCommit,
  MergeOrder,
  Validation,
} from '../ports/integration.ts';
import type { LaneState } from '../ports/lane-repository.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { ProjectConfig } from '../project/parse-project-config.ts';
import type { MergeStrategy } from '../project/merge-strategy.ts';
import { shellWord } from '../shell-word.ts';
import { hasConflicts, hasFailed, runTrain, type Train } from '../train/run-train.ts';
import { planSendingBack } from '../train/send-back.ts';
import type { TrainOutcome } from '../train/train-report.ts';
import { explainConflicts } from './explain-conflicts.ts';
import { laneCommits } from './lane-commits.ts';
import { laneMessage, squashMessage } from './merge-messages.ts';
import type { Destination, MergeRequest } from './merge-request.ts';
import { type MergePlan, planWithout } from './plan-merge.ts';
import { isOnTarget } from './sealed-files.ts';

/** A merge that has been planned. */
export interface Merging {
  readonly view: MissionView;
  readonly integrator: Integrator;
  readonly request: MergeRequest;
  readonly plan: MergePlan;
}

/** One of which the lanes are known. */
export interface Gathered extends Merging {
  /** How the lanes were found last, by their ids. */
  readonly looks: Map<string, LaneState>;
  readonly lanes: readonly LaneCommit[];
  readonly destination: Destination;
}

/** One that has been made beside every checkout, and passes the validation where there is one. */
export interface Prepared extends Gathered {
  readonly integration: Integration;
  readonly validation: Validation | null;
  /** `null` where the whole has passed at once. */
  readonly train: TrainOutcome | null;
}

type Passed = Pick<Prepared, 'integration' | 'validation'>;

const DEFAULT_STRATEGY: MergeStrategy = 'squash';

/**
 * Merges the lanes beside every checkout and runs the validation on the result. Where a train is asked for, what conflicts or
 * breaks the validation is left out.
 *
 * @throws Fault `MERGE_CONFLICT`, `VALIDATION_FAILED`, `TARGET_FAILS_VALIDATION`, or what the integrator throws.
 */
export async function validatedMerge(ports: MergePorts, merging: Gathered): Promise<Prepared> {
  const command = await trustedValidation(ports, targetBranch(merging.view.mission.meta));
  try {
    const integration = await integrate(ports, merging);
    if (!command) return { ...merging, integration, validation: null, train: null };
    const validation = await validate(ports, { ...merging, integration }, command);
    return { ...merging, integration, validation, train: null };
  } catch (error) {
    if (!(hasFailed(error) || hasConflicts(error)) || !(await mayCut(ports, merging))) throw error;
    return cut(ports, merging, { command, failure: error });
  }
}

/**
 * What is asked of a merge, by the target that it goes to: whoever merges may have anything checked out. Only what the target
 * does not say is taken from the checkout, where it may wait to be committed.
 */
async function mergeConfig(
  ports: MergePorts,
  target: string,
): Promise<Pick<ProjectConfig, 'validationCommand' | 'mergeStrategy'> & { readonly own: ProjectConfig }> {
  const [theirs, own] = [await ports.configOf(target), await ports.config()];
  return {
    validationCommand: theirs?.validationCommand ?? own.validationCommand,
    mergeStrategy: theirs?.mergeStrategy ?? own.mergeStrategy,
    own,
  };
}

/** The command that a result has to pass on its way to a target. @throws Fault `NOT_TRUSTED`. */
export async function trustedValidation(
  ports: MergePorts,
  target: string,
): Promise<readonly string[] | undefined> {
  const { validationCommand: command, own } = await mergeConfig(ports, target);
  if (!command) return undefined;
  try {
    await ports.requireTrust('validation.command', command);
  } catch (error) {
    const isShown = own.validationCommand?.join('\0') === command.join('\0');
    if (isShown || !(error instanceof Fault)) throw error;
    // What can be allowed is what is checked out.
    throw new Fault(error.kind, error.code, `${error.message} (in .kittify/config.yaml on ${target})`, {
      hints: [`It is shown with ${target} checked out: \`git switch ${shellWord(target)}\`.`, ...error.hints],
      details: { ...error.details, target_branch: target },
    });
  }
  return command;
}

/** Merges the lanes beside every checkout, or finds them on the target. @throws Fault `MERGE_CONFLICT`, or what the integrator throws. */
async function integrate(
  ports: MergePorts,
  { view, integrator, request, lanes, destination }: Gathered,
): Promise<Integration> {
  const target = targetBranch(view.mission.meta);
  if (destination !== 'branch') await integrator.requireFree(target);
  const order = {
    mission: view.mission.directory,
    target,
    lanes,
    strategy: await strategyOf(ports, request, target),
    proposal: view.proposal,
    laneMessage: (lane: LaneCommit) => laneMessage(view, lane),
    squashMessage: (credits: readonly Credit[]) => squashMessage(view, credits),
  } satisfies MergeOrder;
  const integration = await (destination === 'landed'
    ? integrator.findLanded(order)
    : integrator.prepare(order));
  if (integration.lanes.some(({ conflicts }) => conflicts.length > 0))
    throw explainConflicts(integration, view.mission.directory, destination !== 'branch');
  return integration;
}

async function strategyOf(
  ports: MergePorts,
  { strategy }: MergeRequest,
  target: string,
): Promise<MergeStrategy> {
  return strategy ?? (await mergeConfig(ports, target)).mergeStrategy ?? DEFAULT_STRATEGY;
}

/** Looks at the lanes again afterwards: a validation may take long enough for somebody to go on in one. */
async function validate(
  ports: MergePorts,
  { view, integrator, plan, integration, looks }: Gathered & Pick<Prepared, 'integration'>,
  command: readonly string[],
): Promise<Validation> {
  const validation = await integrator.validate(integration, command);
  await laneCommits(await ports.lanes(), view, plan, looks);
  return validation;
}

/** What is on the target by whatever way is not ours to divide, and feedback needs the mission's files to be here. */
async function mayCut(ports: MergePorts, { view, request, destination }: Gathered): Promise<boolean> {
  const asked = request.train ?? (await ports.config()).mergeTrain;
  return asked && !request.dryRun && destination !== 'landed' && (await isOnTarget(ports, view.mission));
}

interface Broken {
  readonly command: readonly string[] | undefined;
  readonly failure: Fault;
}

/** Leaves out of a merge what conflicts in it, and what breaks it. */
async function cut(ports: MergePorts, merging: Gathered, broken: Broken): Promise<Prepared> {
  const { view, lanes, plan, destination, looks } = merging;
  const train = hasConflicts(broken.failure)
    ? await partConflicts(ports, merging, broken)
    : await part(ports, merging, broken);
  await laneCommits(await ports.lanes(), view, plan, looks);
  if (train.target !== null) throw targetFails(view, broken.command ?? [], train.target.output);
  const culprits = train.culprits.flatMap(({ unit }) => unit.packages);
  const rest = planWithout(plan, { stays: new Set([...culprits, ...train.waiting]), lanes: train.lanesLeft });
  const lands = destination === 'branch' || train.lanesLeft.length === 0 ? [] : rest.completes;
  const back = await planSendingBack(ports, view, { culprits: train.culprits, lands, lanes });
  // What is left was validated as it is; of nothing there is nothing to bring.
  const passed = train.value ?? {
    integration: await integrate(ports, { ...merging, lanes: [] }),
    validation: null,
  };
  return { ...merging, ...passed, plan: rest, lanes: train.lanesLeft, train: outcome(train, back) };
}

/** Parts what conflicts from the rest, which costs no validation, and then what breaks that. */
async function partConflicts(
  ports: MergePorts,
  merging: Gathered,
  { command, failure }: Broken,
): Promise<Train<Passed>> {
  const merged = await part(ports, merging, { command: undefined, failure });
  const { value, lanesLeft: lanes } = merged;
  if (!value || !command) return merged;
  try {
    const validation = await merging.integrator.validate(value.integration, command);
    return { ...merged, value: { ...value, validation }, validations: 1 };
  } catch (error) {
    if (!hasFailed(error)) throw error;
    const passed = await part(ports, { ...merging, lanes }, { command, failure: error });
    const culprits = [...merged.culprits, ...passed.culprits];
    const blamed = new Set(culprits.flatMap(({ unit }) => unit.packages));
    const waiting = [...new Set([...merged.waiting, ...passed.waiting])].filter((wp) => !blamed.has(wp));
    return { ...passed, culprits, waiting };
  }
}

/** Finds what a merge has to be made without. */
async function part(
  ports: MergePorts,
  merging: Gathered,
  { command, failure }: Broken,
): Promise<Train<Passed>> {
  const { view, integrator, lanes, plan, request } = merging;
  return runTrain<Passed>({
    view,
    integrator,
    lanes,
    completes: plan.completes,
    failure,
    // Of a part whose commits are not on the target, Git would merge the changes once more with what lies on top.
    keepLanes: (await strategyOf(ports, request, targetBranch(view.mission.meta))) !== 'merge',
    validates: command !== undefined,
    attempt: async (some) => {
      const integration = await integrate(ports, { ...merging, lanes: some });
      return { integration, validation: command ? await integrator.validate(integration, command) : null };
    },
  });
}

function outcome(
  { waiting, unsteady, validations }: Train<Passed>,
  back: TrainOutcome['back'],
): TrainOutcome {
  const told = unsteady.map(({ packages, failure: { output } }) => ({ packages, output }));
  return { back, waiting, unsteady: told, validations };
}

function targetFails({ mission }: MissionView, command: readonly string[], output: string): Fault {
  const target = targetBranch(mission.meta);
  return new Fault(
    'refused',
    'TARGET_FAILS_VALIDATION',
    `${target} fails the validation by itself, so no package is to blame; nothing was changed: ${command.map(shellWord).join(' ')}`,
    {
      hints: [`Mend ${target} first, or what the command needs to run.`],
      details: { target_branch: target, command, output },
    },
  );
}
