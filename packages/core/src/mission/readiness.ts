import { packagesWithoutFile, withoutFile } from '../log/packages-without-file.ts';
import { laneWords } from '../lane-words.ts';
import { type MatrixFinding, matrixFindings } from '../matrices/matrix-findings.ts';
import { openClarifications } from './clarifications.ts';
import { isAccepted } from '../status/acceptance.ts';
import { type Decision, DECISIONS, readDecisions, unanswered, unansweredWords } from './decisions.ts';
import { type DocumentStep, documentSteps, missionType } from './mission-types.ts';
import type { MissionFiles } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';

/** Whether a mission can be accepted, and everything that stands in the way (L§8.1). */
export interface Readiness {
  readonly ok: boolean;
  readonly failedChecks: readonly (MatrixFinding | { readonly check: string; readonly detail: string })[];
  /** Packages that are neither approved, done nor canceled. */
  readonly incomplete: readonly string[];
  readonly missingArtifacts: readonly string[];
  readonly needsClarification: readonly string[];
  /** What the acceptance matrix and the issue matrix leave open; also among the failed checks. */
  readonly matrices: readonly MatrixFinding[];
}

const REQUIRED = ['spec.md', 'plan.md', 'tasks.md'];
/** Documents in which an open question stands in the way. */
export const QUESTIONED = ['spec.md', 'plan.md'];
const FINISHED = new Set<string>(['approved', 'done', 'canceled']);

/** Documents in which a question is open. */
export function unclearDocuments(files: MissionFiles, decisions: readonly Decision[]): readonly string[] {
  return QUESTIONED.filter((file) => openClarifications(file, files.read(file), decisions).length > 0);
}

/**
 * The one predicate for readiness: `next`, `accept` and `merge` agree because they ask the same.
 *
 * What is accepted already are commits: a merge takes them, whatever the planning documents have come to say since.
 */
export function readinessOf({
  mission,
  packages,
  state,
  acceptance,
}: Pick<MissionView, 'mission' | 'packages' | 'state' | 'acceptance'>): Readiness {
  const laneOf = (id: string) => state.packages.get(id)?.slot.lane ?? 'genesis';
  const incomplete = packages.filter(({ id }) => !FINISHED.has(laneOf(id))).map(({ id }) => id);
  const { files, meta } = mission;
  const type = missionType(meta.mission_type);
  // Where a mission is its documents, each of them has to be there in substance.
  const documents =
    packages.length === 0 && type?.needsPackages === false ? documentSteps(type, files) : undefined;
  const decisions = readDecisions(files.read(DECISIONS));
  const isJudged = !documents && isAccepted(acceptance, state, meta);
  const missingArtifacts = isJudged ? [] : missingOf(files, documents);
  const needsClarification = isJudged ? [] : unclearDocuments(files, decisions);
  const matrices = matrixFindings(mission);
  const failedChecks = [
    ...(packages.length === 0 && !documents
      ? [{ check: 'work_packages', detail: 'there are no work packages' }]
      : []),
    ...packagesWithoutFile(
      packages.map(({ id }) => id),
      state,
    ).map((gone) => ({ check: 'work_packages', detail: withoutFile(gone) })),
    ...incomplete.map((id) => ({ check: 'lanes', detail: `${id} is ${laneWords(laneOf(id))}` })),
    ...missingArtifacts.map((file) => ({
      check: 'artifacts',
      detail: `${file} is ${documents ? 'missing or not filled in' : 'missing'}`,
    })),
    ...needsClarification.map((file) => ({
      check: 'clarification',
      detail: `${file} still has NEEDS CLARIFICATION`,
    })),
    ...unanswered(decisions).map((open) => ({ check: 'decisions', detail: unansweredWords(open) })),
    ...matrices,
  ];
  return {
    ok: failedChecks.length === 0,
    failedChecks,
    incomplete,
    missingArtifacts,
    needsClarification,
    matrices,
  };
}

function missingOf(files: MissionFiles, documents: readonly DocumentStep[] | undefined): readonly string[] {
  return documents
    ? documents.filter(({ lack }) => lack !== undefined).map(({ artifact }) => artifact)
    : REQUIRED.filter((file) => files.read(file) === undefined);
}
