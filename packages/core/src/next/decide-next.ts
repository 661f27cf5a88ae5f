import { sameActor } from '@spec-kitty/protocol/actor';
import type { SlotLane } from '@spec-kitty/protocol/lane';
import { listed } from '../listed.ts';
import { canceledDependencies, pastCanceled } from './canceled-dependencies.ts';
import { GIVEN_UP } from '../log/abandonment.ts';
import { type DocumentStep, MISSION_TYPES, type MissionType } from '../mission/mission-types.ts';
import { shellWord } from '../shell-word.ts';
import { isSettled } from '../status/package-state.ts';

/** What `next` needs to know about one work package; `genesis` has a file but no lane event. */
export interface NextPackage {
  readonly id: string;
  readonly lane: SlotLane | 'genesis';
  readonly dependencies: readonly string[];
  /** Another package of the same lane that somebody works on; a lane has one worktree. */
  readonly busy: string | null;
  readonly holder: string | null;
  readonly implementers: readonly string[];
  /** When the package entered its lane, as text; orders reviews. */
  readonly since: string | null;
}

/** A planning question that somebody must answer before work goes on. */
export interface OpenDecision {
  readonly decisionId: string;
  readonly inputKey: string | null;
  readonly question: string;
  readonly options: readonly string[];
}

/** Everything the decision rests on: all of it is on disk, none of it is remembered between calls. */
export interface NextInput {
  readonly agent: string | null;
  readonly openDecisions: readonly OpenDecision[];
  /** `undefined` where the program does not know what `meta.json` names. */
  readonly type: MissionType | undefined;
  readonly typeName: string | null;
  /** The steps of the type that leave a document behind. */
  readonly documents: readonly DocumentStep[];
  /** Documents in which a question is open that is not on record. */
  readonly unclear: readonly string[];
  readonly packages: readonly NextPackage[];
  readonly accepted: boolean;
  readonly merged: boolean;
  /** Whether it was given up, and no package has been taken up again since. */
  readonly abandoned: boolean;
  /** Branch on which it waits for its pull request, as it is now. */
  readonly proposed: string | null;
  /** Directory of the mission, and branch that it is for. */
  readonly mission: string;
  readonly target: string;
  /** What stands in the way of accepting packages that are all finished, or of merging what was accepted. */
  readonly unready: readonly string[];
}

/** The one thing to do now. */
export type NextDecision =
  | {
      readonly kind: 'step';
      /** A step of the mission's type, or one of work on packages: `tasks`, `implement`, `review`, `accept`, `merge`. */
      readonly action: string;
      readonly wp: string | null;
      readonly reason: string | null;
      /** Branch that waits for its pull request: only the landing is left to record. */
      readonly proposed?: string;
    }
  | { readonly kind: 'decision_required'; readonly decision: OpenDecision }
  | { readonly kind: 'blocked'; readonly reason: string; readonly failures: readonly string[] }
  | { readonly kind: 'terminal'; readonly reason: string };

/** Whether a decision hands out a package. */
export function isWork(decision: NextDecision): boolean {
  return decision.kind === 'step' && (decision.action === 'implement' || decision.action === 'review');
}

/** Decides what a mission needs next (L§6.8): a pure function, so asking and advancing agree by construction. */
export function decideNext(input: NextInput): NextDecision {
  if (input.abandoned) return { kind: 'terminal', reason: GIVEN_UP };
  const [decision] = input.openDecisions;
  if (decision) return { kind: 'decision_required', decision };
  const begun = planningStep(input) ?? workStep(input);
  return begun ?? (input.packages.length === 0 ? documentsDone(input) : closingStep(input));
}

/** Tells whether planning is over: there are packages, and the log knows each of them. */
export function isFinalized(packages: readonly NextPackage[]): boolean {
  return packages.length > 0 && packages.every(({ lane }) => lane !== 'genesis');
}

