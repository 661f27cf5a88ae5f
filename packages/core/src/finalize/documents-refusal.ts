import { lackOf, planState, specState } from '../mission/substance.ts';
import type { PlanningFinding } from '../planning/planning-finding.ts';
import { refusal, type FinalizationRefusal } from './finalization-refusal.ts';
import type { FinalizationInput, Planning } from './read-planning.ts';

/**
 * Refuses new packages while a document that acceptance asks for is not there, or still is what it was created as.
 *
 * Where nothing is new there is nothing to refuse: old missions were delivered without every document.
 */
export function documentsRefusals(
  { spec, plan, tasksMd, progress }: FinalizationInput,
  { files, wps }: Planning,
): readonly FinalizationRefusal[] {
  if (files.every(({ id }) => progress.has(id))) return [];
  const lacks = [
    { file: 'spec.md', message: lackOf('spec.md', specState(spec)) },
    { file: 'plan.md', message: lackOf('plan.md', planState(plan)) },
    // With wps.yaml it is written from there.
    { file: 'tasks.md', message: tasksMd === undefined && !wps ? 'There is no tasks.md.' : undefined },
  ];
  const findings = lacks.flatMap(({ file, message }): PlanningFinding[] =>
    message === undefined ? [] : [{ file, line: undefined, rule: 'document-unfinished', message }],
  );
  return findings.length === 0 ? [] : [refusal('PLANNING_UNFINISHED', '', findings)];
}