/** Dependencies of a package that are neither approved nor done. */
export function unsatisfiedDependencies(
  wp: NextPackage,
  packages: readonly NextPackage[],
): readonly string[] {
  const lanes = new Map(packages.map(({ id, lane }) => [id, lane]));
  return wp.dependencies.filter((id) => !isSettled(lanes.get(id)));
}

/** What an agent implements next: what it has already, as one that began anew may not remember, else the first that can be claimed, in file order. */
export function chooseWork(packages: readonly NextPackage[], agent: string | null): NextPackage | undefined {
  const held = ({ lane }: NextPackage) => lane === 'claimed' || lane === 'in_progress';
  const own = packages.find((wp) => held(wp) && isHolder(wp, agent));
  if (own) return own;
  return packages.find(
    (wp) => wp.lane === 'planned' && wp.busy === null && unsatisfiedDependencies(wp, packages).length === 0,
  );
}

function planningStep(input: NextInput): NextDecision | undefined {
  const { type, typeName, documents, packages } = input;
  // Old missions were delivered without every document; work that has started is never sent back to planning.
  if (isFinalized(packages)) return undefined;
  if (type === undefined) return unknownType(typeName ?? '');
  if (packages.length === 0 && !type.needsPackages) return documentStep(input);
  // Packages that are planned take over where the plan ends.
  const missing =
    packages.length === 0 ? 'There are no work packages.' : 'The work packages are not finalized.';
  return clarifiedFirst(input, openStep(throughPlan(documents)) ?? step('tasks', missing));
}

/** The step stays what L§6.8 says; a document that is still to be written asks its questions then. */
function clarifiedFirst({ unclear, documents, mission }: NextInput, next: PlanningStep): NextDecision {
  const written = (file: string) =>
    documents.every(({ artifact, lack }) => artifact !== file || lack === undefined);
  const files = unclear.filter(written);
  if (files.length === 0) return next;
  const clarify = `First answer what ${files.join(' and ')} ${files.length === 1 ? 'leaves' : 'leave'} open (NEEDS CLARIFICATION): \`spec-kitty clarify --mission ${shellWord(mission)}\` lists it.`;
  return { ...next, reason: [clarify, next.reason].filter(Boolean).join(' ') };
}

/** What was accepted or merged without packages has ended, whatever it is made of. */
function documentStep({ documents, accepted, merged }: NextInput): NextDecision | undefined {
  return accepted || merged ? undefined : openStep(documents);
}

function openStep(documents: readonly DocumentStep[]): PlanningStep | undefined {
  const open = documents.find(({ lack }) => lack !== undefined);
  return open && step(open.id, open.lack ?? null);
}

function throughPlan(documents: readonly DocumentStep[]): readonly DocumentStep[] {
  return documents.slice(0, documents.findIndex(({ artifact }) => artifact === 'plan.md') + 1);
}

function unknownType(name: string): NextDecision {
  const known = listed(MISSION_TYPES.map(({ id }) => id));
  const what = `meta.json names the mission type ${JSON.stringify(name)}, whose steps this program does not know (it knows ${known})`;
  return { kind: 'blocked', reason: `${what}.`, failures: [what] };
}

function workStep({ agent, packages }: NextInput): NextDecision | undefined {
  const review = chooseReview(packages, agent);
  if (review) return step('review', null, review.id);
  const work = chooseWork(packages, agent);
  return work && step('implement', null, work.id);
}

/** The package that has waited longest for review, else the one that the caller reviews; never their own work. */
export function chooseReview(
  packages: readonly NextPackage[],
  agent: string | null,
): NextPackage | undefined {
  const others = packages.filter((wp) => !isImplementer(wp, agent));
  const [longest] = others
    .filter(({ lane }) => lane === 'for_review')
    .toSorted((a, b) => ((a.since ?? '') < (b.since ?? '') ? -1 : 1));
  return longest ?? others.find((wp) => wp.lane === 'in_review' && isHolder(wp, agent));
}

function isHolder({ holder }: NextPackage, agent: string | null): boolean {
  return agent !== null && holder !== null && sameActor(holder, agent);
}

function isImplementer(wp: NextPackage, agent: string | null): boolean {
  return agent !== null && wp.implementers.some((name) => sameActor(name, agent));
}

/** Documents without packages are accepted as they stand, and that is the end of the mission. */
function documentsDone({ type, accepted, merged, unready }: NextInput): NextDecision {
  const reason = 'The mission is accepted; without work packages there is nothing to merge.';
  if (accepted || merged) return { kind: 'terminal', reason };
  const before = unready.length > 0 ? `Before it can be accepted: ${unready.join('; ')}.` : undefined;
  return step(type?.steps.at(-1)?.id ?? 'accept', before ?? 'Every document is there.');
}

function closingStep(input: NextInput): NextDecision {
  const { packages, accepted, merged, unready } = input;
  const open = packages.filter(({ lane }) => lane !== 'approved' && lane !== 'done' && lane !== 'canceled');
  if (open.length > 0) return blocked(open, input);
  const nothingToMerge = packages.every(({ lane }) => lane !== 'approved');
  if (nothingToMerge && (merged || packages.every(({ lane }) => lane === 'canceled')))
    return { kind: 'terminal', reason: 'Every work package is done or canceled.' };
  if (nothingToMerge && accepted)
    return {
      kind: 'terminal',
      reason:
        'The mission is accepted, and there is nothing to merge; `spec-kitty merge` removes worktrees that are left.',
    };
  if (accepted && input.proposed !== null) return landing(input.proposed, input);
  return endingWith(accepted ? 'merge' : 'accept', unready);
}

function endingWith(action: 'accept' | 'merge', unready: readonly string[]): PlanningStep {
  const [done, reason] =
    action === 'merge'
      ? ['merged', 'The mission is accepted and not merged.']
      : ['accepted', 'Every work package is approved, done or canceled.'];
  return step(action, unready.length > 0 ? `Before it can be ${done}: ${unready.join('; ')}.` : reason);
}

/** The step has the name that readers of the predecessor know; what it is now, the reason says. */
function landing(branch: string, { mission, target }: NextInput): NextDecision {
  const then = `once its pull request is merged and ${target} is up to date, run \`spec-kitty merge --landed --mission ${shellWord(mission)}\``;
  const reason = `The mission is proposed on ${branch}; ${then}.`;
  return { kind: 'step', action: 'merge', wp: null, reason, proposed: branch };
}

function blocked(open: readonly NextPackage[], { packages, agent, mission }: NextInput): NextDecision {
  const failures = open.map((wp) => {
    if ((wp.lane === 'for_review' || wp.lane === 'in_review') && isImplementer(wp, agent))
      return `${wp.id} is ${wp.lane}, and somebody else than ${agent} must review it`;
    if (wp.holder !== null) return `${wp.id} is ${wp.lane} by ${wp.holder}`;
    if (wp.lane !== 'planned') return `${wp.id} is ${wp.lane}`;
    const waiting = unsatisfiedDependencies(wp, packages);
    return waiting.length > 0
      ? `${wp.id} waits for ${waiting.map((id) => withLane(id, packages)).join(', ')}`
      : `${wp.id} waits for its lane, where ${wp.busy} is worked on`;
  });
  const ways = open.flatMap((wp) => pastCanceled(mission, wp.id, canceledDependencies(wp, packages)));
  const reason = [`Nothing can start now: ${failures.join('; ')}.`, ...ways].join(' ');
  return { kind: 'blocked', reason, failures };
}

function withLane(id: string, packages: readonly NextPackage[]): string {
  return packages.some((wp) => wp.id === id && wp.lane === 'canceled') ? `${id}, which is canceled` : id;
}

type PlanningStep = Extract<NextDecision, { readonly kind: 'step' }>;

function step(action: string, reason: string | null, wp: string | null = null): PlanningStep {
  return { kind: 'step', action, wp, reason };
}
